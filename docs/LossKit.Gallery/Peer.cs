using System.Text;

namespace LossKit.Gallery;

/// <summary>What a loss is called in another library; one that no library has stands with an empty library.</summary>
/// <param name="Factory">The factory of <see cref="Loss"/>.</param>
/// <param name="Library">The other library.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Difference">How it differs there; empty where it is the same.</param>
internal sealed record Peer(string Factory, string Library, string Name, string Difference)
{
    /// <summary>Those of a file like docs/peers.csv, below its header.</summary>
    public static IReadOnlyList<Peer> Read(string path) =>
    [
        .. File.ReadLines(path).Skip(1).Select(Fields).Select(fields => fields.Length == 4
            ? new Peer(fields[0], fields[1], fields[2], fields[3])
            : throw new InvalidDataException($"A line of {path} is to have 4 fields: {string.Join(" | ", fields)}")),
    ];

    /// <summary>The fields of a line: one with a comma is between quotes, and a quote in it is doubled.</summary>
    public static string[] Fields(string line)
    {
        List<string> fields = [];
        StringBuilder field = new();
        bool isQuoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            if (isQuoted && line.AsSpan(i).StartsWith("\"\""))
            {
                field.Append(line[i++]);
            }
            else if (line[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (line[i] == ',' && !isQuoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(line[i]);
            }
        }

        fields.Add(field.ToString());
        return [.. fields];
    }
}

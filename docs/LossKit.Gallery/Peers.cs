using System.Text;

namespace LossKit.Gallery;

/// <summary>What a loss is called in another library, and how it differs there.</summary>
/// <param name="Factory">The factory of <see cref="Loss"/>.</param>
/// <param name="Library">The other library.</param>
/// <param name="Name">What it is called there.</param>
/// <param name="Difference">What differs; empty if nothing does.</param>
internal sealed record Peer(string Factory, string Library, string Name, string Difference)
{
    /// <summary>Those of a file of comma-separated values with a header; none if there is no such file.</summary>
    public static IReadOnlyList<Peer> Read(string path) => File.Exists(path)
        ?
        [
            .. File.ReadLines(path).Skip(1).Where(line => line.Length > 0).Select(Fields)
                .Select(fields => new Peer(fields[0], fields[1], fields[2], fields[3])),
        ]
        : [];

    /// <summary>The fields of a line, of which some are in quotes.</summary>
    private static List<string> Fields(string line)
    {
        List<string> fields = [];
        StringBuilder field = new();
        bool isQuoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] == '"' && isQuoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                field.Append('"');
                i++;
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
        return fields.Count == 4
            ? fields
            : throw new FormatException($"Expected factory,library,name,difference in: {line}");
    }
}

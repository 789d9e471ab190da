using System.Text;

namespace LossKit.Tests.Support;

/// <summary>What a loss is called in another library; one that no library has stands with an empty library.</summary>
/// <param name="Factory">The factory of <see cref="Loss"/>.</param>
/// <param name="Library">The other library.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Difference">How it differs there; empty where it is the same.</param>
internal sealed record Peer(string Factory, string Library, string Name, string Difference);

/// <summary>docs/peers.csv, from which the pages of docs/migration are made.</summary>
internal static class PeerTable
{
    public const string Header = "factory,library,name,difference";

    /// <summary>The libraries that have a table of their own; the others share one.</summary>
    private static readonly string[] s_own =
    [
        "PyTorch", "torchvision", "Keras", "scikit-learn", "optax", "XGBoost", "LightGBM", "CatBoost", "ML.NET", "TRL",
        "PyTorch Metric Learning", "Sentence Transformers", "MONAI",
    ];

    public static string Csv { get; } = Path.Combine(Documents.Root, "docs", "peers.csv");

    /// <summary>The tables of the pages of docs/migration.</summary>
    public static IEnumerable<(string Name, string Markdown)> All
    {
        get
        {
            IReadOnlyList<Peer> peers = Read(Csv);
            foreach (string library in s_own)
            {
                yield return ($"peers of {library}", Table(peers.Where(peer => peer.Library == library), library));
            }

            yield return ("peers of other libraries", Table(peers.Where(
                peer => peer.Library.Length > 0 && !s_own.Contains(peer.Library))));
            yield return ("losses without peers", string.Join(", ", peers
                .Where(peer => peer.Library.Length == 0).Select(peer => $"`{peer.Factory}`")) + ".\n");
        }
    }

    /// <summary>A table by the other libraries' names, with a column for the library if there are several.</summary>
    private static string Table(IEnumerable<Peer> peers, string? library = null)
    {
        StringBuilder table = new();
        table.Append(library is null ? "| library | its name" : $"| {library}");
        table.Append(" | `Loss.` | the difference there |\n");
        table.Append(library is null ? "| --- " : "").Append("| --- | --- | --- |\n");
        foreach (Peer peer in peers
            .OrderBy(peer => library is null ? peer.Library : "", StringComparer.OrdinalIgnoreCase)
            .ThenBy(peer => peer.Name, StringComparer.OrdinalIgnoreCase)
            .ThenBy(peer => peer.Factory, StringComparer.Ordinal))
        {
            table.Append(library is null ? $"| {peer.Library} " : "");
            table.Append($"| `{peer.Name}` | `{peer.Factory}` | {peer.Difference} |\n");
        }

        return table.ToString();
    }

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

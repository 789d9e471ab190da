using System.Text;
using LossKit.Gallery;

namespace LossKit.Tests.Support;

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
            IReadOnlyList<Peer> peers = Peer.Read(Csv);
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
}

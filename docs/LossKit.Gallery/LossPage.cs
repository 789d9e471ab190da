using System.Globalization;
using System.Reflection;
using System.Text;

namespace LossKit.Gallery;

/// <summary>The page of a factory.</summary>
/// <param name="factory">The factory.</param>
/// <param name="source">Its example.</param>
/// <param name="output">What the example prints.</param>
/// <param name="peers">The same in other libraries.</param>
internal sealed class LossPage(Factory factory, ExampleSource source, string output, IReadOnlyList<Peer> peers)
{
    /// <summary>Its text.</summary>
    public string Markdown
    {
        get
        {
            StringBuilder page = new();
            page.Append(CultureInfo.InvariantCulture, $"---\ntitle: {factory.Name}\n---\n\n# {factory.Name}\n\n");
            page.Append(CultureInfo.InvariantCulture, $"{factory.Documentation.Summary}\n\n");
            page.Append(CultureInfo.InvariantCulture, $"![{factory.Name}: {Alternative}]({factory.Name}.svg)\n\n");
            Section(page, "Gradient and conventions", factory.Documentation.Conventions);
            Section(page, "Parameters", Parameters());
            Section(page, "Facts", Facts());
            Section(page, "Example", $"```csharp\n{source.Text}\n```\n\nprints\n\n```text\n{output}\n```");
            Section(page, "In other libraries", PeersTable());
            Section(page, "Source", factory.Documentation.Source);
            return page.ToString();
        }
    }

    private string Alternative =>
        source.HasGradient ? "the loss and its derivatives along an axis" : "the metric along an axis";

    private static void Section(StringBuilder page, string title, string text)
    {
        if (text.Length > 0)
        {
            page.Append(CultureInfo.InvariantCulture, $"## {title}\n\n{text}\n\n");
        }
    }

    private string Parameters()
    {
        if (factory.Parameters.Count == 0)
        {
            return "";
        }

        StringBuilder table = new("| parameter | type | default | meaning |\n| --- | --- | --- | --- |\n");
        foreach (ParameterInfo parameter in factory.Parameters)
        {
            string usual = parameter.HasDefaultValue ? $"`{Usual(parameter)}`" : "";
            string meaning = InTable(factory.Documentation.Parameter(parameter.Name!));
            table.Append(CultureInfo.InvariantCulture, $"| `{parameter.Name}` | `{CodeText.OfType(parameter.ParameterType)}` | {usual} | {meaning} |\n");
        }

        return table.ToString().TrimEnd();
    }

    private static string Usual(ParameterInfo parameter) =>
        parameter.ParameterType.IsEnum && parameter.DefaultValue is not null
            ? Enum.ToObject(parameter.ParameterType, parameter.DefaultValue).ToString()!
            : CodeText.Of(parameter.DefaultValue);

    private string Facts()
    {
        if (factory.Facts is not { } facts || facts == LossFacts.Unknown)
        {
            return "";
        }

        (string Name, string? Value)[] lines =
        [
            ("predictions", facts.Predictions.ToString()),
            ("targets", facts.Targets.ToString()),
            ("link", facts.Link == Link.Unknown ? null : facts.Link.Name),
            ("convex in a prediction", facts.Convexity switch
            {
                Convexity.Strict => "strictly",
                Convexity.Convex => "yes",
                Convexity.None => "no",
                _ => null,
            }),
            ("second derivative", facts.Curvature switch
            {
                Curvature.Zero => "0 almost everywhere",
                Curvature.NotNegative => "never negative",
                Curvature.AnySign => "of any sign: give it a floor before dividing by it",
                _ => null,
            }),
            ("bound of the slope", double.IsNaN(facts.Lipschitz) ? null
                : double.IsInfinity(facts.Lipschitz) ? "none"
                : Number(facts.Lipschitz)),
            ("best constant prediction", facts.Elicits?.ToString()),
            ("kinks", facts.Kinks is not { Count: > 0 } kinks ? null
                : $"at {string.Join(", ", kinks.Select(Number))}, of the {facts.KinkVariable switch
                {
                    KinkVariable.Error => "error",
                    KinkVariable.Margin => "margin",
                    _ => "prediction",
                }}"),
        ];
        return "| fact | with the parameters of the example |\n| --- | --- |\n" + string.Join(
            '\n', lines.Where(line => line.Value is not null).Select(line => $"| {line.Name} | {line.Value} |"));
    }

    private static string Number(double number) =>
        number.ToString("G5", CultureInfo.InvariantCulture).Replace('-', '−');

    private string PeersTable() => peers.All(peer => peer.Library.Length == 0)
        ? ""
        : "| library | name | differences |\n| --- | --- | --- |\n" + string.Join('\n', peers.Select(peer =>
            $"| {InTable(peer.Library)} | `{InTable(peer.Name)}` | {InTable(peer.Difference)} |"));

    private static string InTable(string text) => text.Replace("|", @"\|", StringComparison.Ordinal);
}

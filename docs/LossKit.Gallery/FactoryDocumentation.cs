using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LossKit.Gallery;

/// <summary>
/// What the documentation file says of a factory, or of the formula that it inherits from, as Markdown.
/// </summary>
internal sealed partial class FactoryDocumentation
{
    private readonly XElement _member;

    public FactoryDocumentation(MethodInfo factory)
    {
        _member = MemberDocumentation.Of(factory);
        string remarks = Text(Find("remarks"));
        Match source = SourceStart().Match(remarks);
        Conventions = source.Success ? remarks[..source.Index].Trim() : remarks;
        Source = source.Success ? remarks[(source.Index + source.Length)..].Trim() : "";
    }

    /// <summary>The formula, in its first sentence.</summary>
    public string Summary => Text(Find("summary"));

    /// <summary>The gradient, what is done at kinks, and where others differ.</summary>
    public string Conventions { get; }

    /// <summary>Papers and books.</summary>
    public string Source { get; }

    public string Parameter(string name) => Text(Find("param", name));

    private XElement? Find(string part, string? name = null) => MemberDocumentation.Find(_member, part, name);

    private static string Text(XElement? element) =>
        Blank().Replace(string.Concat(element?.Nodes().Select(Text) ?? []), " ").Trim();

    private static string Text(XNode node) => node switch
    {
        XText text => Special().Replace(text.Value, @"\$0").Replace("<", "&lt;", StringComparison.Ordinal),
        XElement { Name.LocalName: "see" or "seealso" } reference => Reference(reference),
        XElement { Name.LocalName: "paramref" } reference => $"`{reference.Attribute("name")!.Value}`",
        // What is a type of the formula is a parameter of the factory.
        XElement { Name.LocalName: "typeparamref" } reference => OfType(reference.Attribute("name")!.Value[1..]),
        XElement { Name.LocalName: "c" or "code" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "para" } paragraph => " " + string.Concat(paragraph.Nodes().Select(Text)) + " ",
        XElement other => string.Concat(other.Nodes().Select(Text)),
        _ => "",
    };

    private static string OfType(string name) => name.Length == 0 ? "`T`" : $"`{char.ToLowerInvariant(name[0])}{name[1..]}`";

    /// <summary>The name of what is referred to: a link if it has a page in the gallery.</summary>
    private static string Reference(XElement reference)
    {
        if (reference.Attribute("langword") is { } word)
        {
            return $"`{word.Value}`";
        }

        if (reference.Attribute("href") is { } address)
        {
            return $"<{address.Value}>";
        }

        string member = reference.Attribute("cref")!.Value.Split('(')[0];
        string name = member.Split('.')[^1].Split('`')[0];
        string kind = member[..^member.Split('.')[^1].Length];
        bool isLoss = kind is "M:LossKit.Loss." or "T:LossKit.Formulas." && Factory.Names.Contains(name);
        return isLoss ? $"[{name}]({name}.md)" : $"`{name}`";
    }

    [GeneratedRegex(@"(?:^|(?<=\s))Sources?: ")]
    private static partial Regex SourceStart();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();

    [GeneratedRegex(@"[\\*_`]")]
    private static partial Regex Special();
}

using System.Reflection;
using System.Xml.Linq;

namespace LossKit.Gallery;

/// <summary>Looks things up in LossKit's documentation file.</summary>
internal static class MemberDocumentation
{
    private static readonly Dictionary<string, XElement> s_members = XDocument
        .Load(Path.Combine(AppContext.BaseDirectory, "LossKit.xml"))
        .Descendants("member")
        .ToDictionary(member => member.Attribute("name")!.Value);

    /// <summary>All that is said of a factory.</summary>
    public static XElement Of(MethodInfo factory)
    {
        string prefix = $"M:{factory.DeclaringType!.FullName}.{factory.Name}``1";
        return s_members
            .First(member => member.Key == prefix || member.Key.StartsWith(prefix + "(", StringComparison.Ordinal))
            .Value;
    }

    /// <summary>
    /// What a member says of itself, else what the first of those says that it inherits from; null if none does.
    /// </summary>
    /// <param name="member">The member.</param>
    /// <param name="part">The element: summary, remarks, param.</param>
    /// <param name="name">The name of a parameter.</param>
    public static XElement? Find(XElement member, string part, string? name = null) => Find(member, part, name, []);

    private static XElement? Find(XElement member, string part, string? name, HashSet<XElement> seen)
    {
        if (!seen.Add(member))
        {
            return null;
        }

        return member.Elements(part).FirstOrDefault(element => name is null || element.Attribute("name")?.Value == name)
            ?? member.Elements("inheritdoc")
                .Where(source => source.Attribute("path") is not { } path || path.Value == "/" + part)
                .Select(source => source.Attribute("cref")?.Value)
                .Where(source => source is not null && s_members.ContainsKey(source))
                .Select(source => Find(s_members[source!], part, name, seen))
                .FirstOrDefault(found => found is not null);
    }
}

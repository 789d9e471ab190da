using System.Xml.Linq;

namespace LossKit.Plots.Tests.Support;

/// <summary>What is written in a picture.</summary>
internal static class Svg
{
    /// <summary>Each text, as it is in the SVG.</summary>
    public static string[] Texts(this Picture picture) =>
        [.. Elements(picture, "text").Select(text => text.Value.Trim())];

    /// <summary>The elements of a name.</summary>
    public static IEnumerable<XElement> Elements(this Picture picture, string name) =>
        XDocument.Parse(picture.ToSvg()).Descendants().Where(element => element.Name.LocalName == name);
}

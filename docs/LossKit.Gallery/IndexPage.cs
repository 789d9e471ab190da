using System.Globalization;
using System.Text;

namespace LossKit.Gallery;

/// <summary>All losses by family, and the menu beside them.</summary>
internal static class IndexPage
{
    public static string Markdown
    {
        get
        {
            StringBuilder page = new(
                """
                ---
                title: Gallery of losses
                uid: gallery
                ---

                # Gallery of losses

                Every loss and metric of LossKit: its curve with derivatives, its formula, what it does at kinks, its
                parameters, an example with what it prints, and what it is called elsewhere.


                """);
            foreach ((string family, string words) in Family.All)
            {
                page.Append(CultureInfo.InvariantCulture, $"## {family}\n\n{words}\n\n");
                foreach (Factory factory in Of(family))
                {
                    string formula = factory.Documentation.Summary;
                    page.Append(CultureInfo.InvariantCulture, $"- [{factory.Name}]({factory.Name}.md): {formula}\n");
                }

                page.Append('\n');
            }

            return page.ToString();
        }
    }

    /// <summary>The menu: families, and in them their losses.</summary>
    public static string Toc
    {
        get
        {
            StringBuilder toc = new("- name: All losses\n  href: index.md\n");
            foreach ((string family, _) in Family.All)
            {
                toc.Append(CultureInfo.InvariantCulture, $"- name: {family}\n  items:\n");
                foreach (Factory factory in Of(family))
                {
                    string name = factory.Name;
                    toc.Append(CultureInfo.InvariantCulture, $"  - name: {name}\n    href: {name}.md\n");
                }
            }

            return toc.ToString();
        }
    }

    private static IEnumerable<Factory> Of(string family) => Factory.All
        .Where(factory => Family.Of(factory) == family)
        .OrderBy(factory => factory.Name, StringComparer.Ordinal);
}

using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LanguageModelHead;

/// <summary>Words in their order, as numbers: what a model reads, and which word comes next.</summary>
/// <param name="Vocabulary">The words that training has; the first stands for all others.</param>
/// <param name="Train">The words of nine members in ten.</param>
/// <param name="Test">The words of every tenth member.</param>
internal sealed partial record Text(string[] Vocabulary, int[] Train, int[] Test)
{
    private const int MembersPerTest = 10;

    /// <summary>
    /// What LossKit's own documentation says of its public members: the compiler writes it beside the library. Members
    /// whose text is the same as that of another are read once.
    /// </summary>
    public static Text OfDocumentation()
    {
        string[][] members =
        [
            .. XDocument.Load(Path.Combine(AppContext.BaseDirectory, "LossKit.xml"))
                .Descendants("member")
                .Select(Plain)
                .Where(text => text.Length > 0)
                .Distinct()
                .Select(text => Word().Matches(text).Select(match => match.Value).Append("¶").ToArray()),
        ];
        string[] train = [.. Members(isTest: false)];
        string[] vocabulary = ["?", .. train.Where(word => word != "?").Distinct()];
        Dictionary<string, int> numbers = vocabulary.Select((word, i) => (word, i)).ToDictionary();
        return new(vocabulary, Numbers(train), Numbers(Members(isTest: true)));

        IEnumerable<string> Members(bool isTest) =>
            members.Where((_, i) => i % MembersPerTest == MembersPerTest - 1 == isTest).SelectMany(words => words);

        int[] Numbers(IEnumerable<string> words) => [.. words.Select(word => numbers.GetValueOrDefault(word))];
    }

    /// <summary>The text of an element, a reference being the last part of the name that it refers to.</summary>
    private static string Plain(XElement member) =>
        string.Concat(member.DescendantNodes().Select(node => node switch
        {
            XText text => text.Value,
            XElement element => ' ' + (element.Attribute("cref") ?? element.Attribute("langword"))?.Value.Split('.')[^1],
            _ => "",
        })).Trim();

    [GeneratedRegex(@"[A-Za-z]+|\S")]
    private static partial Regex Word();
}

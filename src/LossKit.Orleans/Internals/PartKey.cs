using System.Globalization;

namespace LossKit.Orleans.Internals;

/// <summary>The key of a part: what it is, and the number of the block that it is placed by.</summary>
internal static class PartKey
{
    private const char Separator = '/';

    public static string Of(string run, string name, int level, int index, int block) => string.Create(
        CultureInfo.InvariantCulture, $"{name}{Separator}{run}{Separator}{level}{Separator}{index}{Separator}{block}");

    public static (int Level, int Index) PartOf(string key)
    {
        string[] words = key.Split(Separator);
        return (Number(words[^3]), Number(words[^2]));
    }

    public static string RunOf(string key) => key.Split(Separator)[^4];

    public static int BlockOf(string key) => Number(key.AsSpan(key.LastIndexOf(Separator) + 1));

    private static int Number(ReadOnlySpan<char> digits) => int.Parse(digits, CultureInfo.InvariantCulture);
}

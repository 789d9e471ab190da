namespace LossKit.Fuzz;

/// <summary>Which loss the entries of an input belong to.</summary>
internal static class Owners
{
    /// <summary>So many entries of each loss, one loss after the other.</summary>
    public static int[] Each(int losses, int width = 1) =>
        [.. Enumerable.Range(0, losses * width).Select(i => i / width)];

    /// <summary>The first entries of all losses, then the second.</summary>
    public static int[] Planar(int losses, int width) =>
        [.. Enumerable.Range(0, losses * width).Select(i => i % losses)];

    /// <summary>As many entries of each loss as its length says, times a width.</summary>
    public static int[] Of(int[] lengths, int width = 1) =>
        [.. lengths.SelectMany((length, loss) => Enumerable.Repeat(loss, length * width))];

    /// <summary>Entries that several losses share.</summary>
    public static int[] Shared(int entries) => [.. Enumerable.Repeat(-1, entries)];
}

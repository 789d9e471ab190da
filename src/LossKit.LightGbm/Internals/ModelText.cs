using System.Globalization;
using System.Text;

namespace LossKit.LightGbm.Internals;

/// <summary>The text of a model, before LightGBM is given it.</summary>
internal static class ModelText
{
    private static ReadOnlySpan<byte> FirstTree => "\nTree="u8;

    private static ReadOnlySpan<byte> Sizes => "\ntree_sizes="u8;

    private static ReadOnlySpan<byte> End => "\nend of trees\n"u8;

    /// <summary>The text with the line ends that LightGBM has counted in the sizes of its trees.</summary>
    public static string WithLineFeeds(string model) =>
        model.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');

    /// <summary>
    /// Whether all trees are where the text says that they are: LightGBM goes there without a look at how long the text
    /// is, and where it finds no tree it ends the process.
    /// </summary>
    /// <exception cref="LightGbmException">They are not.</exception>
    public static void Check(string model)
    {
        ReadOnlySpan<byte> text = Encoding.UTF8.GetBytes(model);
        int end = text.IndexOf(End);
        if (end < 0 || text.Contains((byte)0))
        {
            throw new LightGbmException(
                "It is no model of LightGBM, or a part of one: expected a text with a line 'end of trees'.");
        }

        int start = text[..end].IndexOf(FirstTree);
        ReadOnlySpan<byte> head = text[..(start < 0 ? end : start)];
        int sizes = head.LastIndexOf(Sizes);
        if (sizes < 0)
        {
            // Then LightGBM reads tree by tree.
            return;
        }

        ReadOnlySpan<byte> list = head[(sizes + Sizes.Length)..];
        int lineEnd = list.IndexOf((byte)'\n');
        long at = head.Length;
        int tree = 0;
        foreach (string size in Encoding.UTF8.GetString(lineEnd < 0 ? list : list[..lineEnd]).Split(
            ' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Expect(text, at, $"\nTree={tree}\n");
            if (!int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out int bytes))
            {
                throw new LightGbmException($"The model is damaged: the size of tree {tree} is '{size}'.");
            }

            at += bytes;
            tree++;
        }

        Expect(text, at, "\nend of trees\n");
    }

    /// <summary>
    /// The text without the sizes of its trees. By them LightGBM reads on many threads, where what is wrong within a
    /// tree ends the process; without them it is an error as any other.
    /// </summary>
    public static string WithoutSizes(string model)
    {
        int start = model.IndexOf("\ntree_sizes=", StringComparison.Ordinal);
        return start < 0 ? model : model.Remove(start, model.IndexOf('\n', start + 1) - start);
    }

    private static void Expect(ReadOnlySpan<byte> text, long at, string line)
    {
        if (at > text.Length || !text[(int)at..].StartsWith(Encoding.UTF8.GetBytes(line)))
        {
            throw new LightGbmException(
                $"The model is damaged: by the sizes of its trees there must be a line '{line.Trim()}' at byte "
                + $"{at + 1} of {text.Length}.");
        }
    }
}

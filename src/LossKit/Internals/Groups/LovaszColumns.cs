namespace LossKit.Internals.Groups;

/// <summary>
/// The weights of Lovász' extension of the Jaccard index: of a region's errors in falling order, of equals the first
/// first, how much each raises the index' loss k/|foreground ∪ first k|.
/// </summary>
/// <param name="ofMargins">Whether errors are those of scores, not of probabilities.</param>
internal readonly struct LovaszColumns(bool ofMargins) : IPreparation
{
    public static int Columns => 3;

    public void Prepare<T>(
        ReadOnlySpan<T> scores, ReadOnlySpan<T> targets, ReadOnlySpan<T> entryWeights, Span<T> columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int length = scores.Length;
        scores.CopyTo(columns);
        targets.CopyTo(columns[length..]);
        Span<T> weights = columns[(2 * length)..];
        using Rented<UInt128> rented = new(length);
        Span<UInt128> keys = rented.Span;
        int union = 0;

        // Where the foreground is nobody can guess: no branches.
        for (int i = 0; i < length; i++)
        {
            int foreground = Foreground(targets[i]);
            T error = ofMargins
                ? T.One - T.CreateTruncating(2 * foreground - 1) * scores[i]
                : T.Abs(targets[i] - scores[i]);
            keys[i] = JoiningOrder.Key(0, -double.CreateTruncating(error), i);
            union += foreground;
        }

        JoiningOrder.Sort(keys);
        for (int place = 1; place <= length; place++)
        {
            int i = JoiningOrder.TieBreak(keys[place - 1]);
            int foreground = Foreground(targets[i]);
            int background = 1 - foreground;
            union += background;

            // As differences of two such losses they would cancel: 1/|union|, and of the background
            // (|union| − place)/(|union|·(|union| − 1)), or 1 if it is the first of all.
            int isFirst = union == background ? 1 : 0;
            double weight = (foreground + isFirst + background * (union - place))
                / (union * (1 + isFirst + background * (union - 2.0)));
            weights[i] = T.CreateTruncating(weight);
        }
    }

    private static int Foreground<T>(T target) where T : unmanaged, IFloatingPointIeee754<T> =>
        target > T.CreateTruncating(0.5) ? 1 : 0;
}

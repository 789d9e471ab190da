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
        for (int i = 0; i < length; i++)
        {
            bool isForeground = IsForeground(targets[i]);
            T error = !ofMargins ? T.Abs(targets[i] - scores[i])
                : isForeground ? T.One - scores[i]
                : T.One + scores[i];
            keys[i] = JoiningOrder.Key(0, -double.CreateTruncating(error), i);
            union += isForeground ? 1 : 0;
        }

        JoiningOrder.Sort(keys);
        for (int place = 1; place <= length; place++)
        {
            int i = JoiningOrder.TieBreak(keys[place - 1]);

            // As differences of two such losses they would cancel. Which pixel comes next nobody can guess: no branches.
            int outside = IsForeground(targets[i]) ? 0 : 1;
            union += outside;
            int isFirst = union == outside ? 1 : 0;
            double grown = outside * (union - place) + (1 - outside) + isFirst;
            double whole = union * (1 + outside * (union - 2.0) + isFirst);
            double weight = grown / whole;
            weights[i] = T.CreateTruncating(weight);
        }
    }

    private static bool IsForeground<T>(T target) where T : unmanaged, IFloatingPointIeee754<T> =>
        target > T.CreateTruncating(0.5);
}

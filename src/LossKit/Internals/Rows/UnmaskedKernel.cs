namespace LossKit.Internals.Rows;

/// <summary>
/// A loss of rows against probabilities, which are smoothed over the classes of each row that are not masked by their
/// logits.
/// </summary>
/// <param name="kernel">The loss of logits, in which those of masked classes are −∞, against smoothed targets.</param>
/// <param name="maskedAt">Logits of at most this mask their class.</param>
/// <param name="smoothing">s of t(1 − s) + s/C, C the classes that are not masked.</param>
/// <param name="classes">Which labels are ignored.</param>
internal sealed class UnmaskedKernel<T>(Kernel<T> kernel, T maskedAt, double smoothing, ClassOptions<T> classes)
    : Kernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>How many logits are evaluated at a time, but at least a row.</summary>
    private const int Block = 4096;

    public override CompensatedSum Run(in Batch<T> batch, DerivativeOrder order, LaneWidth width)
    {
        int columns = batch.Columns;
        int most = Math.Min(batch.Length, Math.Max(1, Block / columns));
        using Rented<T> logits = new(most * columns);
        using Rented<T> targets = new(most * columns);
        CompensatedSum sum = default;
        for (int start = 0; start < batch.Length; start += most)
        {
            Batch<T> rows = batch.Segment(start, Math.Min(most, batch.Length - start));
            Span<T> masked = logits.Span[..rows.Predictions.Length];
            Span<T> smoothed = targets.Span[..rows.Predictions.Length];
            for (int row = 0; row < rows.Length; row++)
            {
                Range cells = (row * columns)..((row + 1) * columns);
                int unmasked = Mask(rows.Predictions[cells], masked[cells]);
                Smooth(rows, row, unmasked, masked[cells], smoothed[cells]);
            }

            sum += kernel.Run(
                rows with { Predictions = masked, Targets = smoothed, TargetColumns = columns }, order, width);
        }

        return sum;
    }

    /// <summary>The logits with −∞ for classes that are masked; a NaN masks nothing.</summary>
    /// <returns>How many are not.</returns>
    private int Mask(ReadOnlySpan<T> logits, Span<T> masked)
    {
        int unmasked = 0;
        for (int k = 0; k < logits.Length; k++)
        {
            bool isMasked = logits[k] <= maskedAt;
            masked[k] = isMasked ? T.NegativeInfinity : logits[k];
            unmasked += isMasked ? 0 : 1;
        }

        return unmasked;
    }

    private void Smooth(in Batch<T> rows, int row, int unmasked, ReadOnlySpan<T> logits, Span<T> smoothed)
    {
        ReadOnlySpan<T> given = rows.Targets.IsEmpty ? default : rows.Targets.Slice(row * logits.Length, logits.Length);
        int label = given.IsEmpty ? rows.Labels[row] : 0;
        T kept = T.CreateTruncating(1 - smoothing);
        T spread = T.CreateTruncating(smoothing / Math.Max(1, unmasked));
        for (int k = 0; k < smoothed.Length; k++)
        {
            T target = !given.IsEmpty ? given[k] : k == label && !classes.IsIgnored(label) ? T.One : T.Zero;
            smoothed[k] = kept * target + (T.IsNegativeInfinity(logits[k]) ? T.Zero : spread);
        }
    }
}

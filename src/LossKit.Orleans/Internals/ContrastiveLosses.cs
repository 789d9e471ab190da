namespace LossKit.Orleans.Internals;

/// <summary>Which losses can be those of rows that lie in many places.</summary>
internal static class ContrastiveLosses
{
    /// <exception cref="ArgumentException">Not this one.</exception>
    public static void Check<T>(RetrievalLoss<T> loss) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (!loss.IsPlainSoftmax)
        {
            throw new ArgumentException(
                $"'loss' is '{loss}': must be Clip, or InBatchInfoNce without an offset.", nameof(loss));
        }
    }
}

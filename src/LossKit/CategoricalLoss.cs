namespace LossKit;

/// <summary>
/// A cross-entropy of rows against labels, which <see cref="WithProbabilityTargets"/> takes against rows of
/// probabilities.
/// </summary>
/// <inheritdoc cref="RowLoss{T, TTarget}"/>
public sealed class CategoricalLoss<T> : RowLoss<T, int> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly RowLoss<T, T> _withProbabilityTargets;

    internal CategoricalLoss(Kernel<T> ofLabels, Kernel<T> ofProbabilities, ClassOptions<T> classes)
        : base(ofLabels, classes) => _withProbabilityTargets = new(ofProbabilities, classes);

    /// <summary>
    /// The same loss for targets that are rows of probabilities, soft or one-hot: rows × classes, as the predictions.
    /// Where a target is 0, 0 · log 0 is 0.
    /// </summary>
    /// <remarks>As in PyTorch, the mean then divides by the rows' own weights alone, and no row is ignored.</remarks>
    public RowLoss<T, T> WithProbabilityTargets() =>
        _withProbabilityTargets.InParallel(Degree).Named(Then());
}

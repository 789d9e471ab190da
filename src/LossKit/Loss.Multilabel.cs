namespace LossKit;

// Losses of rows of classes each of which may apply or not.
public static partial class Loss
{
    /// <summary>
    /// Σ max(0, 1 − x_j + x_i)/C over all pairs of a class j of a row x of scores that applies (target 1) and a class i
    /// that does not (target 0).
    /// </summary>
    /// <remarks>
    /// Rows to which all classes apply, or none, have a loss of 0. At x_j − x_i = 1 the derivative is 0. PyTorch's
    /// <c>multilabel_margin_loss</c>, whose targets are lists of classes that end with −1. The time grows with C².
    /// Source: Crammer and Singer, "A Family of Additive Online Algorithms for Category Ranking", JMLR 3, 2003.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    /// <param name="classes">C, the columns of a row.</param>
    public static RowLoss<T, T> MultilabelMargin<T>(int classes) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ClassOptions<T> options = new(classes) { Predictions = Domain.Reals, Targets = Domain.Flags };
        GroupKernel<T, AsGiven, PairProgram<MarginHinge, ByTargets<EqualPairs>, No>> kernel = new(
            default, new(new(1), default, PairReduction.Sum));
        return new(new GroupRowsKernel<T>(kernel, 1.0 / classes), options) { Name = Made($"{classes}") };
    }

    /// <summary>
    /// Σ_c w_c·(t_c·softplus(−x_c) + (1 − t_c)·softplus(x_c))/C for rows x of logits and t of targets in [0, 1]: the
    /// mean cross-entropy of classes each of which may apply or not.
    /// </summary>
    /// <remarks>
    /// PyTorch's <c>multilabel_soft_margin_loss</c>: the weights of classes divide nothing. One loss a row; <see
    /// cref="BinaryCrossEntropyLogits"/> over rows has one an entry. Source: the documentation of PyTorch's
    /// <c>MultiLabelSoftMarginLoss</c>.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    /// <param name="classes">C, the columns of a row.</param>
    /// <param name="classWeights">w, one a class, finite and not negative; all 1 by default.</param>
    public static RowLoss<T, T> MultilabelSoftMargin<T>(int classes, IReadOnlyList<double>? classWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ClassOptions<T> options = new(classes, classWeights) { Predictions = Domain.Logits };
        T[] ofColumns =
        [
            .. Enumerable.Range(0, classes).Select(
                label => T.CreateTruncating((classWeights is null ? 1 : classWeights[label]) / classes)),
        ];
        Kernel<T> kernel = PointwiseKernel<T>.For(new BinaryCrossEntropyLogits(1));
        return new(new RowSumKernel<T>(kernel, ofColumns: ofColumns), options)
        {
            Name = Made($"{classes}{classWeights}"),
        };
    }
}

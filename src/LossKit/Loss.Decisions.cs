namespace LossKit;

// What decisions are expected to cost, as losses that have a gradient.
public static partial class Loss
{
    /// <inheritdoc cref="Formulas.ExpectedCost"/>
    public static PointwiseLoss<T, ExpectedCost> ExpectedCost<T>(
        double falsePositive, double falseNegative, double truePositive = 0, double trueNegative = 0)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(new(falsePositive, falseNegative, truePositive, trueNegative))
        {
            Name = Made($"{falsePositive}{falseNegative}{truePositive}{trueNegative}"),
        };

    /// <inheritdoc cref="Formulas.ExpectedCostPerExample"/>
    public static TupleLoss<T, ExpectedCostPerExample> ExpectedCostPerExample<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(default) { Name = Made() };

    /// <summary>
    /// Σₖ pₖ·C(y, k) of the label y, p = softmax(row): what is expected to be paid if each class is decided for with
    /// its probability, by a matrix C of costs.
    /// </summary>
    /// <remarks>
    /// <see cref="ExpectedClassCostPerExample"/> with the costs of the label: gradient pⱼ(C(y, j) − Σₖ pₖ·C(y, k)),
    /// Hessian that times 1 − 2pⱼ, of either sign. With costs of 1 but for right decisions it is 1 − p_y, without a
    /// difference from 1. <see cref="CostMatrix.AsLoss{T}"/> makes it of a matrix. A call rents the costs of some rows.
    /// Source: Elkan, "The Foundations of Cost-Sensitive Learning", IJCAI 2001.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="classes">K, the columns of a row; 2 to 4096.</param>
    /// <param name="costs">K rows of K costs, C(truth, decision) at truth·K + decision; finite.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    /// <exception cref="ArgumentException">There are not K² costs, or one is not finite.</exception>
    public static RowLoss<T, int> ExpectedClassCost<T>(
        int classes, IReadOnlyList<double> costs, int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(costs);
        ExplicitTupleLoss<T, ExpectedClassCostPerExample> ofRows = new(new(AtLeast(2, classes)));
        if (costs.Count != classes * classes)
        {
            throw new ArgumentException(
                $"'{nameof(costs)}' has {costs.Count} entries, but {classes} classes need {classes * classes}: a row of "
                + $"{classes} decisions for each truth.",
                nameof(costs));
        }

        T[] targets =
        [
            .. costs.Select((cost, i) => T.CreateTruncating(
                Parameter.Finite(cost, $"{nameof(costs)}[{i}]").In<T>($"{nameof(costs)}[{i}]").Value)),
        ];
        ClassOptions<T> options = new(classes, ignoreIndex: ignoreIndex);
        return new(new LabelTargetsKernel<T>(ofRows.Kernel, targets, options), options)
        {
            Name = Made($"{classes}{costs}{ignoreIndex}"),
        };
    }

    /// <inheritdoc cref="Formulas.ExpectedClassCostPerExample"/>
    public static TupleLoss<T> ExpectedClassCostPerExample<T>(int classes)
        where T : unmanaged, IFloatingPointIeee754<T> => Named<TupleLoss<T>>(
            new ExplicitTupleLoss<T, ExpectedClassCostPerExample>(new(AtLeast(2, classes))), Made($"{classes}"));
}

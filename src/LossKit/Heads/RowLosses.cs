namespace LossKit;

/// <summary>What losses of rows against labels can be made.</summary>
public static class RowLosses
{
    /// <summary>
    /// This loss of rows that may be of none of the classes: its last class has no prediction, but a score of 0. Labels
    /// of that class, one more than the last prediction's, say that a row has none.
    /// </summary>
    /// <remarks>
    /// <c>CrammerSinger(classes + 1).WithNone()</c> is max(0, m + max_j x_j) for rows without a class and max(0, m +
    /// max(0, max_{j≠y} x_j) − x_y) for others: Keras' <c>CategoricalHinge</c> for m = 1, whose targets are all 0 or
    /// one-hot. <see cref="Loss.MulticlassHinge"/> divides by the classes with that one. Of
    /// <see cref="Loss.SoftmaxCrossEntropy"/> it is −log(eˣ_y/(1 + Σeˣ)), and −log(1/(1 + Σeˣ)) of rows without a
    /// class. A row whose label is ignored still counts nowhere.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="loss">A loss of logits or scores, of at least two classes.</param>
    /// <exception cref="ArgumentException">It has one class, thresholds, or takes probabilities.</exception>
    public static RowLoss<T, int> WithNone<T>(this RowLoss<T, int> loss)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        ClassOptions<T> all = loss.ClassOptions;
        bool takesScores = all.Predictions == Domain.Logits || all.Predictions == Domain.Reals;
        if (all.Classes < 2 || all.Labels != all.Classes || !takesScores)
        {
            throw new ArgumentException(
                $"'loss' has {all.Classes} predictions and {all.Labels} labels a row, each prediction "
                + $"{all.Predictions.Description}: expected logits or scores of at least 2 classes, the last being none.",
                nameof(loss));
        }

        int classes = all.Classes - 1;
        return new(new NoneKernel<T>(loss.Kernel), all with { Classes = classes, TargetColumns = classes })
        {
            Name = loss.Then(),
        };
    }

    /// <summary>This loss of logits that are products of hidden states with the prototypes of classes.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="loss">A loss of logits or scores.</param>
    /// <param name="dimension">How many numbers hidden states and prototypes have.</param>
    /// <param name="zLoss">
    /// λ of λ·(log Σ eˣ)², which is added to the loss of each row; finite and not negative, and 0 unless the loss is
    /// one of a softmax.
    /// </param>
    /// <param name="softCap">c, positive: logits x become c·tanh(x/c) before anything else. None by default.</param>
    public static LinearLoss<T> OfLinear<T>(
        this RowLoss<T, int> loss, int dimension, double zLoss = 0, double? softCap = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        return new(loss, dimension, zLoss, softCap) { Name = loss.Then($"{dimension}{zLoss}{softCap}") };
    }

    /// <summary>
    /// This loss of logits s·cos(x, p) of the angles between rows x and the prototypes p of classes, several of which a
    /// class may have: then the largest of their cosines is its.
    /// </summary>
    /// <remarks>
    /// Rows and prototypes are normalised, by at least 1e-12, and gradients go through that; there is no bias. Of
    /// <see cref="Loss.SoftmaxCrossEntropy"/> it is NormFace.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="loss">A loss of logits or scores.</param>
    /// <param name="dimension">How many numbers rows and prototypes have.</param>
    /// <param name="scale">s, positive and finite.</param>
    /// <param name="subCenters">How many prototypes a class has, one after the other.</param>
    public static LinearLoss<T> OfCosines<T>(
        this RowLoss<T, int> loss, int dimension, double scale = 64, int subCenters = 1)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        return new(loss, dimension, cosines: new(Scale<T>(scale), Centers(subCenters)))
        {
            Name = loss.Then($"{dimension}{scale}{subCenters}"),
        };
    }

    /// <summary>
    /// The same with a formula of your own on the angle between a row and the prototype of its label in place of that
    /// cosine: as <see cref="Loss.ArcFace"/>, <see cref="Loss.CosFace"/> and <see cref="Loss.SphereFace"/>.
    /// </summary>
    /// <remarks>
    /// The angle is taken in double, a small one by the distance of both. Where it is 0 or π, but for rounding, its
    /// gradient is 0.
    /// </remarks>
    /// <inheritdoc cref="OfCosines"/>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TFormula">A <c>readonly struct</c>.</typeparam>
    /// <param name="loss">A loss of logits or scores.</param>
    /// <param name="formula">The formula with its parameters.</param>
    /// <param name="dimension">How many numbers rows and prototypes have.</param>
    /// <param name="margin">The margin of all classes, finite.</param>
    /// <param name="scale">s, positive and finite.</param>
    /// <param name="subCenters">How many prototypes a class has, one after the other.</param>
    /// <param name="featureNorm">Whether logits are multiplied with the norm of the row, too.</param>
    /// <param name="classMargins">The margin of each class, finite, in place of one for all.</param>
    public static LinearLoss<T> OfAngles<T, TFormula>(
        this RowLoss<T, int> loss,
        TFormula formula,
        int dimension,
        double margin = 0,
        double scale = 64,
        int subCenters = 1,
        bool featureNorm = false,
        IReadOnlyList<double>? classMargins = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IAngleFormula
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (classMargins is not null && classMargins.Count != loss.Classes)
        {
            throw new ArgumentException(
                $"'classMargins' has {classMargins.Count} entries, but there are {loss.Classes} classes: one each is "
                + "needed.",
                nameof(classMargins));
        }

        double[] margins =
        [
            .. classMargins?.Select((each, label) => Parameter.Finite(each, $"classMargins[{label}]").Value)
                ?? [Parameter.Finite(margin).Value],
        ];
        CosineScores<T> cosines = new(
            Scale<T>(scale),
            Centers(subCenters),
            PointwiseKernel<double>.For(new OfAngle<TFormula>(formula)),
            margins,
            featureNorm);
        return new(loss, dimension, cosines: cosines)
        {
            Name = loss.Then($"{formula}{dimension}{margin}{scale}{subCenters}{featureNorm}{classMargins}"),
        };
    }

    private static T Scale<T>(double scale) where T : unmanaged, IFloatingPointIeee754<T> =>
        T.CreateTruncating(Parameter.Positive(scale).In<T>(nameof(scale)).Value);

    private static int Centers(int subCenters)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(subCenters);
        return subCenters;
    }
}

namespace LossKit;

// Losses of the margins by which labels lead other classes.
public static partial class Loss
{
    /// <summary>
    /// w_y/C·Σ_{j≠y} max(0, m − x_y + x_j)^p for rows x of scores and the label y: every class that comes too near
    /// costs.
    /// </summary>
    /// <remarks>
    /// PyTorch's <c>multi_margin_loss</c>: divided by all C classes, and the mean by the rows, not by class weights. At
    /// x_y − x_j = m the derivative is 0. Source: Weston and Watkins, "Support Vector Machines for Multi-Class Pattern
    /// Recognition", ESANN 1999.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    /// <param name="classes">C, the columns of a row, at least 2.</param>
    /// <param name="margin">m, by how much the label is to lead.</param>
    /// <param name="p">1 or 2.</param>
    /// <param name="classWeights">w, one a class, finite and not negative; all 1 by default.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static RowLoss<T, int> MulticlassHinge<T>(
        int classes,
        double margin = 1,
        int p = 1,
        IReadOnlyList<double>? classWeights = null,
        int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromRivalFormula<T, MulticlassHinge>(new(margin, p), classes, Rivals.All, classWeights, ignoreIndex)
            .Named(Made($"{classes}{margin}{p}{classWeights}{ignoreIndex}"));

    /// <summary>
    /// max(0, m + max_{j≠y} x_j − x_y) for rows x of scores and the label y: only the best of the other classes costs.
    /// </summary>
    /// <remarks>
    /// scikit-learn's <c>hinge_loss</c> for m = 1; with rows of none of the classes (<see cref="RowLosses.WithNone"/>)
    /// Keras' <c>CategoricalHinge</c>. Of tied competitors the first has the gradient; where the lead is
    /// exactly m it is 0. Source: Crammer and Singer, "On the Algorithmic Implementation of Multiclass Kernel-based
    /// Vector Machines", JMLR 2, 2001.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    /// <param name="classes">The columns of a row, at least 2.</param>
    /// <param name="margin">m, by how much the label is to lead.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static RowLoss<T, int> CrammerSinger<T>(int classes, double margin = 1, int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromRivalFormula<T, MarginHinge>(new(margin), classes, Rivals.Best, ignoreIndex: ignoreIndex)
            .Named(Made($"{classes}{margin}{ignoreIndex}"));

    /// <summary>
    /// max_j x_j − x_y for rows x of scores and the label y: by how much the best class leads the label.
    /// </summary>
    /// <remarks>
    /// Of tied classes the first has the gradient: none where that is the label. optax's
    /// <c>multiclass_perceptron_loss</c>. Source: Collins, "Discriminative Training Methods for Hidden Markov Models",
    /// EMNLP 2002.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    public static RowLoss<T, int> MulticlassPerceptron<T>(int classes, int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ClassOptions<T> options = new(classes, ignoreIndex: ignoreIndex) { Predictions = Domain.Reals };
        return new(new ProgramKernel<T, BestRivalProgram<Wasserstein, Yes>>(default, options), options)
        {
            Name = Made($"{classes}{ignoreIndex}"),
        };
    }

    /// <summary>
    /// A loss of rows of scores from a formula of your own on the margin x_y − x_j by which the label y leads another
    /// class j: w_y/C times the sum over all of them, or w_y times the loss of the best of them.
    /// </summary>
    /// <remarks>The mean divides by the rows, not by class weights.</remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TFormula">A <c>readonly struct</c>.</typeparam>
    /// <param name="formula">The formula with its parameters.</param>
    /// <param name="classes">C, the columns of a row, at least 2.</param>
    /// <param name="rivals">Which of the other classes count.</param>
    /// <param name="classWeights">w, one a class, finite and not negative; all 1 by default.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static RowLoss<T, int> FromRivalFormula<T, TFormula>(
        TFormula formula,
        int classes,
        Rivals rivals = Rivals.All,
        IReadOnlyList<double>? classWeights = null,
        int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IMarginFormula
    {
        ClassOptions<T> options = new(classes, classWeights, ignoreIndex, fewest: 2) { Predictions = Domain.Reals };
        ParameterChecks.Check<T, TFormula>(formula);
        return new(
            rivals switch
            {
                Rivals.All => new ProgramKernel<T, MarginsProgram<TFormula>>(new(formula), options),
                Rivals.Best => new ProgramKernel<T, BestRivalProgram<TFormula, No>>(new(formula), options),
                _ => throw new ArgumentOutOfRangeException(nameof(rivals), rivals, "Expected All or Best."),
            },
            options)
        {
            Name = Made($"{formula}{classes}{rivals}{classWeights}{ignoreIndex}"),
        };
    }
}

namespace LossKit;

// Losses of classes that are ranks.
public static partial class Loss
{
    /// <summary>
    /// Σ_k w_k·(softplus(−x_k) where the label y is above k, else softplus(x_k)) for rows x of logits, one less than there
    /// are classes: classes that are ranks, by as many questions whether a rank is exceeded.
    /// </summary>
    /// <remarks>
    /// Labels are 0 … K for K logits. coral-pytorch's <c>coral_loss</c>, whose <c>importance_weights</c> are w; that all
    /// logits share their weights is the model's business. Source: Cao, Mirjalili and Raschka, "Rank Consistent Ordinal
    /// Regression for Neural Networks with Application to Age Estimation", Pattern Recognition Letters 140, 2020.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tasks">K, the columns of a row: one less than there are classes.</param>
    /// <param name="taskWeights">w, one a column, finite and not negative; all 1 by default.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static RowLoss<T, int> Coral<T>(
        int tasks, IReadOnlyList<double>? taskWeights = null, int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T> => OfThresholds<T, No>(tasks, taskWeights, ignoreIndex, null)
            .Named(Made($"{tasks}{taskWeights}{ignoreIndex}"));

    /// <summary>
    /// Σ_{k≤y} w_k·(softplus(−x_k) where the label y is above k, else softplus(x_k)) for rows x of logits, one less than
    /// there are classes: classes that are ranks, by the questions whether one is exceeded where all before it are.
    /// </summary>
    /// <remarks>
    /// Labels are 0 … K for K logits; the mean divides by the number of terms. coral-pytorch's <c>corn_loss</c>. Source:
    /// Shi, Cao and Raschka, "Deep Neural Networks for Rank-Consistent Ordinal Regression Based On Conditional
    /// Probabilities", Pattern Analysis and Applications 26, 2023.
    /// </remarks>
    /// <inheritdoc cref="Coral"/>
    public static RowLoss<T, int> Corn<T>(
        int tasks, IReadOnlyList<double>? taskWeights = null, int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T> => OfThresholds<T, Yes>(
            tasks,
            taskWeights,
            ignoreIndex,
            [.. Enumerable.Range(0, Math.Max(0, tasks) + 1).Select(label => T.CreateTruncating(Math.Min(label + 1, tasks)))])
            .Named(Made($"{tasks}{taskWeights}{ignoreIndex}"));

    private static RowLoss<T, int> OfThresholds<T, TUpToLabel>(
        int tasks, IReadOnlyList<double>? taskWeights, int ignoreIndex, T[]? divisors)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TUpToLabel : struct, IChoice
    {
        ClassOptions<T> options = new(
            tasks, taskWeights, ignoreIndex, weightsName: nameof(taskWeights), divisors: divisors)
        {
            Predictions = Domain.Reals,
            Labels = tasks + 1,
        };
        return new(new ProgramKernel<T, ThresholdsProgram<TUpToLabel>>(default, options), options);
    }
}

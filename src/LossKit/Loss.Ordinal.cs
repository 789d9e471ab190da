namespace LossKit;

// Losses of classes that are ranks.
public static partial class Loss
{
    /// <summary>
    /// Σ_k w_k·(softplus(−x_k) where the label y is above k, else softplus(x_k)) for rows x of logits, one less than
    /// there are classes: classes that are ranks, by as many questions whether a rank is exceeded.
    /// </summary>
    /// <remarks>
    /// Labels are 0 … K for K logits. coral-pytorch's <c>coral_loss</c>, whose <c>importance_weights</c> are w; that
    /// all logits share their weights is the model's business. Source: Cao, Mirjalili and Raschka,
    /// "Rank Consistent Ordinal Regression for Neural Networks with Application to Age Estimation", Pattern Recognition
    /// Letters 140, 2020.
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
    /// Σ_{k≤y} w_k·(softplus(−x_k) where the label y is above k, else softplus(x_k)) for rows x of logits, one less
    /// than there are classes: classes that are ranks, by the questions whether one is exceeded where all before it
    /// are.
    /// </summary>
    /// <remarks>
    /// Labels are 0 … K for K logits; the mean divides by the number of terms. coral-pytorch's <c>corn_loss</c>.
    /// Source: Shi, Cao and Raschka, "Deep Neural Networks for Rank-Consistent Ordinal Regression Based On Conditional
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

    /// <summary>
    /// −log(F(θ_{y+1} − x) − F(θ_y − x)) of a score x and the label y, whose class is what lies between two of the
    /// rising thresholds θ_1 … θ_{K−1}, θ_0 = −∞ and θ_K = ∞: the likelihood of cumulative link models.
    /// </summary>
    /// <remarks>
    /// With the logistic distribution that of proportional odds, with the normal one ordered probit, with the extreme
    /// one the complementary log-log link. Where thresholds do not rise a class has no probability: its loss is ∞ or
    /// NaN, and <see cref="BatchLosses.Checked"/> refuses them. statsmodels' <c>OrderedModel</c>, whose later
    /// thresholds are logarithms of steps. Source: McCullagh, "Regression Models for Ordinal Data", JRSS B 42, 1980.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="classes">K, one more than there are thresholds; at least 2.</param>
    /// <param name="distribution">F.</param>
    /// <param name="ignoreIndex">Examples with this label count nowhere.</param>
    public static OrdinalLoss<T> CumulativeLink<T>(
        int classes,
        SurvivalDistribution distribution = SurvivalDistribution.Logistic,
        int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int thresholds = ThresholdsOf<T>(classes);
        ClassOptions<T> options = new(thresholds, ignoreIndex: ignoreIndex) { Labels = classes };
        return new(
            new RowLoss<T, int>(
                distribution switch
                {
                    SurvivalDistribution.Normal => new TupleLoss<T, ClassInterval<NormalTime>>(default).Kernel,
                    SurvivalDistribution.Logistic => new TupleLoss<T, ClassInterval<LogisticTime>>(default).Kernel,
                    SurvivalDistribution.Extreme => new TupleLoss<T, ClassInterval<ExtremeTime>>(default).Kernel,
                    _ => throw Unknown(distribution),
                },
                options),
            takesAll: false)
        {
            Name = Made($"{classes}{distribution}{ignoreIndex}"),
        };
    }

    /// <summary>
    /// Σ_k softplus(θ_k − x) where the label y is above threshold k, else softplus(x − θ_k), of a score x and
    /// thresholds θ: every threshold on the wrong side costs.
    /// </summary>
    /// <remarks>
    /// <see cref="Coral"/> of x − θ. The thresholds need not rise, though at the least loss they do. mord's
    /// <c>LogisticAT</c>. Source: Rennie and Srebro, "Loss Functions for Preference Levels: Regression with Discrete
    /// Ordered Labels", IJCAI workshop 2005.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="classes">How many classes there are, one more than thresholds; at least 2.</param>
    /// <param name="ignoreIndex">Examples with this label count nowhere.</param>
    public static OrdinalLoss<T> AllThreshold<T>(int classes, int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(OfThresholds<T, No>(ThresholdsOf<T>(classes), null, ignoreIndex, null), takesAll: true)
        {
            Name = Made($"{classes}{ignoreIndex}"),
        };

    private static int ThresholdsOf<T>(int classes) where T : unmanaged, IFloatingPointIeee754<T> =>
        new ClassOptions<T>(classes, fewest: 2).Classes - 1;

    private static RowLoss<T, int> OfThresholds<T, TUpToLabel>(
        int tasks, IReadOnlyList<double>? taskWeights, int ignoreIndex, T[]? divisors)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TUpToLabel : struct, IChoice
    {
        ClassOptions<T> options = new(
            tasks, taskWeights, ignoreIndex, weightsName: nameof(taskWeights), divisors: divisors, things: nameof(tasks))
        {
            Predictions = Domain.Reals,
            Labels = tasks + 1,
        };
        return new(new ProgramKernel<T, ThresholdsProgram<TUpToLabel>>(default, options), options);
    }
}

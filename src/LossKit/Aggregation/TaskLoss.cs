namespace LossKit;

/// <summary>
/// The loss of one output of a model with several, and what it counts in their common <see cref="Objective"/>,
/// Σ weight · mean cost: gradients come weighted, costs as they are.
/// </summary>
/// <remarks>
/// Each task has its own predictions, targets and number of examples: where an example has no target of a task, leave
/// it out or give it the weight 0, and the others' mean stays right. Losses of different units need weights that make
/// up for it. Immutable and thread-safe; no call allocates. Source: Caruana, "Multitask Learning", Machine Learning 28,
/// 1997.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TTarget">As of the loss.</typeparam>
/// <param name="loss">The loss of this output.</param>
/// <param name="weight">
/// What its mean cost counts; finite and not negative, and within the range of <typeparamref name="T"/>. With 0 the
/// task has no gradient and no share, even if its cost is NaN.
/// </param>
public sealed class TaskLoss<T, TTarget>(ILoss<T, TTarget> loss, double weight)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTarget : unmanaged
{
    private static readonly FormulaKernel<T, Shift> s_copy = new(new(0));

    /// <summary>The loss of this output.</summary>
    public ILoss<T, TTarget> Loss { get; } = loss ?? throw new ArgumentNullException(nameof(loss));

    /// <summary>What its mean cost counts.</summary>
    public double Weight { get; } = Parameter.NotNegative(weight).In<T>(nameof(weight)).Value;

    /// <summary>The cost of a batch, and the gradient of its share in the objective.</summary>
    /// <param name="predictions">This output, for the examples of the batch.</param>
    /// <param name="targets">What is true.</param>
    /// <param name="gradient">Receives <see cref="Weight"/> times the gradient of the loss.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <param name="reduction">Whether the gradient is that of the mean or of the sum.</param>
    /// <returns>
    /// The cost of the task itself, without <see cref="Weight"/>: it merges and compares as any cost.
    /// </returns>
    /// <exception cref="ArgumentException">Lengths differ, or buffers overlap partly.</exception>
    public Cost ValueAndGradient(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<TTarget> targets,
        Span<T> gradient,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean)
    {
        Cost cost = Loss.ValueAndGradient(predictions, targets, gradient, weights, reduction);
        if (Weight == 0)
        {
            gradient.Clear();
        }
        else if (Weight != 1)
        {
            s_copy.Run(
                new()
                {
                    Predictions = gradient,
                    Targets = gradient,
                    Gradient = gradient,
                    Scale = T.CreateTruncating(Weight),
                },
                DerivativeOrder.Gradient,
                LaneWidths.Best);
        }

        return cost;
    }

    /// <summary>
    /// Weight · mean cost: the share in <see cref="Objective.Cost"/>; 0 where no example has this task.
    /// </summary>
    public double Share(Cost cost) => Weight == 0 ? 0 : Weight * cost.MeanOr(0);
}

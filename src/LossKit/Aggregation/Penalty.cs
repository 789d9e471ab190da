namespace LossKit;

/// <summary>Makes penalties.</summary>
public static class Penalty
{
    /// <summary>strength · Σ|θ|: the lasso, which drives parameters to 0.</summary>
    /// <remarks>Source: Tibshirani, "Regression Shrinkage and Selection via the Lasso", JRSS B 58(1), 1996.</remarks>
    /// <inheritdoc cref="Penalty{T}"/>
    /// <param name="strength">Finite and not negative, and within the range of <typeparamref name="T"/>.</param>
    public static Penalty<T> L1<T>(double strength) where T : unmanaged, IFloatingPointIeee754<T> =>
        new(Strength<T>(strength), 0);

    /// <summary>½ · strength · Σθ²: ridge regression, whose gradient strength · θ is weight decay.</summary>
    /// <remarks>
    /// With the factor ½, as <c>weight_decay</c> in PyTorch and <c>lambda</c> in XGBoost; Keras has none, so that its
    /// L2 of 0.01 is 0.02 here. Source: Hoerl and Kennard, "Ridge Regression", Technometrics 12(1), 1970.
    /// </remarks>
    /// <param name="strength">Finite and not negative, and within the range of <typeparamref name="T"/>.</param>
    public static Penalty<T> L2<T>(double strength) where T : unmanaged, IFloatingPointIeee754<T> =>
        new(0, Strength<T>(strength));

    /// <summary>l1 · Σ|θ| + ½ · l2 · Σθ²: both at once.</summary>
    /// <remarks>
    /// scikit-learn's <c>ElasticNet(alpha, l1_ratio)</c> has l1 = alpha · l1_ratio and l2 = alpha · (1 − l1_ratio).
    /// Source: Zou and Hastie, "Regularization and Variable Selection via the Elastic Net", JRSS B 67(2), 2005.
    /// </remarks>
    /// <param name="l1">Finite and not negative, and within the range of <typeparamref name="T"/>.</param>
    /// <param name="l2">Finite and not negative, and within the range of <typeparamref name="T"/>.</param>
    public static Penalty<T> ElasticNet<T>(double l1, double l2) where T : unmanaged, IFloatingPointIeee754<T> =>
        new(Strength<T>(l1), Strength<T>(l2));

    private static Parameter Strength<T>(
        double strength, [CallerArgumentExpression(nameof(strength))] string name = "")
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Parameter.NotNegative(strength, name).In<T>(name);
}

/// <summary>
/// A price of large parameters, which together with the mean cost makes the <see cref="Objective"/> that an optimiser
/// minimises. The factories of <see cref="Penalty"/> make it.
/// </summary>
/// <remarks>
/// <para>
/// It belongs to the <em>mean</em> cost: where gradients of micro-batches are summed, divide first and add the penalty
/// once. Which parameters it counts is the caller's choice, by slices of spans (<c>AsSpan(..^1)</c> leaves out a bias
/// in the end) or by a mask; a mask is worked off in runs, so that few long ones cost nothing.
/// </para>
/// <para>
/// The gradient of |θ| at 0 is taken as 0. A gradient step then leaves a parameter at 0 alone only if the cost does,
/// and never lands on 0 exactly: the sparse solutions that L1 is known for take a proximal method, which uses the
/// gradient of the cost and of L2 only and applies L1 as soft thresholding.
/// </para>
/// <para>Immutable and thread-safe; no call allocates. NaN parameters make value and gradient NaN.</para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Penalty<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly FormulaKernel<T, ElasticNet> _elasticNet;
    private readonly FormulaKernel<T, Shift> _curvature;

    internal Penalty(Parameter l1, Parameter l2)
    {
        L1 = l1.Value;
        L2 = l2.Value;
        _elasticNet = new(new(l1.Value, l2.Value));
        _curvature = new(new(l2.Value));
    }

    /// <summary>The strength of Σ|θ|.</summary>
    public double L1 { get; }

    /// <summary>The strength of ½Σθ².</summary>
    public double L2 { get; }

    /// <summary>The penalty.</summary>
    /// <param name="parameters">The model's parameters θ.</param>
    /// <param name="penalised">Which of them count; none means all.</param>
    /// <exception cref="ArgumentException">Lengths differ.</exception>
    public double Value(ReadOnlySpan<T> parameters, ReadOnlySpan<bool> penalised = default)
    {
        BatchChecks.LengthIfGiven(nameof(penalised), penalised.Length, nameof(parameters), parameters.Length);
        return Run(parameters, default, default, penalised);
    }

    /// <summary>The penalty, while its gradient is added to that of the cost.</summary>
    /// <param name="parameters">The model's parameters θ.</param>
    /// <param name="gradient">
    /// The gradient of the mean cost with respect to the parameters; becomes that of the objective.
    /// </param>
    /// <param name="penalised">Which parameters count; none means all. The gradient of others is left alone.</param>
    /// <returns>The penalty.</returns>
    /// <exception cref="ArgumentException">Lengths differ, or the buffers overlap.</exception>
    public double AddGradient(
        ReadOnlySpan<T> parameters, Span<T> gradient, ReadOnlySpan<bool> penalised = default)
    {
        Check(parameters, gradient, penalised);
        return Run(parameters, gradient, default, penalised);
    }

    /// <summary>The penalty, while its gradient and Hessian diagonal are added to those of the cost.</summary>
    /// <remarks>The Hessian of L2 is its strength; that of L1 is 0, wherever it exists.</remarks>
    /// <param name="parameters">The model's parameters θ.</param>
    /// <param name="gradient">The gradient of the mean cost; becomes that of the objective.</param>
    /// <param name="hessian">The Hessian diagonal of the mean cost; becomes that of the objective.</param>
    /// <param name="penalised">Which parameters count; none means all. The entries of others are left alone.</param>
    /// <returns>The penalty.</returns>
    /// <exception cref="ArgumentException">Lengths differ, or buffers overlap.</exception>
    public double AddGradientAndHessian(
        ReadOnlySpan<T> parameters, Span<T> gradient, Span<T> hessian, ReadOnlySpan<bool> penalised = default)
    {
        Check(parameters, gradient, penalised);
        BatchChecks.Length(nameof(hessian), hessian.Length, nameof(parameters), parameters.Length);
        BatchChecks.Apart(nameof(hessian), hessian, nameof(parameters), parameters);
        BatchChecks.Apart(nameof(hessian), hessian, nameof(gradient), gradient);
        return Run(parameters, gradient, hessian, penalised);
    }

    private static void Check(ReadOnlySpan<T> parameters, Span<T> gradient, ReadOnlySpan<bool> penalised)
    {
        BatchChecks.Length(nameof(gradient), gradient.Length, nameof(parameters), parameters.Length);
        BatchChecks.LengthIfGiven(nameof(penalised), penalised.Length, nameof(parameters), parameters.Length);
        BatchChecks.Apart(nameof(gradient), gradient, nameof(parameters), parameters);
    }

    private double Run(
        ReadOnlySpan<T> parameters, Span<T> gradient, Span<T> hessian, ReadOnlySpan<bool> penalised)
    {
        if (penalised.IsEmpty)
        {
            return RunAll(parameters, gradient, hessian).Total;
        }

        CompensatedSum sum = default;
        for (int start = penalised.IndexOf(true); start < parameters.Length && start >= 0;)
        {
            int length = penalised[start..].IndexOf(false);
            int end = length < 0 ? parameters.Length : start + length;
            sum += RunAll(parameters[start..end], Part(gradient, start, end), Part(hessian, start, end));
            int skipped = penalised[end..].IndexOf(true);
            start = skipped < 0 ? parameters.Length : end + skipped;
        }

        return sum.Total;

        static Span<T> Part(Span<T> output, int start, int end) => output.IsEmpty ? output : output[start..end];
    }

    private CompensatedSum RunAll(ReadOnlySpan<T> parameters, Span<T> gradient, Span<T> hessian)
    {
        if (!hessian.IsEmpty)
        {
            _curvature.Run(
                new() { Predictions = hessian, Targets = hessian, Gradient = hessian, Scale = T.One },
                DerivativeOrder.Gradient,
                LaneWidths.Best);
        }

        return gradient.IsEmpty
            ? _elasticNet.Run(
                new() { Predictions = parameters, Targets = parameters }, DerivativeOrder.Value, LaneWidths.Best)
            : _elasticNet.Run(
                new() { Predictions = parameters, Targets = gradient, Gradient = gradient, Scale = T.One },
                DerivativeOrder.Gradient,
                LaneWidths.Best);
    }
}

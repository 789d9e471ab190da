namespace LossKit.Formulas;

/// <summary>
/// t·log(t/p) − t + p of a log-probability log p and the log-probability log t it should have: one class' part of the
/// forward Kullback–Leibler divergence.
/// </summary>
/// <remarks>
/// The derivative with respect to log p is p − t. Source: Kullback and Leibler, "On Information and Sufficiency",
/// Annals of Mathematical Statistics 22, 1951.
/// </remarks>
public readonly struct ForwardKl : IPointwiseFormula, IExplicitFormula
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        RelativeEntropy<TLane> entropy = new(target, prediction);
        return new() { Value = entropy.Value, First = entropy.Difference, Second = entropy.B };
    }
}

/// <summary>
/// p·log(p/t) − p + t of a log-probability log p and the log-probability log t it should have: one class' part of the
/// reverse Kullback–Leibler divergence.
/// </summary>
/// <remarks>The derivative with respect to log p is p·log(p/t). Source as <see cref="ForwardKl"/>.</remarks>
public readonly struct ReverseKl : IPointwiseFormula, IExplicitFormula
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        RelativeEntropy<TLane> entropy = new(prediction, target);
        TLane slope = -TLane.Weigh(entropy.A, target - prediction);
        return new() { Value = entropy.Value, First = slope, Second = slope + entropy.A };
    }
}

/// <summary>a·log(a/b) − a + b of two probabilities by their logarithms, −∞ of what is masked.</summary>
/// <remarks>
/// The last two add up to 0 over all classes, and with them no class is negative. Where b is up to e times as large as
/// a it is a·(eˣ − 1 − x) with x = log(b/a), which does not cancel where they are nearly equal.
/// </remarks>
internal readonly struct RelativeEntropy<TLane> where TLane : struct, ILane<TLane>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RelativeEntropy(TLane logA, TLane logB)
    {
        TLane ahead = logB - logA;
        TLane excess = TLane.Expm1Excess(TLane.Min(ahead, 1.0));
        A = TLane.Exp(logA);
        B = TLane.Exp(logB);
        Value = TLane.SelectGreater(
            ahead, 1.0, B - A - TLane.Weigh(A, ahead), TLane.Weigh(A, excess));
        Difference = TLane.SelectGreater(TLane.Abs(ahead), 1.0, B - A, TLane.Weigh(A, excess + ahead));
    }

    public readonly TLane A;

    public readonly TLane B;

    /// <summary>b − a.</summary>
    public readonly TLane Difference;

    public readonly TLane Value;
}

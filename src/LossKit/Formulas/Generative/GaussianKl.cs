namespace LossKit.Formulas;

/// <summary>
/// ½(e^(v − v′) − 1 − (v − v′) + (μ − μ′)²·e^(−v′)) of means μ and μ′ and log-variances v and v′: the divergence of one
/// dimension of a normal posterior from a normal prior, which is learned as well.
/// </summary>
/// <remarks>
/// Predictions μ, v, μ′ and v′; no targets. Smooth. Source: Kullback and Leibler, "On Information and Sufficiency",
/// Annals of Mathematical Statistics 22(1), 1951.
/// </remarks>
public readonly struct GaussianKl : ITupleFormula
{
    /// <inheritdoc/>
    public static int Predictions => 4;

    /// <inheritdoc/>
    public static int Targets => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct =>
        0.5 * (TLane.Expm1Excess(x[1] - x[3]) + TLane.Square((x[0] - x[2]) * Functions.BoundedExp(-0.5 * x[3])));
}

namespace LossKit.Formulas;

/// <summary>
/// max(½(e^v + μ² − 1 − v), f) of a mean μ and a log-variance v: the divergence of one dimension of a normal posterior
/// from the standard normal prior, of which f nats are free.
/// </summary>
/// <remarks>
/// Predictions μ and v; no targets. Where the divergence is not above f > 0 the gradient is 0. Sources: Kingma and
/// Welling, "Auto-Encoding Variational Bayes", ICLR 2014; free bits: Kingma et al., NIPS 2016.
/// </remarks>
/// <param name="freeBits">f, in nats a dimension; finite and not negative.</param>
public readonly struct GaussianKlStandard(double freeBits) : ITupleFormula
{
    private readonly Parameter _freeBits = Parameter.NotNegative(freeBits);

    /// <inheritdoc/>
    public static int Predictions => 2;

    /// <inheritdoc/>
    public static int Targets => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        TLane divergence = 0.5 * (TLane.Expm1Excess(x[1]) + TLane.Square(x[0]));
        return _freeBits.Value == 0 ? divergence : TLane.Max(_freeBits, divergence);
    }
}

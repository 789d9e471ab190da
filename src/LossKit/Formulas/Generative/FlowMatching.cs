namespace LossKit.Formulas;

/// <summary>
/// w·(v − (x − z))² of a predicted velocity v from noise z to data x, with a weight w of the time t.
/// </summary>
/// <remarks>
/// One prediction, v; targets z, x and t. The weight is 1, or the density e^(−½logit(t)²)/(√(2π)·t(1 − t)) of a
/// logit-normal time, 0 at both ends. Sources: Lipman et al., "Flow Matching for Generative Modeling", ICLR 2023; Esser
/// et al., "Scaling Rectified Flow Transformers", ICML 2024.
/// </remarks>
/// <param name="weighting">What a time counts.</param>
public readonly struct FlowMatching(FlowWeighting weighting) : ITupleFormula, IFormulaDomains
{
    private readonly FlowWeighting _weighting = Enum.IsDefined(weighting)
        ? weighting
        : throw new ArgumentOutOfRangeException(nameof(weighting), weighting, "Expected None or LogitNormal.");

    /// <inheritdoc/>
    public static int Predictions => 1;

    /// <inheritdoc/>
    public static int Targets => 3;

    Domain IFormulaDomains.TargetDomain(int k) => k == 2 ? Domain.Probabilities : Domain.Reals;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        TLane error = TLane.Square(x[0] - (x.Target(1) - x.Target(0)));
        if (_weighting == FlowWeighting.None)
        {
            return error;
        }

        TLane time = x.Target(2);
        TLane before = TLane.Log(time);
        TLane after = TLane.Log1p(-time);
        TLane logDensity = -0.5 * (TLane.Square(before - after) + Math.Log(2 * Math.PI)) - (before + after);
        return TLane.SelectGreater(time * (1.0 - time), 0.0, TLane.Exp(logDensity), 0.0) * error;
    }
}

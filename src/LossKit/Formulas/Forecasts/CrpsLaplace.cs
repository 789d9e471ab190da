namespace LossKit.Formulas;

/// <summary>
/// σ(|z| + e^(−|z|) − ¾), z = (t − μ)/σ: the continuous ranked probability score of a Laplace forecast whose location μ
/// and scale σ are predicted.
/// </summary>
/// <remarks>
/// Predictions μ and σ or log σ, as <typeparamref name="TLink"/> says; one target; in its units. Smooth; 0 only in the
/// limit of a sure and right forecast. Sources: Gneiting and Raftery, "Strictly Proper Scoring Rules, Prediction, and
/// Estimation", JASA 102, 2007; Jordan, Krüger and Lerch, "Evaluating Probabilistic Forecasts with scoringRules", 2019.
/// </remarks>
/// <typeparam name="TLink">How the scale is given.</typeparam>
public readonly struct CrpsLaplace<TLink> : ITupleFormula, IFormulaDomains, IPropagatesNaN
    where TLink : struct, IScaleLink
{
    /// <inheritdoc/>
    public static int Predictions => 2;

    /// <inheritdoc/>
    public static int Targets => 1;

    Domain IFormulaDomains.PredictionDomain(int k) => k == 1 ? TLink.Domain : Domain.Reals;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        // Not |z|, whose convention at 0 would hide the curvature there.
        TLane z = TLink.Divide(x.Target(0) - x[0], x[1]);
        TLane away = TLane.SelectGreater(z, 0.0, -z, z);
        return TLink.Scale(x[1]) * (TLane.Expm1Excess(away) + 0.25);
    }
}

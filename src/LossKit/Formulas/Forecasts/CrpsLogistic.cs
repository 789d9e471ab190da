namespace LossKit.Formulas;

/// <summary>
/// σ(z + 2·softplus(−z) − 1), z = (t − μ)/σ: the continuous ranked probability score of a logistic forecast whose
/// location μ and scale σ are predicted.
/// </summary>
/// <remarks>
/// Predictions μ and σ or log σ, as <typeparamref name="TLink"/> says; one target; in its units. Smooth; 0 only in the
/// limit of a sure and right forecast. Sources: Gneiting and Raftery, "Strictly Proper Scoring Rules, Prediction, and
/// Estimation", JASA 102, 2007; Jordan, Krüger and Lerch, "Evaluating Probabilistic Forecasts with scoringRules", 2019.
/// </remarks>
/// <typeparam name="TLink">How the scale is given.</typeparam>
public readonly struct CrpsLogistic<TLink> : ITupleFormula, IFormulaDomains, IPropagatesNaN
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
        TLane z = TLink.Divide(x.Target(0) - x[0], x[1]);
        return TLink.Scale(x[1]) * (2.0 * TLane.LogCosh(0.5 * z) + (2 * Math.Log(2) - 1));
    }
}

namespace LossKit.Formulas;

/// <summary>
/// σ(z·(2Φ(z) − 1) + 2φ(z) − 1/√π), z = (t − μ)/σ: the continuous ranked probability score of a normal forecast whose
/// mean μ and standard deviation σ are predicted.
/// </summary>
/// <remarks>
/// Predictions μ and σ or log σ, as <typeparamref name="TLink"/> says; one target; in its units. Smooth; 0 only in the
/// limit of a sure and right forecast. Sources: Gneiting and Raftery, "Strictly Proper Scoring Rules, Prediction, and
/// Estimation", JASA 102, 2007; Jordan, Krüger and Lerch, "Evaluating Probabilistic Forecasts with scoringRules", 2019.
/// </remarks>
/// <typeparam name="TLink">How the scale is given.</typeparam>
public readonly struct CrpsGaussian<TLink> : ITupleFormula, IFormulaDomains, IPropagatesNaN
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
        TLane error = x.Target(0) - x[0];
        TLane z = TLink.Divide(error, x[1]);

        // Farther out the density is 0, and the square may be out of range.
        TLane density = Math.Sqrt(2 / Math.PI) * TLane.Exp(-0.5 * TLane.Square(TLane.Clamp(z, -100.0, 100.0)));
        return error * Functions.Erf(Math.Sqrt(0.5) * z) + TLink.Scale(x[1]) * (density - 1 / Math.Sqrt(Math.PI));
    }
}

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
internal readonly struct CrpsGaussian<TLink> : IExplicitTupleFormula, IFormulaDomains
    where TLink : struct, IScaleLink
{
    public int Predictions => 2;

    public int Targets => 1;

    Domain IFormulaDomains.PredictionDomain(int k) => k == 1 ? TLink.Domain : Domain.Reals;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        TLane scale = TLink.Scale(x[1]);
        TLane error = x.Target(0) - x[0];

        // Farther out the density is 0, and the square may be out of range.
        TLane z = TLane.Clamp(TLink.Divide(error, x[1]), -100.0, 100.0);
        TLane square = TLane.Square(z);
        TLane density = Math.Sqrt(2 / Math.PI) * TLane.Exp(-0.5 * square);
        TLane away = Functions.Erf(Math.Sqrt(0.5) * z);
        TLane spread = scale * (density - 1 / Math.Sqrt(Math.PI));
        x.Differentiate(0, -away, TLink.DivideFinitely(density, x[1]));
        TLink.Differentiate(x, 1, spread, spread + scale * (density * square));
        return error * away + spread;
    }
}

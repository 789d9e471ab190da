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
internal readonly struct CrpsLogistic<TLink> : IExplicitTupleFormula, IFormulaDomains
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

        // Farther out the density is 0. What is asked for is no difference of |z| and something next to it.
        TLane size = TLane.Clamp(TLane.Abs(TLink.Divide(error, x[1])), 0.0, 1000.0);
        TLane tail = TLane.Exp(-size);
        TLane inverse = TLane.Reciprocal(tail + 1.0);
        TLane chance = tail * inverse;
        TLane density = 2.0 * (chance * inverse);
        TLane spread = 2.0 * TLane.Log1p(tail) - 1.0;
        TLane away = TLane.Tanh(0.5 * size);
        TLane slope = scale * (2.0 * (size * chance) + spread);
        x.Differentiate(0, TLane.SelectGreater(error, 0.0, -away, away), TLink.DivideFinitely(density, x[1]));
        TLink.Differentiate(x, 1, slope, slope + scale * (density * TLane.Square(size)));
        return TLane.Abs(error) + scale * spread;
    }
}

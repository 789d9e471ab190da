namespace LossKit.Formulas;

/// <summary>
/// 1/M·Σ|xᵢ − t| − ½·c·ΣΣ|xᵢ − xⱼ|: the continuous ranked probability score of an ensemble of M predictions x for a
/// target t.
/// </summary>
/// <remarks>
/// Predictions are the M members; one target. With the fairness a, c = a/(M(M − 1)) + (1 − a)/M²: 0 is the score of the
/// ensemble as a distribution, 1 that of what it is drawn from, between is almost fair. Of one member only the first
/// term is left. |·| has gradient 0 at 0; Hessian 0. Sources: Gneiting and Raftery,
/// "Strictly Proper Scoring Rules, Prediction, and Estimation", JASA 102, 2007; Ferro,
/// "Fair Scores for Ensemble Forecasts", 2014; Lang et al., "AIFS-CRPS", 2024.
/// </remarks>
/// <param name="members">M, 1 or more.</param>
/// <param name="fairness">a, between 0 and 1.</param>
internal readonly struct CrpsEnsemble(int members, double fairness) : IExplicitTupleFormula
{
    private readonly Parameter _share = 1.0 / members;
    private readonly Parameter _spread = EnergyScore.Spread(members, fairness);

    public int Predictions => members;

    public int Targets => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        TLane loss = default;
        for (int i = 0; i < members; i++)
        {
            TLane member = x[i];
            TLane apart = default;
            TLane above = default;
            for (int j = 0; j < members; j++)
            {
                TLane difference = member - x[j];
                TLane side = Sign(difference);
                above += side;
                apart += side * difference;
            }

            TLane error = member - x.Target(0);
            loss += _share * TLane.Abs(error) - 0.5 * (_spread * apart);
            x.Differentiate(i, _share * Sign(error) - _spread * above, 0.0);
        }

        return loss;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Sign<TLane>(TLane x) where TLane : struct, ILane<TLane> =>
        TLane.SelectGreater(x, 0.0, 1.0, TLane.SelectGreater(0.0, x, -1.0, 0.0));
}

namespace LossKit.Formulas;

/// <summary>
/// 1/M·Σ‖xᵢ − t‖ − ½·c·ΣΣ‖xᵢ − xⱼ‖ of an ensemble of M predicted vectors x for a vector t: least in the mean if they
/// are drawn from t's distribution.
/// </summary>
/// <remarks>
/// With the fairness a, c = a/(M(M − 1)) + (1 − a)/M²: 0 is the score of the ensemble as a distribution, 1 that of what
/// it is drawn from, between is almost fair. Of one member only the first term is left. Predictions M·D numbers, member
/// by member, D targets; a distance of 0 has gradient 0. Sources: Gneiting and Raftery, "Strictly Proper Scoring Rules,
/// Prediction, and Estimation", JASA 102, 2007; Ferro, "Fair Scores for Ensemble Forecasts", 2014; Lang et al.,
/// "AIFS-CRPS", 2024.
/// </remarks>
/// <param name="members">M, 1 or more.</param>
/// <param name="dimension">D, 1 or more.</param>
/// <param name="fairness">a, between 0 and 1.</param>
internal readonly struct EnergyScore(int members, int dimension, double fairness) : IExplicitTupleFormula
{
    private readonly Parameter _share = 1.0 / members;
    private readonly Parameter _spread = Spread(members, fairness);

    public int Predictions => members * dimension;

    public int Targets => dimension;

    /// <summary>c, which the distance of each pair of members is multiplied with.</summary>
    public static Parameter Spread(int members, double fairness)
    {
        double fair = Parameter.Probability(fairness).Value;
        return members == 1 ? 0 : (fair / (members - 1.0) + (1 - fair) / members) / members;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        TLane loss = default;
        for (int i = 0; i < members; i++)
        {
            // The target is the last of those that a member is compared with.
            TLane apart = default;
            for (int j = 0; j <= members; j++)
            {
                TLane factor = j == members ? _share : -_spread;
                TLane largest = TLane.SmallestNormal;
                for (int d = 0; d < dimension; d++)
                {
                    largest = TLane.Max(largest, TLane.Abs(Difference<TLane, TExample>(x, i, j, d)));
                }

                // By the largest, whose square may leave the range of the numbers.
                TLane scale = TLane.Reciprocal(largest);
                TLane square = default;
                for (int d = 0; d < dimension; d++)
                {
                    square += TLane.Square(scale * Difference<TLane, TExample>(x, i, j, d));
                }

                TLane root = TLane.Sqrt(square);
                apart += (j == members ? 1.0 : 0.5) * (factor * (largest * root));
                if (TExample.Order > 0)
                {
                    Differentiate<TLane, TExample>(x, i, j, factor, scale, root);
                }
            }

            loss += apart;
        }

        return loss;
    }

    /// <summary>From a member to another, or to the target.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLane Difference<TLane, TExample>(TExample x, int i, int j, int d)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct =>
        x[i * dimension + d] - (j == members ? x.Target(d) : x[j * dimension + d]);

    /// <summary>
    /// Adds the derivatives of a distance with respect to its first end, given it times <paramref name="scale"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Differentiate<TLane, TExample>(
        TExample x, int i, int j, TLane factor, TLane scale, TLane root)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        TLane inverse = TLane.SelectGreater(root, 0.0, TLane.Reciprocal(root), 0.0);
        for (int d = 0; d < dimension; d++)
        {
            int at = i * dimension + d;
            TLane direction = inverse * (scale * Difference<TLane, TExample>(x, i, j, d));
            TLane slope = factor * direction;
            TLane curvature = factor * (inverse * scale) * ((1.0 - direction) * (direction + 1.0));
            x.Differentiate(
                at, j == 0 ? slope : x.Slope(at) + slope, j == 0 ? curvature : x.Curvature(at) + curvature);
        }
    }
}

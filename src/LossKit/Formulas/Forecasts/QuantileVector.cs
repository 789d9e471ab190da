namespace LossKit.Formulas;

/// <summary>
/// The mean over the quantiles q of the pinball losses q(t − p) where t ≥ p, else (1 − q)(p − t), of Q predictions p
/// for one target t; optionally, what predictions cross by costs as well.
/// </summary>
/// <remarks>
/// Predictions one a quantile, in their order; one target. Gradient −q/Q where t ≥ p, <b>also at p = t</b>, as <see
/// cref="Quantile"/>, else (1 − q)/Q; Hessian 0. The price of crossing is c/Q·Σ max(0, pᵢ − pᵢ₊₁), with gradient 0
/// where neighbours are equal. Sources: Koenker and Bassett, "Regression Quantiles", Econometrica 46(1), 1978; Bondell,
/// Reich and Wang, "Noncrossing Quantile Regression Curve Estimation", Biometrika 97, 2010.
/// </remarks>
/// <param name="quantiles">Each q, strictly between 0 and 1.</param>
/// <param name="crossing">c, finite and not negative; other than 0 only of increasing quantiles.</param>
internal readonly struct QuantileVector(IReadOnlyList<double> quantiles, double crossing) : IExplicitTupleFormula
{
    private readonly Parameter[] _quantiles = Checked(quantiles, crossing);
    private readonly Parameter _crossing = Parameter.NotNegative(crossing).Value / quantiles.Count;

    public int Predictions => _quantiles.Length;

    public int Targets => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        double each = 1.0 / _quantiles.Length;
        TLane target = x.Target(0);
        TLane crossed = default;
        TLane pinball = default;
        TLane sum = default;
        for (int k = 0; k < _quantiles.Length; k++)
        {
            TLane quantile = _quantiles[k];
            TLane slope = TLane.SelectGreater(x[k], target, 1.0 - quantile, -quantile);
            pinball += slope * (x[k] - target);

            // Above the next, it is drawn down as far as that is drawn up.
            TLane gap = x[k] - x[Math.Min(k + 1, _quantiles.Length - 1)];
            TLane crosses = TLane.SelectGreater(gap, 0.0, _crossing, 0.0);
            sum += crosses * gap;
            x.Differentiate(k, each * slope + crosses - crossed, 0.0);
            crossed = crosses;
        }

        return each * pinball + sum;
    }

    private static Parameter[] Checked(IReadOnlyList<double> quantiles, double crossing)
    {
        ArgumentNullException.ThrowIfNull(quantiles);
        if (quantiles.Count == 0)
        {
            throw new ArgumentException("'quantiles' has no entries, but must have 1 or more.", nameof(quantiles));
        }

        for (int k = 1; k < quantiles.Count && crossing != 0; k++)
        {
            if (!(quantiles[k] > quantiles[k - 1]))
            {
                throw new ArgumentException(
                    $"'quantiles' must increase where crossing has a price, but [{k}] is {quantiles[k]} after "
                    + $"{quantiles[k - 1]}.",
                    nameof(quantiles));
            }
        }

        return [.. quantiles.Select(quantile => Parameter.InnerProbability(quantile, nameof(quantiles)))];
    }
}

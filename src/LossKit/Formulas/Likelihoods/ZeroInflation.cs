namespace LossKit.Formulas;

/// <summary>What likelihoods of counts with too many zeros share: −log(π·[t = 0] + (1 − π)·p(t)).</summary>
internal static class ZeroInflation
{
    /// <summary>How many numbers it keeps.</summary>
    public const int Kept = 4;

    /// <summary>Keeps what <see cref="Of"/> wants of the first prediction, the logit of π.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ask<TLane, TExample>(TExample x, int kept)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        Logistic<TLane> gate = TLane.Logistic(x[0]);
        x.Keep(kept, gate.Sigmoid);
        x.Keep(kept + 1, gate.OppositeSigmoid);
        x.Keep(kept + 2, gate.Softplus);
        x.Keep(kept + 3, gate.OppositeSoftplus);
    }

    /// <summary>The loss, whose derivatives with respect to the logit of π are noted.</summary>
    /// <param name="x">The example; its target is the count.</param>
    /// <param name="rest">−log p(t).</param>
    /// <param name="kept">Where numbers have been kept.</param>
    /// <param name="share">How likely the count is one of p's: its derivatives count by that much.</param>
    /// <param name="missing">How likely it is not.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Of<TLane, TExample>(TExample x, TLane rest, int kept, out TLane share, out TLane missing)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        TLane count = x.Target(0);
        TLane sum = x[0] + rest;
        Logistic<TLane> origin = TLane.Logistic(sum);
        missing = TLane.SelectGreater(count, 0.0, 0.0, origin.Sigmoid);
        share = TLane.SelectGreater(count, 0.0, 1.0, origin.OppositeSigmoid);
        TLane gate = x.Spare(kept);
        TLane opposite = x.Spare(kept + 1);
        TLane fall = opposite * TLane.Expm1(-rest);
        TLane slope = origin.Sigmoid * fall;
        TLane balance = TLane.SelectGreater(sum, 0.0, origin.OppositeSigmoid - gate, opposite - origin.Sigmoid);
        x.Differentiate(
            0,
            TLane.SelectGreater(count, 0.0, gate, slope),
            TLane.SelectGreater(count, 0.0, gate * opposite, slope * balance));

        // Of a 0, by what is not a difference of nearly equal numbers.
        TLane rare = TLane.SelectGreater(
            sum, 0.0, x.Spare(kept + 3) - origin.OppositeSoftplus, rest + x.Spare(kept + 2) - origin.Softplus);
        return TLane.SelectGreater(
            count, 0.0, x.Spare(kept + 2) + rest, TLane.SelectGreater(fall, -0.5, -TLane.Log1p(fall), rare));
    }

    /// <summary>Notes derivatives, given those of −log p(t).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Differentiate<TLane, TExample>(
        TExample x, int k, TLane slope, TLane curvature, TLane share, TLane missing)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        // The share first: of a 0 that is none of p's, p may say anything.
        TLane pull = TLane.Weigh(share, slope);
        x.Differentiate(k, pull, TLane.Weigh(share, curvature) - TLane.Weigh(missing, TLane.Weigh(pull, slope)));
    }
}

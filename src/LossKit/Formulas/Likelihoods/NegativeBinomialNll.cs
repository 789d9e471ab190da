namespace LossKit.Formulas;

/// <summary>
/// log Γ(r) − log Γ(t + r) + log Γ(t + 1) + r·log(1 + αm) − t·log(m/(m + r)), r = 1/α: the negative log-likelihood of a
/// negative binomial distribution whose mean m and dispersion α are both predicted.
/// </summary>
/// <remarks>
/// Predictions log m and log α; one target, a count; in nats. The variance is m + αm² (NB2); gradient (m − t)/(1 + αm)
/// of log m, whose Fisher information is m/(1 + αm). Small dispersions, where the distribution is Poisson's, and large
/// counts lose no digits. Source: Lawless, "Negative Binomial and Mixed Poisson Regression", Canadian Journal of
/// Statistics 15, 1987.
/// </remarks>
internal readonly struct NegativeBinomialNll : IExplicitTupleFormula, IFormulaDomains
{
    /// <summary>What <see cref="Ask{TLane, TExample}(TExample, TLane, TLane)"/> keeps.</summary>
    public const int Kept = 7;

    public int Predictions => 2;

    public int Targets => 1;

    Domain IFormulaDomains.TargetDomain(int k) => Domain.NotNegative;

    public int Spare => Kept;

    public static int Questions(int predictions) => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ask<TLane, TExample>(TExample x, int predictions)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct =>
        Ask<TLane, TExample>(x, x[0], x[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> Function<TLane, TJet>(TLane x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane> => TLane.At<StirlingErrorFunction, TJet>(x);

    public static bool HasFisherInformation => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Expect<TLane, TExample>(TExample x, int predictions)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        TLane mean = x.Spare(0);
        TLane size = x.Spare(1);
        TLane share = x.Spare(5);
        TLane rest = x.Spare(6);
        x.Expect(0, TLane.SelectGreater(share, rest, size * share, mean * rest));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        Derivatives<TLane> byMean = Of<TLane, TExample>(
            x, x[0], out Derivatives<TLane> byDispersion);
        x.Differentiate(0, byMean.First, byMean.Second);
        x.Differentiate(1, byDispersion.First, byDispersion.Second);
        return byMean.Value;
    }

    /// <summary>
    /// Asks for what Stirling's formula lacks of r, of t + r and of t; keeps m and r, the logarithms of r, t + r and t,
    /// and the shares of m and of r in m + r.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ask<TLane, TExample>(TExample x, TLane logMean, TLane logDispersion)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        TLane count = x.Target(0);
        TLane mean = Functions.BoundedExp(logMean);
        TLane logSize = LogSize(logDispersion);
        TLane size = TLane.Exp(logSize);
        Logistic<TLane> shares = TLane.Logistic(logMean - logSize);

        // Of a count of 0 the size's own, to the last bit.
        TLane logSum = TLane.SelectGreater(count, 0.0, TLane.Log(count + size), logSize);
        TLane logCount = TLane.Log(count);
        x.Keep(0, mean);
        x.Keep(1, size);
        x.Keep(2, logSize);
        x.Keep(3, logSum);
        x.Keep(4, logCount);
        x.Keep(5, shares.Sigmoid);
        x.Keep(6, shares.OppositeSigmoid);
        x.Ask(0, logSize);
        x.Ask(1, logSum);
        x.Ask(2, logCount);
    }

    /// <summary>The loss and its derivatives.</summary>
    /// <remarks>
    /// Factorials by what Stirling's formula lacks, log-likelihoods by how far they are below the largest: of
    /// t·log(t/m) + (t + r)·log((m + r)/(t + r)) the first orders in m − t cancel, and are not there.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> Of<TLane, TExample>(
        TExample x, TLane logMean, out Derivatives<TLane> byDispersion)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        TLane count = x.Target(0);
        TLane mean = x.Spare(0);
        TLane size = x.Spare(1);
        TLane logSize = x.Spare(2);
        TLane logSum = x.Spare(3);
        TLane logCount = x.Spare(4);
        TLane ofMean = x.Spare(5);
        TLane ofSize = x.Spare(6);
        TLane odds = logMean - logSize;
        TLane softplus = TLane.Softplus(odds);

        // log(m + r), which neither of both need be in range for.
        TLane logOfMean = TLane.SelectGreater(odds, 0.0, logMean + (softplus - odds), logSize + softplus);
        TLane error = mean - count;
        TLane both = count + size;
        TLane ofCount = TLane.Reciprocal(TLane.Max(both, TLane.SmallestNormal));
        TLane share = TLane.SelectGreater(count, 0.0, size * ofCount, 1.0);

        // r(m − t)/(m + r), of the larger of m and r its share, which is in range.
        TLane pull = TLane.SelectGreater(
            TLane.Min(odds, logMean), 0.0, size * ofMean * (error / mean), error * ofSize);

        // r·(log((m + r)/(t + r)) − (m − t)/(m + r)), and t·(a − log(1 + a)) with a as 1 + a = m(t + r)/t(m + r).
        TLane ratio = error * ofCount;
        TLane near = TLane.Clamp(ratio, -0.5, 1.0);
        TLane misfit = TLane.SelectGreater(
            TLane.Abs(ratio - near),
            0.0,
            size * (logOfMean - logSum) - pull,
            pull * ratio - size * TLane.Log1pDeficit(near));
        TLane excess = LogRatio.Deficit(count, pull, pull / count, logMean + logSum - logCount - logOfMean);
        TLane some = excess + misfit + 0.5 * (logCount + logSum - logSize + Math.Log(2 * Math.PI))
            + x.Answer(2).Value;
        TLane slope = default;
        TLane curvature = default;
        for (int k = 0; k < 2; k++)
        {
            double sign = 1 - 2 * k;
            TLane part = k == 0 ? 1.0 : share;
            Derivatives<TLane> stirling = x.Answer(k);
            some += sign * stirling.Value;
            slope += sign * part * stirling.First;
            curvature += sign * part * (part * stirling.Second + (1.0 - part) * stirling.First);
        }

        // The differences first, which may be much smaller than their terms.
        slope += misfit - 0.5 * count * ofCount;
        curvature += misfit + 0.5 * share * count * ofCount - pull * (pull * ofCount);
        byDispersion = new() { First = -slope, Second = curvature };
        return new()
        {
            Value = TLane.SelectGreater(count, 0.0, some, size * softplus),
            First = pull,
            Second = TLane.SelectGreater(
                TLane.Min(-odds, logSize), 0.0, mean * ofSize * ofSize * (both / size), ofMean * ofSize * both),
        };
    }

    /// <summary>log r, of what is in range: nothing changes any more before its end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane LogSize<TLane>(TLane logDispersion) where TLane : struct, ILane<TLane> =>
        TLane.Min(-logDispersion, TLane.SelectGreater(1e-40, TLane.SmallestNormal, 700.0, 87.0));
}

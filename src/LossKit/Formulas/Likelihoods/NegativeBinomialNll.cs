namespace LossKit.Formulas;

/// <summary>
/// log Γ(r) − log Γ(t + r) + log Γ(t + 1) + r·log(1 + αm) − t·log(m/(m + r)), r = 1/α: the negative log-likelihood of a
/// negative binomial distribution whose mean m and dispersion α are both predicted.
/// </summary>
/// <remarks>
/// Predictions log m and log α; one target, a count; in nats. The variance is m + αm² (NB2); gradient (m − t)/(1 + αm) of
/// log m, whose Fisher information is m/(1 + αm). Small dispersions, where the distribution is Poisson's, and large counts lose no digits. Source: Lawless,
/// "Negative Binomial and Mixed Poisson Regression", Canadian Journal of Statistics 15, 1987.
/// </remarks>
internal readonly struct NegativeBinomialNll : IExplicitTupleFormula, IFormulaDomains
{
    /// <summary>Of what logarithms exp is in range of either precision; nothing changes any more long before.</summary>
    private const double LargestLog = 80;

    /// <summary>What <see cref="Ask{TLane, TExample}(TExample, TLane, TLane)"/> keeps.</summary>
    public const int Kept = 6;

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
        x.Expect(0, mean * TLane.Reciprocal(mean + size) * size);
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
    /// Asks for what Stirling's formula lacks of r, of t + r and of t; keeps m and r and the logarithms of r, t + r, t and
    /// m + r.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ask<TLane, TExample>(TExample x, TLane logMean, TLane logDispersion)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        TLane count = x.Target(0);
        TLane mean = TLane.Exp(TLane.Min(logMean, LargestLog));
        TLane logSize = TLane.Min(-logDispersion, LargestLog);
        TLane size = TLane.Exp(logSize);

        // Of a count of 0 the size's own, to the last bit.
        TLane logSum = TLane.SelectGreater(count, 0.0, TLane.Log(count + size), logSize);
        TLane logCount = TLane.Log(count);
        x.Keep(0, mean);
        x.Keep(1, size);
        x.Keep(2, logSize);
        x.Keep(3, logSum);
        x.Keep(4, logCount);
        x.Keep(5, TLane.Log(mean + size));
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
        TLane logOfMean = x.Spare(5);
        TLane error = mean - count;
        TLane ofMean = TLane.Reciprocal(mean + size);
        TLane ofCount = TLane.Reciprocal(count + size);
        TLane share = TLane.SelectGreater(count, 0.0, size * ofCount, 1.0);
        TLane pull = error * (size * ofMean);

        // r·(log((m + r)/(t + r)) − (m − t)/(m + r)), and t·(a − log(1 + a)) with a as 1 + a = m(t + r)/t(m + r).
        TLane ratio = error * ofCount;
        TLane near = TLane.Clamp(ratio, -0.5, 1.0);
        TLane misfit = size * TLane.SelectGreater(
            TLane.Abs(ratio - near),
            0.0,
            logOfMean - logSum - error * ofMean,
            error * ofMean * ratio - TLane.Log1pDeficit(near));
        TLane rise = pull / count;
        TLane excess = count * LogRatio.Deficit(rise, logMean + logSum - logCount - logOfMean);

        // Of larger means a straight line is left.
        misfit += size * TLane.PositivePart(logMean - LargestLog);
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
        curvature += misfit + 0.5 * share * count * ofCount - TLane.Square(pull) * ofCount;
        byDispersion = new() { First = -slope, Second = curvature };
        return new()
        {
            Value = TLane.SelectGreater(count, 0.0, some, size * TLane.Softplus(logMean - logSize)),
            First = pull,
            Second = mean * ofMean * size * ((count + size) * ofMean),
        };
    }
}

namespace LossKit.Formulas;

/// <summary>
/// −log f(z) + log σ + log t of a time t that was seen, −log(F(z₂) − F(z₁)) of one between two, with z = (log t − μ)/σ:
/// the negative log-likelihood of an accelerated failure time of a given scale.
/// </summary>
/// <remarks>
/// One prediction, μ; two targets, the earliest and the latest time there may be. Equal ones are a time that was seen;
/// ∞ as the latest is an event that has not come yet (−log S), 0 as the earliest one that had come before (−log F).
/// Tails are logarithms of themselves, never of a difference from 1, so that value, gradient and Hessian are right
/// however far out; XGBoost's <c>survival:aft</c> cuts all three off. Source: Barnwal, Cho and Hocking, "Survival
/// Regression with Accelerated Failure Time Model in XGBoost", JCGS 31, 2022.
/// </remarks>
/// <typeparam name="TDistribution">F.</typeparam>
/// <param name="sigma">σ, positive and finite.</param>
public readonly struct Aft<TDistribution>(double sigma) : ITupleFormula, IFormulaDomains
    where TDistribution : struct, ITimeDistribution
{
    private readonly Parameter _sigma = Parameter.Positive(sigma);
    private readonly Parameter _rate = 1 / sigma;
    private readonly Parameter _logSigma = Math.Log(sigma);

    /// <inheritdoc/>
    public static int Predictions => 1;

    /// <inheritdoc/>
    public static int Targets => 2;

    Domain IFormulaDomains.TargetDomain(int k) => Domain.Times;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct =>
        TimeBetween<TDistribution>.Loss(x.Target(0), x.Target(1), x[0], (TLane)_rate, (TLane)_logSigma);
}

/// <summary>
/// −log f(z) + log σ + log t of a time t that was seen, −log(F(z₂) − F(z₁)) of one between two, with z = (log t − μ)/σ:
/// the negative log-likelihood of an accelerated failure time whose location μ and scale σ are both predicted.
/// </summary>
/// <remarks>
/// Predictions μ and log σ; targets as <see cref="Aft{TDistribution}"/> has them. R's <c>survreg</c> and lifelines.
/// Source: Kalbfleisch and Prentice, "The Statistical Analysis of Failure Time Data", 2nd ed., Wiley 2002.
/// </remarks>
/// <typeparam name="TDistribution">F.</typeparam>
public readonly struct AftLocationScale<TDistribution> : ITupleFormula, IFormulaDomains
    where TDistribution : struct, ITimeDistribution
{
    /// <inheritdoc/>
    public static int Predictions => 2;

    /// <inheritdoc/>
    public static int Targets => 2;

    Domain IFormulaDomains.TargetDomain(int k) => Domain.Times;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct =>
        TimeBetween<TDistribution>.Loss(x.Target(0), x.Target(1), x[0], TLane.Exp(-x[1]), x[1]);
}

/// <summary>The likelihood of a time between two, which may be one.</summary>
internal static class TimeBetween<TDistribution> where TDistribution : struct, ITimeDistribution
{
    /// <summary>What stands for ∞: its tail is 0, and its square still a float.</summary>
    private const double Far = 1e15;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Loss<TLane>(TLane lower, TLane upper, TLane location, TLane rate, TLane logScale)
        where TLane : struct, ILane<TLane>
    {
        TLane first = TLane.Max(lower, TLane.SmallestNormal);
        TLane log = TLane.Log(first);
        TLane from = (log - location) * rate;
        TLane censored = Censored(lower, upper, first, from, location, rate);
        return TLane.SelectGreater(upper, lower, censored, TDistribution.AtTime(from) + logScale + log);
    }

    /// <summary>Of a time between two; by itself as <see cref="ITimeDistribution.Between"/> is.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TLane Censored<TLane>(
        TLane lower, TLane upper, TLane first, TLane from, TLane location, TLane rate)
        where TLane : struct, ILane<TLane>
    {
        TLane to = (TLane.Log(upper) - location) * rate;

        // As a difference of logarithms it would lose what the times have in common.
        TLane width = TLane.Log1p((upper - first) / first) * rate;
        TLane inverse = (TLane)1.0 / upper;
        TLane isBounded = TLane.SelectGreater(lower, 0.0, inverse, 0.0);
        return TDistribution.Between(
            TLane.SelectGreater(lower, 0.0, from, -Far),
            TLane.SelectGreater(inverse, 0.0, to, Far),
            TLane.SelectGreater(isBounded, 0.0, width, Far));
    }
}

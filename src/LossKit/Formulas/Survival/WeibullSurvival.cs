namespace LossKit.Formulas;

/// <summary>
/// (t/λ)^k − event·(log k − log λ + (k − 1)·log(t/λ)): the negative log-likelihood of Weibull's distribution.
/// </summary>
/// <remarks>
/// Predictions log λ, of the scale, and log k, of the shape; two targets, the time and 1 where the event was seen, 0
/// where it had not come by then. A time of 0 without an event has a loss and gradients of 0, with one it counts as the
/// smallest normal number. Fisher information, of times that are seen, k², and ⅙π² + (1 − γ)² of log k, γ = 0.577…
/// being Euler's constant. The same likelihood, in other parameters, as <see cref="AftLocationScale{TDistribution}"/>
/// of <see cref="ExtremeTime"/>. Source: Kalbfleisch and Prentice, "The Statistical Analysis of Failure Time Data", 2nd
/// ed., Wiley 2002.
/// </remarks>
public readonly struct WeibullSurvival : ITupleFormula, IFormulaDomains
{
    private const double OfLogShape = Math.PI * Math.PI / 6 + 0.42278433509846714 * 0.42278433509846714;

    // Below the one the hazard is 0 in either precision, above the other at the end of what there is.
    private const double Least = -800;
    private const double Largest = 1000;

    /// <inheritdoc/>
    public static int Predictions => 2;

    /// <inheritdoc/>
    public static int Targets => 2;

    bool ITupleFormula.HasFisherInformation => true;

    Domain IFormulaDomains.TargetDomain(int k) => k == 0 ? Domain.NotNegative : Domain.Flags;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        TLane log = TLane.Log(TLane.Max(x.Target(0), TLane.SmallestNormal));
        TLane power = Functions.BoundedExp(x[1]) * (log - x[0]);
        TLane hazard = Functions.BoundedExp(TLane.Max(power, Least));

        // Of its logarithm no more than counts beside it: both may be infinite.
        TLane seen = x.Target(1) * (x[1] + TLane.Min(power, Largest) - log);
        return TLane.SelectGreater(
            x.Target(1), 0.0, hazard - seen, TLane.SelectGreater(x.Target(0), 0.0, hazard, 0.0));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TLane ITupleFormula.FisherInformation<TLane, TExample>(TExample x, int k) =>
        k == 0 ? Functions.BoundedExp(2.0 * x[1]) : OfLogShape;
}

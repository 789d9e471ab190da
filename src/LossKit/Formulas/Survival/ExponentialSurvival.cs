namespace LossKit.Formulas;

/// <summary>
/// t·e^η − event·η: the negative log-likelihood of an exponential time, η being the logarithm of its rate.
/// </summary>
/// <remarks>
/// One prediction, η; two targets, the time and 1 where the event was seen, 0 where it had not come by then. Gradient
/// t·e^η − event. Fisher information, of times that are seen, 1. Source: Kalbfleisch and Prentice, "The Statistical
/// Analysis of Failure Time Data", 2nd ed., Wiley 2002.
/// </remarks>
public readonly struct ExponentialSurvival : ITupleFormula, IFormulaDomains
{
    /// <inheritdoc/>
    public static int Predictions => 1;

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
        // In two steps, because the hazard may be in range where the rate is not.
        TLane root = Functions.BoundedExp(0.5 * x[0]);
        return x.Target(0) * root * root - x.Target(1) * x[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TLane ITupleFormula.FisherInformation<TLane, TExample>(TExample x, int k) =>
        1.0;
}

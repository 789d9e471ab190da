namespace LossKit.Formulas;

/// <summary>
/// ½(ν + 1)·log(1 + z²/ν) + log s + const, z = (μ − t)/s: the negative log-likelihood of Student's t distribution whose
/// location μ and scale s are both predicted.
/// </summary>
/// <remarks>
/// Predictions μ and s or log s, as <typeparamref name="TLink"/> says; one target; in nats, with the constant ½log(πν)
/// + log Γ(½ν) − log Γ(½(ν + 1)). Gradient (ν + 1)z/(s(ν + z²)) of the location: gross errors pull less and less.
/// Fisher information (ν + 1)/((ν + 3)s²), and 2ν/(ν + 3) of log s. Source:
/// Lange, Little and Taylor, "Robust Statistical Modeling Using the t Distribution", JASA 84, 1989.
/// </remarks>
/// <param name="degrees">ν, the smaller the heavier the tails; positive and finite.</param>
/// <typeparam name="TLink">How the scale is given.</typeparam>
public readonly struct StudentTNll<TLink>(double degrees) : ITupleFormula, IFormulaDomains, IPropagatesNaN
    where TLink : struct, IScaleLink
{
    private readonly Parameter _half = 0.5 * Parameter.Positive(degrees).Value + 0.5;
    private readonly Parameter _inverseRoot = 1 / Math.Sqrt(degrees);
    private readonly Parameter _logInverseRoot = -0.5 * Math.Log(degrees);
    private readonly Parameter _constant = StudentTConstant.Of(degrees);

    /// <inheritdoc/>
    public static int Predictions => 2;

    /// <inheritdoc/>
    public static int Targets => 1;

    bool ITupleFormula.HasFisherInformation => true;

    Domain IFormulaDomains.PredictionDomain(int k) => k == 1 ? TLink.Domain : Domain.Reals;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        TLane error = x[0] - x.Target(0);
        TLane logScale = TLink.Log(x[1]);
        TLane ratio = _inverseRoot * TLink.DivideFinitely(error, x[1]);
        TLane logSize = TLane.Log(TLane.Abs(error)) - logScale + _logInverseRoot;
        return _half * GrossError.Log1pSquare(ratio, logSize) + logScale + _constant;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TLane ITupleFormula.FisherInformation<TLane, TExample>(TExample x, int k)
    {
        double inverse = _inverseRoot.Value * _inverseRoot.Value;
        return k == 0
            ? TLink.Divide(TLink.Divide((1 + inverse) / (1 + 3 * inverse), x[1]), x[1])
            : TLink.Information(2 / (1 + 3 * inverse), x[1]);
    }
}

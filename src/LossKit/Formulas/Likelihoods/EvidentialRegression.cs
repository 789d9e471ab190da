namespace LossKit.Formulas;

/// <summary>
/// ½log(π/ν) − α·log Ω + (α + ½)·log(ν(t − γ)² + Ω) + log Γ(α) − log Γ(α + ½) + λ|t − γ|(2ν + α), Ω = 2β(1 + ν): the
/// negative log-likelihood of a normal distribution whose mean and variance are themselves uncertain, and λ times the
/// evidence for what is wrong.
/// </summary>
/// <remarks>
/// Predictions γ, ν &gt; 0, α &gt; 1 and β &gt; 0 of a normal-inverse-gamma distribution; one target. The expected
/// variance is β/(α − 1), that of the mean β/(ν(α − 1)). It is Student's t with 2α degrees of freedom; large α do not
/// cancel. At an error of 0 the gradient of γ is 0. Source: Amini et al., "Deep Evidential Regression", NeurIPS 2020.
/// </remarks>
/// <param name="regularization">λ, the price of evidence for what is wrong; finite and at least 0.</param>
public readonly struct EvidentialRegression(double regularization) : ITupleFormula, IFormulaDomains
{
    private readonly Parameter _regularization = Parameter.NotNegative(regularization);

    /// <inheritdoc/>
    public static int Predictions => 4;

    /// <inheritdoc/>
    public static int Targets => 1;

    Domain IFormulaDomains.PredictionDomain(int k) => k == 0 ? Domain.Reals : k == 2 ? Domain.Above(1) : Domain.Positive;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        // With s² = Ω/ν it is log s + (α + ½)·log(1 + (d/s)²) and a constant of α.
        TLane error = x[0] - x.Target(0);
        TLane alpha = x[2];
        TLane square = 2.0 * x[3] * (1.0 + 1.0 / x[1]);
        TLane tail = GrossError.Log1pSquare(error / TLane.Sqrt(square));
        TLane evidence = TLane.Abs(error) * (2.0 * x[1] + alpha);
        return 0.5 * TLane.Log(Math.PI * square / alpha) + (alpha + 0.5) * tail - TLane.Apply(default(GammaStep), alpha)
            + TLane.Weigh(_regularization, evidence);
    }
}

namespace LossKit.Formulas;

/// <summary>½σᵏ·(s + (y − x)/σ²)² of a predicted score s at a noisy y, made of a clean x by noise of scale σ.</summary>
/// <remarks>
/// One prediction, s; targets x, y and σ. Sources: Vincent, "A Connection Between Score Matching and Denoising
/// Autoencoders", Neural Computation 23(7), 2011; k = 2: Song and Ermon, NeurIPS 2019.
/// </remarks>
/// <param name="power">k, what scales count; finite.</param>
public readonly struct DenoisingScoreMatching(double power) : ITupleFormula, IFormulaDomains
{
    private readonly Parameter _power = Parameter.Finite(power);

    /// <inheritdoc/>
    public static int Predictions => 1;

    /// <inheritdoc/>
    public static int Targets => 3;

    Domain IFormulaDomains.TargetDomain(int k) => k == 2 ? Domain.Positive : Domain.Reals;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        TLane sigma = x.Target(2);
        TLane error = x[0] + (x.Target(1) - x.Target(0)) / TLane.Square(sigma);
        return _power.Value == 2
            ? 0.5 * TLane.Square(sigma * error)
            : 0.5 * TLane.Pow(sigma, _power) * TLane.Square(error);
    }
}

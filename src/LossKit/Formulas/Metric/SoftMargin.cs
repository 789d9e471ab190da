namespace LossKit.Formulas;

/// <summary>softplus(m − a) = log(1 + e^(m − a)) of a margin a: the smooth twin of <see cref="MarginHinge"/>.</summary>
/// <remarks>
/// Derivative with respect to a: −σ(m − a). It never is 0, so that what is right already is pulled further.
/// </remarks>
/// <param name="margin">m, finite.</param>
public readonly struct SoftMargin(double margin) : IMarginFormula
{
    private readonly Parameter _margin = Parameter.Finite(margin);

    /// <inheritdoc/>
    public LossFacts Facts => default(Logistic).Facts;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> => TLane.Softplus(_margin - margin);
}

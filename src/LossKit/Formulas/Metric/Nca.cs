namespace LossKit.Formulas;

/// <summary>
/// −log Σ softmax(−s·D²) of each row of a labelled batch, the softmax over its squared distances to all other rows and
/// the sum over those of its label: the neighbourhood components analysis.
/// </summary>
/// <remarks>
/// As log(1 + e^(log Σ over other labels − log Σ over the row's own)), so that far rows lose no digits. Targets are
/// those of an in-batch formula. Source: Goldberger, Roweis, Hinton and Salakhutdinov, "Neighbourhood Components
/// Analysis", NeurIPS 2004.
/// </remarks>
/// <param name="scale">s, positive and finite.</param>
public readonly struct Nca(double scale) : IGroupFormula<LogSumExpFold, LogSumExpFold>
{
    private readonly Parameter _scale = Parameter.Positive(scale);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane nearness = -_scale * score;
        return new(
            TLane.SelectGreater(target, 0.5, nearness, double.NegativeInfinity),
            TLane.SelectGreater(0.5, target, nearness, double.NegativeInfinity));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane> =>
        TLane.Softplus(second - first);
}

namespace LossKit.Formulas;

/// <summary>
/// Σ exposure·softplus(x) + event·softplus(−x): of intervals that were survived, and of one that was not.
/// </summary>
internal readonly struct DiscreteHazard : ISideFormula<SumFold, SumFold, NoFold>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target, TLane side) where TLane : struct, ILane<TLane>
    {
        Logistic<TLane> at = TLane.Logistic(score);
        return new(TLane.Weigh(side, at.Softplus) + TLane.Weigh(target, at.OppositeSoftplus), 0.0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second, TLane third) where TLane : struct, ILane<TLane> => first;
}

/// <summary>Σ exposure·h − event·log h, h = softplus(x) being the hazard of an interval.</summary>
internal readonly struct ConstantHazard : ISideFormula<SumFold, SumFold, NoFold>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target, TLane side) where TLane : struct, ILane<TLane> => new(
        TLane.Weigh(side, TLane.Softplus(score)) - TLane.Weigh(target, TLane.Apply(default(LogSoftplus), score)), 0.0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second, TLane third) where TLane : struct, ILane<TLane> => first;

    /// <summary>log softplus(x), which is x where that is small.</summary>
    internal readonly struct LogSoftplus : IFunction
    {
        /// <summary>Below it, it is x to the last bit.</summary>
        private const double Least = -60;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Derivatives<TLane> At<TLane>(TLane x) where TLane : struct, ILane<TLane>
        {
            Logistic<TLane> at = TLane.Logistic(TLane.Max(x, Least));
            TLane slope = at.Sigmoid / at.Softplus;
            return new()
            {
                Value = TLane.SelectGreater(Least, x, x, TLane.Log(at.Softplus)),
                First = slope,
                Second = slope * (at.OppositeSigmoid - slope),
            };
        }
    }
}

/// <summary>log Σ eˣ of all, less that of the marked entries: minus the logarithm of their share.</summary>
internal readonly struct MarkedShare : IGroupFormula<LogSumExpFold, LogSumExpFold>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane> =>
        new(score, TLane.SelectGreater(target, 0.5, score, double.NegativeInfinity));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane> => first - second;
}

namespace LossKit.Formulas;

/// <summary>How far a prediction is from its target.</summary>
internal interface IErrorSize
{
    /// <summary>What predictions and targets may be.</summary>
    static abstract Domain Domain { get; }

    static abstract TLane Of<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>;
}

/// <summary>|p − t|.</summary>
internal readonly struct SizeOfError : IErrorSize
{
    public static Domain Domain => Domain.Reals;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Of<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Abs(prediction - target);
}

/// <summary>|log(1 + p) − log(1 + t)|, by the ratio, which does not cancel.</summary>
internal readonly struct SizeOfLogError : IErrorSize
{
    public static Domain Domain => Domain.Above(-1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Of<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Log1p(TLane.Abs(prediction - target) / (1.0 + TLane.Min(prediction, target)));
}

/// <summary>The root of the mean of the squares of errors e: √(Σ e²/n) of a group of n.</summary>
/// <remarks>
/// By logarithms, ½(log Σ e^(2·log e) − log n), because the squares would leave the range of the numbers where their
/// root does not. An error of 0 is no entry of a log-sum-exp, and has no gradient.
/// </remarks>
/// <typeparam name="TSize">The errors.</typeparam>
internal readonly struct RootMeanSquare<TSize> : IGroupFormula<LogSumExpFold, SumFold>, IFormulaDomains
    where TSize : struct, IErrorSize
{
    Domain IFormulaDomains.PredictionDomain(int k) => TSize.Domain;

    Domain IFormulaDomains.TargetDomain(int k) => TSize.Domain;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane> =>
        new(2.0 * TLane.Log(TSize.Of(score, target)), 1.0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane> =>
        TLane.Exp(0.5 * (first - TLane.Log(second)));
}

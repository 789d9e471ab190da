namespace LossKit.Internals.Groups;

/// <summary>
/// A formula on three folds whose entries may have a number each besides score and target: what they count.
/// </summary>
internal interface ISideFormula<TFirst, TSecond, TThird> : IFormula
    where TFirst : struct, IFold
    where TSecond : struct, IFold
    where TThird : struct, IFold
{
    /// <summary>Whether entries have that number; it is 0 otherwise.</summary>
    static virtual bool HasSides => true;

    Entries<TLane> Entry<TLane>(TLane score, TLane target, TLane side) where TLane : struct, ILane<TLane>;

    TLane Loss<TLane>(TLane first, TLane second, TLane third) where TLane : struct, ILane<TLane>;
}

/// <summary>A formula on two folds as one on three.</summary>
internal readonly struct OfTwoFolds<TFormula, TFirst, TSecond>(TFormula formula)
    : ISideFormula<TFirst, TSecond, NoFold>
    where TFormula : struct, IGroupFormula<TFirst, TSecond>
    where TFirst : struct, IFold
    where TSecond : struct, IFold
{
    private readonly TFormula _formula = formula;

    public static bool HasSides => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target, TLane side) where TLane : struct, ILane<TLane> =>
        _formula.Entry(score, target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second, TLane third) where TLane : struct, ILane<TLane> =>
        _formula.Loss(first, second);
}

/// <summary>A formula on three folds whose entries have no more than score and target.</summary>
internal readonly struct OfThreeFolds<TFormula, TFirst, TSecond, TThird>(TFormula formula)
    : ISideFormula<TFirst, TSecond, TThird>
    where TFormula : struct, IGroupFormula<TFirst, TSecond, TThird>
    where TFirst : struct, IFold
    where TSecond : struct, IFold
    where TThird : struct, IFold
{
    private readonly TFormula _formula = formula;

    public static bool HasSides => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target, TLane side) where TLane : struct, ILane<TLane> =>
        _formula.Entry(score, target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second, TLane third) where TLane : struct, ILane<TLane> =>
        _formula.Loss(first, second, third);
}

namespace LossKit.Formulas;

/// <summary>A generalised Dice: pixels count what their class does.</summary>
internal readonly struct WeighedDice(double smoothNumerator, double smoothDenominator)
    : ISideFormula<SumFold, SumFold, NoFold>
{
    private readonly SoftDice<OfProbabilities> _dice = new(smoothNumerator, smoothDenominator, squared: false);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target, TLane side) where TLane : struct, ILane<TLane>
    {
        Entries<TLane> entries = _dice.Entry(score, target);
        return new(TLane.Weigh(side, entries.First), TLane.Weigh(side, entries.Second));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second, TLane third) where TLane : struct, ILane<TLane> =>
        _dice.Loss(first, second);
}

/// <summary>Σ of weighed errors of pixels.</summary>
/// <typeparam name="TError">The error of a pixel.</typeparam>
internal readonly struct WeighedErrors<TError> : ISideFormula<SumFold, SumFold, NoFold>
    where TError : struct, IPixelError
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target, TLane side) where TLane : struct, ILane<TLane> =>
        new(TLane.Weigh(side, TError.Of(score, target)), 0.0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second, TLane third) where TLane : struct, ILane<TLane> => first;
}

/// <summary>The error of a pixel.</summary>
internal interface IPixelError
{
    static abstract TLane Of<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane>;
}

/// <summary>max(0, 1 − x) of the foreground, max(0, 1 + x) of the rest.</summary>
internal readonly struct HingeError : IPixelError
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Of<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.PositivePart(1.0 - TLane.SelectGreater(target, 0.5, score, -score));
}

/// <summary>|t − p|.</summary>
internal readonly struct AbsoluteProbabilityError : IPixelError
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Of<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Abs(target - score);
}

/// <summary>(p − t)².</summary>
internal readonly struct SquaredProbabilityError : IPixelError
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Of<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Square(score - target);
}

/// <summary>p·φ, φ being a signed distance in the place of a target.</summary>
internal readonly struct DistanceError : IPixelError
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Of<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane> => score * target;
}

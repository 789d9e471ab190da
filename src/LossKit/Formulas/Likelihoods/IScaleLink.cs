namespace LossKit.Formulas;

/// <summary>How a formula is given a positive number: by itself or by its logarithm.</summary>
public interface IScaleLink
{
    /// <summary>The number that <paramref name="given"/> stands for.</summary>
    static abstract TLane Scale<TLane>(TLane given) where TLane : struct, ILane<TLane>;

    /// <summary>The logarithm of the number that <paramref name="given"/> stands for.</summary>
    static abstract TLane Log<TLane>(TLane given) where TLane : struct, ILane<TLane>;

    /// <summary><paramref name="dividend"/> divided by the number that <paramref name="given"/> stands for.</summary>
    static abstract TLane Divide<TLane>(TLane dividend, TLane given) where TLane : struct, ILane<TLane>;
}

/// <summary>The logarithm of the number is given: any real number will do.</summary>
public readonly struct LogScale : IScaleLink
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Scale<TLane>(TLane given) where TLane : struct, ILane<TLane> => TLane.Exp(given);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Log<TLane>(TLane given) where TLane : struct, ILane<TLane> => given;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Divide<TLane>(TLane dividend, TLane given) where TLane : struct, ILane<TLane> =>
        dividend * TLane.Exp(-given);
}

/// <summary>The number itself is given; it has to be positive.</summary>
public readonly struct IdentityScale : IScaleLink
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Scale<TLane>(TLane given) where TLane : struct, ILane<TLane> => given;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Log<TLane>(TLane given) where TLane : struct, ILane<TLane> => TLane.Log(given);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Divide<TLane>(TLane dividend, TLane given) where TLane : struct, ILane<TLane> =>
        dividend / given;
}

namespace LossKit.Formulas;

/// <summary>How a formula is given a positive number: by itself or by its logarithm.</summary>
public interface IScaleLink : IFormula
{
    /// <summary>What is given may be.</summary>
    static abstract Domain Domain { get; }

    /// <summary>The number that <paramref name="given"/> stands for.</summary>
    static abstract TLane Scale<TLane>(TLane given) where TLane : struct, ILane<TLane>;

    /// <summary>The logarithm of the number that <paramref name="given"/> stands for.</summary>
    static abstract TLane Log<TLane>(TLane given) where TLane : struct, ILane<TLane>;

    /// <summary><paramref name="dividend"/> divided by the number that <paramref name="given"/> stands for.</summary>
    static abstract TLane Divide<TLane>(TLane dividend, TLane given) where TLane : struct, ILane<TLane>;

    /// <summary>
    /// <see cref="Divide"/> with an inverse that is finite, for functions that are flat where the quotient is 0: their
    /// derivative there is to be 0, and not 0·∞.
    /// </summary>
    internal static abstract TLane DivideFinitely<TLane>(TLane dividend, TLane given)
        where TLane : struct, ILane<TLane>;

    /// <summary>
    /// <paramref name="dividend"/> divided by the root of the number that <paramref name="given"/> stands for: an error
    /// by a variance, whose own inverse may be out of range where that of its root is not.
    /// </summary>
    internal static abstract TLane DivideByRoot<TLane>(TLane dividend, TLane given) where TLane : struct, ILane<TLane>;

    /// <summary>
    /// Notes the derivatives with respect to prediction <paramref name="k"/> of <paramref name="x"/>, given those with
    /// respect to the logarithm of the number that it stands for.
    /// </summary>
    internal static abstract void Differentiate<TLane, TExample>(TExample x, int k, TLane slope, TLane curvature)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct;

    /// <summary>
    /// The Fisher information of what is <paramref name="given"/>, given that of the logarithm of the number that it
    /// stands for.
    /// </summary>
    internal static abstract TLane Information<TLane>(TLane ofLog, TLane given) where TLane : struct, ILane<TLane>;
}

/// <summary>The logarithm of the number is given: any real number will do.</summary>
public readonly struct LogScale : IScaleLink
{
    /// <inheritdoc/>
    public static Domain Domain => Domain.Reals;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Scale<TLane>(TLane given) where TLane : struct, ILane<TLane> =>
        Functions.BoundedExp(given);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Log<TLane>(TLane given) where TLane : struct, ILane<TLane> => given;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Divide<TLane>(TLane dividend, TLane given) where TLane : struct, ILane<TLane>
    {
        // In two steps, because the quotient may be in range where the exponential is not.
        TLane root = Functions.BoundedExp(-0.5 * given);
        return dividend * root * root;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TLane IScaleLink.DivideFinitely<TLane>(TLane dividend, TLane given) =>
        dividend * Functions.BoundedExp(-given);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TLane IScaleLink.DivideByRoot<TLane>(TLane dividend, TLane given) =>
        dividend * Functions.BoundedExp(-0.5 * given);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IScaleLink.Differentiate<TLane, TExample>(TExample x, int k, TLane slope, TLane curvature) =>
        x.Differentiate(k, slope, curvature);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TLane IScaleLink.Information<TLane>(TLane ofLog, TLane given) => ofLog;
}

/// <summary>The number itself is given; it has to be positive.</summary>
public readonly struct IdentityScale : IScaleLink
{
    /// <inheritdoc/>
    public static Domain Domain => Domain.Positive;

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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TLane IScaleLink.DivideFinitely<TLane>(TLane dividend, TLane given) => dividend / given;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TLane IScaleLink.DivideByRoot<TLane>(TLane dividend, TLane given) => dividend / TLane.Sqrt(given);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IScaleLink.Differentiate<TLane, TExample>(TExample x, int k, TLane slope, TLane curvature)
    {
        TLane inverse = TLane.Reciprocal(x[k]);
        x.Differentiate(k, inverse * slope, inverse * (inverse * (curvature - slope)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TLane IScaleLink.Information<TLane>(TLane ofLog, TLane given) => ofLog / given / given;
}

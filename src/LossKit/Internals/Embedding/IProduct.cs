namespace LossKit.Internals.Embedding;

/// <summary>What a product of matrices adds up.</summary>
internal interface IProduct
{
    /// <summary>Whether terms depend on numbers of the row that their sum belongs to.</summary>
    static abstract bool HasOwn { get; }

    /// <summary>
    /// <paramref name="sum"/> and one term more, of <paramref name="left"/> and <paramref name="right"/>.
    /// </summary>
    /// <param name="sum">What was added up so far.</param>
    /// <param name="left">A number of the left matrix.</param>
    /// <param name="right">Numbers of the right matrix.</param>
    /// <param name="own">Numbers of the right matrix, of the row that the sum belongs to.</param>
    static abstract TLane Add<TLane>(TLane sum, TLane left, TLane right, TLane own)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>;
}

/// <summary>Σ left·right.</summary>
internal readonly struct Dot : IProduct
{
    public static bool HasOwn => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Add<TLane>(TLane sum, TLane left, TLane right, TLane own)
        where TLane : struct, IRealLane<TLane>, ILane<TLane> => TLane.MultiplyAdd(left, right, sum);
}

/// <summary>
/// Σ (left − right)²: by norms and a dot product it would cancel where rows are near each other or far from 0.
/// </summary>
internal readonly struct SquaredDistance : IProduct
{
    public static bool HasOwn => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Add<TLane>(TLane sum, TLane left, TLane right, TLane own)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
    {
        TLane difference = left - right;
        return TLane.MultiplyAdd(difference, difference, sum);
    }
}

/// <summary>Σ |left − right|.</summary>
internal readonly struct AbsoluteDifference : IProduct
{
    public static bool HasOwn => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Add<TLane>(TLane sum, TLane left, TLane right, TLane own)
        where TLane : struct, IRealLane<TLane>, ILane<TLane> => sum + TLane.Abs(left - right);
}

/// <summary>
/// Σ left·(own − right), how much each row is pulled from the others: like distances, it does not cancel.
/// </summary>
internal readonly struct Pull : IProduct
{
    public static bool HasOwn => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Add<TLane>(TLane sum, TLane left, TLane right, TLane own)
        where TLane : struct, IRealLane<TLane>, ILane<TLane> => TLane.MultiplyAdd(left, own - right, sum);
}

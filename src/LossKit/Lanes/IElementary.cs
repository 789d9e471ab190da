namespace LossKit.Lanes;

/// <summary>
/// As <see cref="IFunction"/>, for functions that are made of a lane's bits, or whose derivatives are as dear as they:
/// those are left out that <c>TJet</c> does not carry.
/// </summary>
internal interface IElementary
{
    static abstract Derivatives<TLane> At<TLane, T, TJet>(TLane x)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where T : unmanaged;
}

internal readonly struct SquareFunction : IElementary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> At<TLane, T, TJet>(TLane x)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where T : unmanaged =>
        new() { Value = x * x, First = x + x, Second = 2.0 };
}

internal readonly struct SoftplusFunction : IElementary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> At<TLane, T, TJet>(TLane x)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where T : unmanaged
    {
        Logistic<TLane> at = TLane.Logistic(x);
        return new() { Value = at.Softplus, First = at.Sigmoid, Second = at.Sigmoid * at.OppositeSigmoid };
    }
}

internal readonly struct SigmoidFunction : IElementary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> At<TLane, T, TJet>(TLane x)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where T : unmanaged
    {
        Logistic<TLane> at = TLane.Logistic(x);
        TLane slope = at.Sigmoid * at.OppositeSigmoid;
        return new() { Value = at.Sigmoid, First = slope, Second = slope * (at.OppositeSigmoid - at.Sigmoid) };
    }
}

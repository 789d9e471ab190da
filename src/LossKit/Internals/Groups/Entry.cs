namespace LossKit.Internals.Groups;

/// <summary>One entry of each group of a lane, or the only one of a lane along a group.</summary>
internal static class Entry<T, TLane, TAcross>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where TAcross : struct, IChoice
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane At(ref readonly T numbers, nuint at) =>
        TAcross.IsYes ? TLane.Load(in numbers, at) : TLane.Broadcast(in numbers, at);

    /// <summary>Adds to its number: a lane across groups, or the sum of a lane along one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(TLane value, ref T numbers, nuint at)
    {
        if (TAcross.IsYes)
        {
            TLane.Store(TLane.Load(in numbers, at) + value, ref numbers, at);
        }
        else
        {
            Unsafe.Add(ref numbers, at) += T.CreateTruncating(TLane.Sum(value));
        }
    }
}

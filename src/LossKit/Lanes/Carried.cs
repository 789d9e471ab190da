namespace LossKit.Lanes;

/// <summary>
/// What a jet carries, told by how many lanes large it is: that every compiler knows before it compiles what would not
/// be needed.
/// </summary>
internal static class Carried<TJet, TLane> where TLane : struct
{
    /// <summary>No derivative.</summary>
    public static unsafe bool IsValue
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
#pragma warning disable CS8500 // Neither holds references.
        get => sizeof(TJet) == sizeof(TLane);
    }

    /// <summary>Both derivatives.</summary>
    public static unsafe bool HasSecond
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(TJet) == 3 * sizeof(TLane);
#pragma warning restore CS8500
    }
}

namespace LossKit.Formulas;

/// <summary>
/// What the four numbers of a box are: <see cref="Xyxy"/> or <see cref="Cxcywh"/>, as a type, so that a formula of
/// boxes is compiled for each.
/// </summary>
public interface IBoxFormat
{
    /// <summary>The sides along an axis, 0 or 1.</summary>
    internal static abstract Sides<TLane> Sides<TLane, TExample>(TExample x, int axis)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct;

    /// <summary>How far the center of the prediction is from that of the target, given their sides.</summary>
    internal static abstract TLane Shift<TLane, TExample>(TExample x, int axis, in Sides<TLane> sides)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct;
}

/// <summary>Two corners: x₁, y₁, x₂, y₂ with x₁ ≤ x₂ and y₁ ≤ y₂.</summary>
public readonly struct Xyxy : IBoxFormat
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Sides<TLane> IBoxFormat.Sides<TLane, TExample>(TExample x, int axis)
    {
        TLane low = x[axis];
        TLane high = x[axis + 2];
        TLane targetLow = x.Target(axis);
        TLane targetHigh = x.Target(axis + 2);
        return new(low, high, high - low, targetLow, targetHigh, targetHigh - targetLow);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TLane IBoxFormat.Shift<TLane, TExample>(TExample x, int axis, in Sides<TLane> sides) =>
        x[axis] - x.Target(axis) + 0.5 * (sides.Length - sides.TargetLength);
}

/// <summary>The center, width and height.</summary>
public readonly struct Cxcywh : IBoxFormat
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Sides<TLane> IBoxFormat.Sides<TLane, TExample>(TExample x, int axis)
    {
        TLane center = x[axis];
        TLane length = x[axis + 2];
        TLane half = 0.5 * length;
        TLane targetCenter = x.Target(axis);
        TLane targetLength = x.Target(axis + 2);
        TLane targetHalf = 0.5 * targetLength;
        return new(
            center - half, center + half, length, targetCenter - targetHalf, targetCenter + targetHalf, targetLength);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TLane IBoxFormat.Shift<TLane, TExample>(TExample x, int axis, in Sides<TLane> sides) =>
        x[axis] - x.Target(axis);
}

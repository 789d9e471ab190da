namespace LossKit.Formulas;

/// <summary>The sides of two boxes along an axis.</summary>
internal readonly struct Sides<TLane> where TLane : struct, ILane<TLane>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Sides(
        TLane low, TLane high, TLane length, TLane targetLow, TLane targetHigh, TLane targetLength)
    {
        // In this order a NaN of either box remains, because the lanes give the second number if either is one.
        TLane common = TLane.SharedMin(high, targetHigh) - TLane.SharedMax(targetLow, low);
        Length = length;
        TargetLength = targetLength;

        // Not the positive part, whose derivative the JIT compiler does not see to be 0 in the other directions.
        Common = TLane.Max(0.0, common);
        Hull = Length + TargetLength - common;
    }

    /// <summary>Of the prediction.</summary>
    public readonly TLane Length;

    public readonly TLane TargetLength;

    /// <summary>What they have in common.</summary>
    public readonly TLane Common;

    /// <summary>From the first edge to the last.</summary>
    public readonly TLane Hull;
}

/// <summary>The areas of two boxes.</summary>
internal readonly struct Areas<TLane> where TLane : struct, ILane<TLane>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Areas(in Sides<TLane> width, in Sides<TLane> height, TLane epsilon)
    {
        TLane common = width.Common * height.Common;
        Union = width.Length * height.Length + width.TargetLength * height.TargetLength - common;

        // What is not shared first, because that may be less than what rounding leaves of 1 or of ε beside the union.
        Unshared = (Union - common + epsilon) / (Union + epsilon);
    }

    /// <summary>What the two cover.</summary>
    public readonly TLane Union;

    /// <summary>1 − I/(U + ε): how much of it they do not share.</summary>
    public readonly TLane Unshared;
}

/// <summary>The centers of two boxes.</summary>
internal static class Centers<TFormat> where TFormat : struct, IBoxFormat
{
    /// <summary>Their squared distance, by the squared diagonal of the smallest box around both.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Apart<TLane, TExample>(
        TExample x, in Sides<TLane> width, in Sides<TLane> height, TLane epsilon)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        TLane apart = TLane.Square(TFormat.Shift(x, 0, width)) + TLane.Square(TFormat.Shift(x, 1, height));
        return apart / TLane.NaNIfInfinite(TLane.Square(width.Hull) + TLane.Square(height.Hull) + epsilon);
    }
}

/// <summary>Boxes whose areas are out of range.</summary>
internal static class FarBoxes
{
    /// <summary>
    /// What <paramref name="epsilon"/>, if it is not 0, is for far boxes that were scaled down: too little to be seen
    /// beside an area.
    /// </summary>
    public static double Guard(Parameter epsilon) => epsilon.Value > 0 ? 1e-37 : 0;
}

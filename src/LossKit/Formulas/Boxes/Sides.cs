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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Sides(in Sides<TLane> of, TLane size)
    {
        Length = BoxUnit.In(size, of.Length);
        TargetLength = BoxUnit.In(size, of.TargetLength);
        Common = BoxUnit.In(size, of.Common);
        Hull = BoxUnit.In(size, of.Hull);
    }

    /// <summary>The same in the unit of boxes of a size.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Sides<TLane> In(TLane size) => new(in this, size);

    /// <summary>Of the prediction.</summary>
    public readonly TLane Length;

    public readonly TLane TargetLength;

    /// <summary>What they have in common.</summary>
    public readonly TLane Common;

    /// <summary>From the first edge to the last.</summary>
    public readonly TLane Hull;
}

/// <summary>The unit that boxes are compared in: areas of very large ones would leave the range of float.</summary>
internal static class BoxUnit
{
    private const double Large = 4611686018427387904;
    private const double Unit = 8.470329472543003E-22;

    /// <summary>How large two boxes are together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Size<TLane>(in Sides<TLane> width, in Sides<TLane> height) where TLane : struct, ILane<TLane> =>
        TLane.Max(width.Hull, height.Hull);

    /// <summary>A length, divided by 2⁷⁰ where the size is more than 2⁶².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane In<TLane>(TLane size, TLane length) where TLane : struct, ILane<TLane> =>
        TLane.SelectGreater(size, Large, Unit * length, length);

    /// <summary>ε, beside areas that large as good as nothing, but enough that 0 is not divided by 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Epsilon<TLane>(TLane size, Parameter epsilon) where TLane : struct, ILane<TLane> =>
        TLane.SelectGreater(size, Large, TLane.SmallestNormal, epsilon);
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
internal static class Centers
{
    /// <summary>Their squared distance, by the squared diagonal of the smallest box around both.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Apart<TLane>(TLane dx, TLane dy, in Sides<TLane> width, in Sides<TLane> height, TLane epsilon)
        where TLane : struct, ILane<TLane>
    {
        TLane apart = TLane.Square(dx) + TLane.Square(dy);
        return apart / (TLane.Square(width.Hull) + TLane.Square(height.Hull) + epsilon);
    }
}

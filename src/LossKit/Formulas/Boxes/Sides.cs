using System.Runtime.CompilerServices;

namespace LossKit.Formulas;

/// <summary>The sides of two boxes along an axis.</summary>
internal readonly struct Sides<TLane> where TLane : struct, ILane<TLane>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Sides(TLane low, TLane high, TLane targetLow, TLane targetHigh)
    {
        // Both orders, because only the mean of both derivatives where edges coincide makes a perfect box a minimum.
        TLane common = 0.5 * (TLane.Min(high, targetHigh) + TLane.Min(targetHigh, high)
            - (TLane.Max(low, targetLow) + TLane.Max(targetLow, low)));
        Length = high - low;
        TargetLength = targetHigh - targetLow;

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

    /// <summary>Those of the boxes of an example that are along the x axis.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sides<TLane> Widths<TExample>(TExample x) where TExample : struct, IExample<TLane>, allows ref struct =>
        new(x[0], x[2], x.Target(0), x.Target(2));

    /// <summary>Those along the y axis.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sides<TLane> Heights<TExample>(TExample x) where TExample : struct, IExample<TLane>, allows ref struct =>
        new(x[1], x[3], x.Target(1), x.Target(3));
}

/// <summary>The areas of two boxes.</summary>
internal readonly struct Areas<TLane> where TLane : struct, ILane<TLane>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Areas(Sides<TLane> width, Sides<TLane> height, Parameter epsilon)
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

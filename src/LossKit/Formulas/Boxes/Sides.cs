using System.Runtime.CompilerServices;

namespace LossKit.Formulas;

/// <summary>The sides of two boxes along an axis, all of them doubled: that saves a formula their halving.</summary>
internal readonly struct Sides<TLane> where TLane : struct, ILane<TLane>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Sides(TLane low, TLane high, TLane targetLow, TLane targetHigh)
    {
        // Both orders, because only the mean of both derivatives where edges coincide makes a perfect box a minimum.
        TLane common = TLane.Min(high, targetHigh) + TLane.Min(targetHigh, high)
            - (TLane.Max(low, targetLow) + TLane.Max(targetLow, low));
        Length = 2.0 * (high - low);
        TargetLength = 2.0 * (targetHigh - targetLow);
        Common = TLane.PositivePart(common);
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

internal static class Sides
{
    /// <summary>An area in the unit of products of sides.</summary>
    public static Parameter OfArea(Parameter area) => 4 * area.Value;
}

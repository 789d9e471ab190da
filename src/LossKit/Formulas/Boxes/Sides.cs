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
}

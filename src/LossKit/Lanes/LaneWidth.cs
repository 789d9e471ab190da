using System.Runtime.Intrinsics;

namespace LossKit.Lanes;

/// <summary>Which lane a kernel runs on.</summary>
internal enum LaneWidth
{
    Scalar,
    Vector,
    Vector512,
}

internal static class LaneWidths
{
    /// <summary>How many numbers are added up in one place of a lane: few enough for float.</summary>
    public const int AddedInLane = 64;

    /// <summary>The fastest here: without acceleration, vectors are far slower than single numbers.</summary>
    public static LaneWidth Best =>
        Vector512.IsHardwareAccelerated ? LaneWidth.Vector512
        : Vector.IsHardwareAccelerated ? LaneWidth.Vector
        : LaneWidth.Scalar;
}

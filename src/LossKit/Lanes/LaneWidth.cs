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
    public static LaneWidth Best
    {
        // Unless it is inlined, no compiler sees which of its callers' loops there is no need for.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.IsHardwareAccelerated ? LaneWidth.Vector512
            : Vector.IsHardwareAccelerated ? LaneWidth.Vector
            : LaneWidth.Scalar;
    }

    /// <summary>
    /// The width to run at: the one that is asked for, as tests do. A compiler ahead of time would have to make the
    /// loops of all widths for that, five times the code; there it is <see cref="Best"/>, which that compiler knows.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneWidth Of(LaneWidth asked) => RuntimeFeature.IsDynamicCodeCompiled ? asked : Best;
}

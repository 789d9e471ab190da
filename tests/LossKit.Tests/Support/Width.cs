using System.Numerics;
using System.Runtime.Intrinsics;

namespace LossKit.Tests.Support;

/// <summary>The register width that losses use in this process, in bits; 0 is one number at a time.</summary>
internal static class Width
{
    /// <summary>What tells a process of <see cref="WidthTests"/> the width that it was started for.</summary>
    public const string Expected = "LOSSKIT_EXPECTED_WIDTH";

    public static int Current =>
        Vector512.IsHardwareAccelerated ? 512 : Vector.IsHardwareAccelerated ? 8 * Vector<byte>.Count : 0;

    /// <summary>
    /// Whether this is a process of <see cref="WidthTests"/> that is asked about kernels, not about every formula: what
    /// stands for all is enough.
    /// </summary>
    public static bool IsOfKernels { get; } = Environment.GetEnvironmentVariable(Expected) is not null
        && !IsAsked(Environment.GetEnvironmentVariable(Expected));

    /// <summary>
    /// The lanes that losses do not use in this process, which tests run on kernels nevertheless; but not in processes
    /// that there are for their own width only.
    /// </summary>
    public static LaneWidth[] Others { get; } = Environment.GetEnvironmentVariable(Expected) is null
        ? [.. Enum.GetValues<LaneWidth>().Where(width => width < LaneWidths.Best)]
        : [];

    /// <summary>Whether LOSSKIT_WIDTHS in the environment asks for all that there is to test at a width.</summary>
    public static bool IsAsked(string? width) =>
        Environment.GetEnvironmentVariable("LOSSKIT_WIDTHS") is string asked && (asked == "all" || asked == width);
}

/// <summary>
/// A fact that needs registers of some width, and is reported as skipped where there are none, or where it is to run on
/// request and LOSSKIT_WIDTHS does not ask for it.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class WidthFactAttribute : FactAttribute
{
    public WidthFactAttribute(int atLeast, string? onRequest = null)
    {
        AtLeast = atLeast;
        OnRequest = onRequest;
        if (onRequest is not null && !Width.IsAsked(onRequest))
        {
            Skip = $"Runs with LOSSKIT_WIDTHS={onRequest} or all.";
        }

        if (Width.Current < atLeast)
        {
            Skip = $"Needs registers of {atLeast} bits; this process has {Width.Current}.";
        }
    }

    public int AtLeast { get; }

    public string? OnRequest { get; }
}

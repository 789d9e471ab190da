using System.Diagnostics;

namespace LossKit.Benchmarks.Timing;

/// <summary>
/// The time that this process has computed, which on a shared machine leaves out its waiting for others. Where that is
/// too coarse, the time on the wall.
/// </summary>
internal static class Clock
{
    public static double Nanoseconds => OperatingSystem.IsWindows()
        ? Stopwatch.GetElapsedTime(0).TotalNanoseconds
        : Environment.CpuUsage.TotalTime.TotalNanoseconds;
}

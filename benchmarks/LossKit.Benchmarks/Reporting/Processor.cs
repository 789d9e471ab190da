using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.RegularExpressions;

namespace LossKit.Benchmarks.Reporting;

/// <summary>The processor and the runtime that times depend on.</summary>
internal static class Processor
{
    private const string CpuFile = "/proc/cpuinfo";
    private const string LoadFile = "/proc/loadavg";

    /// <summary>Its model, as it calls itself.</summary>
    public static string Name { get; } = ReadName();

    /// <summary>Its model as the name of a directory.</summary>
    public static string Slug { get; } =
        Regex.Replace(Name.ToLowerInvariant(), @"(\((r|tm|c)\)|[^a-z0-9])+", "-").Trim('-');

    public static IReadOnlyList<string> Describe() =>
    [
        $"CPU: {Name}, {Environment.ProcessorCount} logical processors",
        $"Vectors: Vector512.IsHardwareAccelerated {Vector512.IsHardwareAccelerated}, "
            + $"Vector<float>.Count {Vector<float>.Count}",
        $"Runtime: {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}",
    ];

    /// <summary>How many programs wanted to run at a time in the last minute, where the system says so.</summary>
    public static string Load() => File.Exists(LoadFile) ? File.ReadAllText(LoadFile).Split(' ')[0] : "unknown";

    private static string ReadName()
    {
        string? line = File.Exists(CpuFile)
            ? File.ReadLines(CpuFile).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line is null
            ? RuntimeInformation.ProcessArchitecture.ToString()
            : line[(line.IndexOf(':') + 1)..].Trim();
    }
}

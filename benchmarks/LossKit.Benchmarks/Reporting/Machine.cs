using System.Numerics;
using System.Numerics.Tensors;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.RegularExpressions;
using BenchmarkDotNet.Running;
using MathNet.Numerics;

namespace LossKit.Benchmarks.Reporting;

/// <summary>What the times depend on.</summary>
internal static class Machine
{
    private const string CpuFile = "/proc/cpuinfo";
    private const string LoadFile = "/proc/loadavg";

    /// <summary>The CPU's model, as it calls itself.</summary>
    public static string Cpu { get; } = ReadCpu();

    /// <summary>The CPU's model as the name of a directory.</summary>
    public static string Slug { get; } =
        Regex.Replace(Cpu.ToLowerInvariant(), @"(\((r|tm|c)\)|[^a-z0-9])+", "-").Trim('-');

    public static IReadOnlyList<string> Describe() =>
    [
        $"CPU: {Cpu}, {Environment.ProcessorCount} logical processors",
        $"Vectors: Vector512.IsHardwareAccelerated {Vector512.IsHardwareAccelerated}, "
            + $"Vector<float>.Count {Vector<float>.Count}",
        $"Runtime: {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}",
        $"Packages: {Package(typeof(Loss))}, {Package(typeof(TensorPrimitives))}, {Package(typeof(Distance))}, "
            + Package(typeof(BenchmarkSwitcher)),
    ];

    /// <summary>How many programs wanted to run at a time in the last minute, where the system says so.</summary>
    public static string Load() => File.Exists(LoadFile) ? File.ReadAllText(LoadFile).Split(' ')[0] : "unknown";

    private static string ReadCpu()
    {
        string? line = File.Exists(CpuFile)
            ? File.ReadLines(CpuFile).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line is null
            ? RuntimeInformation.ProcessArchitecture.ToString()
            : line[(line.IndexOf(':') + 1)..].Trim();
    }

    private static string Package(Type type)
    {
        Assembly assembly = type.Assembly;
        string? version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        return $"{assembly.GetName().Name} {version?.Split('+')[0]}";
    }
}

using System.Numerics.Tensors;
using System.Reflection;
using BenchmarkDotNet.Running;
using MathNet.Numerics;

namespace LossKit.Benchmarks.Reporting;

/// <summary>What the times depend on.</summary>
internal static class Machine
{
    public static IReadOnlyList<string> Describe() =>
    [
        .. Processor.Describe(),
        $"Packages: {Package(typeof(Loss))}, {Package(typeof(TensorPrimitives))}, {Package(typeof(Distance))}, "
            + Package(typeof(BenchmarkSwitcher)),
    ];

    private static string Package(Type type)
    {
        Assembly assembly = type.Assembly;
        string? version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        return $"{assembly.GetName().Name} {version?.Split('+')[0]}";
    }
}

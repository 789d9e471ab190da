using System.Numerics;
using BenchmarkDotNet.Attributes;
using LossKit.Benchmarks.Rivals;

namespace LossKit.Benchmarks.Suites;

/// <summary>The two losses that MathNet.Numerics has, as values only.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class MathNetBenchmarks<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const string Squared = "squared error, value";
    private const string Absolute = "absolute error, value";

    private readonly PointwiseLoss<T> _squared = Loss.SquaredError<T>();
    private readonly PointwiseLoss<T> _absolute = Loss.AbsoluteError<T>();
    private T[] _predictions = [];
    private T[] _targets = [];

    [Params(1_000, 65_543, 10_000_019)]
    public int N { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _predictions = new T[N];
        _targets = new T[N];
        BenchmarkData.Fill<T>(_predictions, _targets);

        // MathNet adds floats up in float, which over ten millions costs a percent.
        double tolerance = typeof(T) == typeof(float) && N > 1_000_000 ? 0.02 : Agreement.Tolerance<T>();
        Agreement.OfValues(nameof(SquaredByMathNet), SquaredByLossKit(), SquaredByMathNet(), tolerance);
        Agreement.OfValues(nameof(AbsoluteByMathNet), AbsoluteByLossKit(), AbsoluteByMathNet(), tolerance);
    }

    [Benchmark(Baseline = true, Description = "LossKit"), BenchmarkCategory(Squared)]
    public double SquaredByLossKit() => _squared.Value(_predictions, _targets).Mean;

    [Benchmark(Description = "MathNet.Numerics"), BenchmarkCategory(Squared)]
    public double SquaredByMathNet() => MathNetDistance.MeanSquaredError(_predictions, _targets);

    [Benchmark(Baseline = true, Description = "LossKit"), BenchmarkCategory(Absolute)]
    public double AbsoluteByLossKit() => _absolute.Value(_predictions, _targets).Mean;

    [Benchmark(Description = "MathNet.Numerics"), BenchmarkCategory(Absolute)]
    public double AbsoluteByMathNet() => MathNetDistance.MeanAbsoluteError(_predictions, _targets);
}

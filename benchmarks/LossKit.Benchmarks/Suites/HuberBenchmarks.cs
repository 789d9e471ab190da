using System.Numerics;
using BenchmarkDotNet.Attributes;
using LossKit.Benchmarks.Rivals;

namespace LossKit.Benchmarks.Suites;

/// <summary>Huber's loss, also against the loop that most would write first.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class HuberBenchmarks<T>()
    : LossBenchmarks<T, ScalarHuber<T>, TensorHuber<T>>(Loss.Huber<T>(MeasuredLosses.Delta))
    where T : unmanaged, IFloatingPointIeee754<T>
{
    [Benchmark(Description = "scalar-branching"), BenchmarkCategory(Gradient)]
    public double GradientByTextbook() =>
        ScalarLoop.ValueAndGradient<T, ScalarTextbookHuber<T>>(Predictions, Targets, GradientBuffer);

    protected override IEnumerable<(Func<double> Run, int Order)> Rivals() =>
        [.. base.Rivals(), (GradientByTextbook, 1)];
}

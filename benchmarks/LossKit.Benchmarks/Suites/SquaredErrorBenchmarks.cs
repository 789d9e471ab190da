using System.Numerics;
using BenchmarkDotNet.Attributes;
using LossKit.Benchmarks.Rivals;

namespace LossKit.Benchmarks.Suites;

/// <summary>Squared error.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class SquaredErrorBenchmarks<T>()
    : SecondOrderLossBenchmarks<T, ScalarSquaredError<T>, TensorSquaredError<T>>(Loss.SquaredError<T>())
    where T : unmanaged, IFloatingPointIeee754<T>;

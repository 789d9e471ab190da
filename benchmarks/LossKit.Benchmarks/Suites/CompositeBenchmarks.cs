using System.Numerics;
using BenchmarkDotNet.Attributes;
using LossKit.Benchmarks.Rivals;

namespace LossKit.Benchmarks.Suites;

/// <summary>The sum of an asymmetric Huber loss and binary cross-entropy.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class CompositeBenchmarks<T>()
    : LossBenchmarks<T, ScalarComposite<T>, TensorComposite<T>>(MeasuredLosses.Composite<T>())
    where T : unmanaged, IFloatingPointIeee754<T>;

using System.Numerics;
using BenchmarkDotNet.Attributes;
using LossKit.Benchmarks.Rivals;

namespace LossKit.Benchmarks.Suites;

/// <summary>Binary cross-entropy on logits.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class BinaryCrossEntropyBenchmarks<T>()
    : SecondOrderLossBenchmarks<T, ScalarBinaryCrossEntropy<T>, TensorBinaryCrossEntropy<T>>(
        Loss.BinaryCrossEntropyLogits<T>())
    where T : unmanaged, IFloatingPointIeee754<T>;

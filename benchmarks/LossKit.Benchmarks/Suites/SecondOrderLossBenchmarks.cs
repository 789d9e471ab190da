using System.Numerics;
using BenchmarkDotNet.Attributes;
using LossKit.Benchmarks.Rivals;

namespace LossKit.Benchmarks.Suites;

/// <summary>As its base, with a Hessian by TensorPrimitives.</summary>
public abstract class SecondOrderLossBenchmarks<T, TScalar, TTensor>(PointwiseLoss<T> loss)
    : LossBenchmarks<T, TScalar, TTensor>(loss)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TScalar : struct, IScalarFormula<T>
    where TTensor : struct, ISecondOrderTensorFormula<T>
{
    [Benchmark(Description = "TensorPrimitives"), BenchmarkCategory(Hessian)]
    public double HessianByTensors() =>
        Tensors.ValueGradientAndHessian<TTensor>(Predictions, Targets, GradientBuffer, HessianBuffer);

    protected override IEnumerable<(Func<double> Run, int Order)> Rivals() =>
        [.. base.Rivals(), (HessianByTensors, 2)];
}

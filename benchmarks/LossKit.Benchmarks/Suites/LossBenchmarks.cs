using System.Numerics;
using BenchmarkDotNet.Attributes;
using LossKit.Benchmarks.Rivals;

namespace LossKit.Benchmarks.Suites;

/// <summary>One loss against a scalar loop and a composition of TensorPrimitives, first seen to agree.</summary>
public abstract class LossBenchmarks<T, TScalar, TTensor>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TScalar : struct, IScalarFormula<T>
    where TTensor : struct, ITensorFormula<T>
{
    protected const string Value = "value";
    protected const string Gradient = "value, gradient";
    protected const string Hessian = "value, gradient, Hessian";

    private readonly PointwiseLoss<T> _loss;
    private T[] _predictions = [];
    private T[] _targets = [];
    private T[] _gradient = [];
    private T[] _hessian = [];

    protected LossBenchmarks(PointwiseLoss<T> loss) => _loss = loss;

    [Params(1_000, 65_543, 10_000_019)]
    public int N { get; set; }

    protected ReadOnlySpan<T> Predictions => _predictions;

    protected ReadOnlySpan<T> Targets => _targets;

    protected Span<T> GradientBuffer => _gradient;

    protected Span<T> HessianBuffer => _hessian;

    protected TensorBlocks<T, TTensor> Tensors { get; } = new();

    [GlobalSetup]
    public void Setup()
    {
        _predictions = new T[N];
        _targets = new T[N];
        _gradient = new T[N];
        _hessian = new T[N];
        BenchmarkData.Fill<T>(_predictions, _targets);

        double value = HessianByLossKit();
        T[] gradient = [.. _gradient];
        T[] hessian = [.. _hessian];
        foreach ((Func<double> run, int order) in Rivals())
        {
            GradientBuffer.Fill(T.NaN);
            HessianBuffer.Fill(T.NaN);
            string name = run.Method.Name;
            Agreement.OfValues(name, value, run(), Agreement.Tolerance<T>());
            if (order >= 1)
            {
                Agreement.OfDerivatives<T>(name, gradient, _gradient);
            }

            if (order >= 2)
            {
                Agreement.OfDerivatives<T>(name, hessian, _hessian);
            }
        }
    }

    [Benchmark(Baseline = true, Description = "LossKit"), BenchmarkCategory(Value)]
    public double ValueByLossKit() => _loss.Value(_predictions, _targets).Mean;

    [Benchmark(Description = "scalar"), BenchmarkCategory(Value)]
    public double ValueByScalarLoop() => ScalarLoop.Value<T, TScalar>(_predictions, _targets);

    [Benchmark(Description = "TensorPrimitives"), BenchmarkCategory(Value)]
    public double ValueByTensors() => Tensors.Value(_predictions, _targets);

    [Benchmark(Baseline = true, Description = "LossKit"), BenchmarkCategory(Gradient)]
    public double GradientByLossKit() => _loss.ValueAndGradient(_predictions, _targets, _gradient).Mean;

    [Benchmark(Description = "scalar"), BenchmarkCategory(Gradient)]
    public double GradientByScalarLoop() =>
        ScalarLoop.ValueAndGradient<T, TScalar>(_predictions, _targets, _gradient);

    [Benchmark(Description = "TensorPrimitives"), BenchmarkCategory(Gradient)]
    public double GradientByTensors() => Tensors.ValueAndGradient(_predictions, _targets, _gradient);

    [Benchmark(Baseline = true, Description = "LossKit"), BenchmarkCategory(Hessian)]
    public double HessianByLossKit() =>
        _loss.ValueGradientAndHessian(_predictions, _targets, _gradient, _hessian).Mean;

    [Benchmark(Description = "scalar"), BenchmarkCategory(Hessian)]
    public double HessianByScalarLoop() =>
        ScalarLoop.ValueGradientAndHessian<T, TScalar>(_predictions, _targets, _gradient, _hessian);

    /// <summary>What has to agree with LossKit, and up to which derivative.</summary>
    protected virtual IEnumerable<(Func<double> Run, int Order)> Rivals() =>
    [
        (ValueByLossKit, 0),
        (ValueByScalarLoop, 0),
        (ValueByTensors, 0),
        (GradientByLossKit, 1),
        (GradientByScalarLoop, 1),
        (GradientByTensors, 1),
        (HessianByScalarLoop, 2),
    ];
}

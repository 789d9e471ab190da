using BenchmarkDotNet.Attributes;
using LossKit.Benchmarks.Rivals;
using LossKit.Benchmarks.Rows;

namespace LossKit.Benchmarks.Suites;

/// <summary>Value and gradient of softmax cross-entropy of rows of logits.</summary>
public class SoftmaxCrossEntropyBenchmarks
{
    private RowData _data = null!;
    private CategoricalLoss<float> _loss = null!;

    public static IEnumerable<RowShape> Shapes => RowShape.All;

    [ParamsSource(nameof(Shapes))]
    public RowShape Shape { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _data = new(Shape);
        _loss = Loss.SoftmaxCrossEntropy<float>(Shape.Classes);

        double value = ByLossKit();
        float[] gradient = [.. _data.Gradient];
        foreach (Func<double> rival in (Func<double>[])[ByScalarLoop, ByTensors])
        {
            _data.Gradient.AsSpan().Fill(float.NaN);
            Agreement.OfValues(rival.Method.Name, value, rival(), Agreement.Tolerance<float>());
            Agreement.OfDerivatives<float>(rival.Method.Name, gradient, _data.Gradient);
        }
    }

    [Benchmark(Baseline = true, Description = "LossKit")]
    public double ByLossKit() => _loss.ValueAndGradient(_data.Predictions, _data.Labels, _data.Gradient).Mean;

    [Benchmark(Description = "scalar")]
    public double ByScalarLoop() =>
        ScalarSoftmax.ValueAndGradient(_data.Predictions, _data.Labels, Shape.Classes, _data.Gradient);

    [Benchmark(Description = "TensorPrimitives")]
    public double ByTensors() =>
        TensorSoftmax.ValueAndGradient(_data.Predictions, _data.Labels, Shape.Classes, _data.Gradient);
}

using System.Numerics.Tensors;
using LossKit.LightGbm;
using LossKit.MathNet;
using LossKit.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace LossKit.Native;

/// <summary>What packages beside the library compute, with a formula that none of them knows.</summary>
internal static class Packages
{
    private const int Examples = 60;

    private static readonly PointwiseLoss<double, Bounded> s_loss = Loss.FromFormula<double, Bounded>(new());
    private static readonly double[] s_features = Computed<double>.Numbers(2 * Examples);
    private static readonly double[] s_targets =
        [.. Enumerable.Range(0, Examples).Select(i => 0.5 * s_features[2 * i] - 0.25 * s_features[2 * i + 1] + 0.1)];

    public static IEnumerable<Series> All => [OfMathNet(), OfTensors(), OfLightGbm()];

    private static Series OfMathNet()
    {
        Matrix<double> features = Matrix<double>.Build.DenseOfRowMajor(Examples, 2, s_features);
        BfgsMinimizer minimizer = new(
            gradientTolerance: 1e-12, parameterTolerance: 1e-12, functionProgressTolerance: 1e-15);
        MinimizationResult fit = LinearModel.Fit(
            s_loss, features, Vector<double>.Build.DenseOfArray(s_targets), minimizer, new() { L2 = 0.01 });
        return Of(nameof(MathNet), [.. fit.MinimizingPoint]);
    }

    private static Series OfTensors()
    {
        // Columns of a wider tensor, which are neither dense nor in place.
        Tensor<double> predictions = Tensor.Create(s_features, [Examples, 2]).Slice(.., 0..1);
        Tensor<double> targets = Tensor.Create(s_targets, [Examples, 1]);
        Tensor<double> gradient = Tensor.CreateFromShape<double>([Examples, 1]);
        Cost cost = s_loss.ValueAndGradient(predictions, targets, gradient);
        return Of(nameof(Tensors), [cost.Mean, .. gradient]);
    }

    private static Series OfLightGbm()
    {
        LightGbmDataset<double> data = new(s_features, columns: 2, s_targets);
        using LightGbmBooster booster = s_loss.TrainLightGbm(data, new() { Leaves = 4, Rounds = 5 });
        return Of(nameof(LightGbm), booster.Predict<double>(s_features));
    }

    private static Series Of(string name, double[] numbers) => Computed<double>.Of(name, numbers);
}

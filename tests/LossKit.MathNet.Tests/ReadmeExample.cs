using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace LossKit.MathNet.Tests;

public sealed class ReadmeExample
{
    [Fact]
    public void Works()
    {
        Matrix<double> features = Matrix<double>.Build.DenseOfColumnArrays([[1, 2, 3, 4, 5]]);
        Vector<double> targets = Vector<double>.Build.DenseOfArray([3, 5, 7, 9, 99]);   // 2x + 1, but for the last

        NewtonMinimizer newton = new(gradientTolerance: 1e-9, maximumIterations: 100, useLineSearch: true);
        MinimizationResult fit = LinearModel.Fit(Loss.PseudoHuber<double>(delta: 0.01), features, targets, newton);
        Vector<double> predictions = LinearModel.Predict(fit.MinimizingPoint, features);
        Cost cost = Loss.AbsoluteError<double>().Value(predictions, targets);   // losses take vectors and matrices
        Console.WriteLine($"slope {fit.MinimizingPoint[0]:F2}, intercept {fit.MinimizingPoint[1]:F2}, {cost}");

        fit.MinimizingPoint[0].Should().BeApproximately(2, 0.02);
        fit.MinimizingPoint[1].Should().BeApproximately(1, 0.03);
        cost.Mean.Should().BeApproximately(88 / 5.0, 0.1);
    }

    [Fact]
    public void Is_that_of_the_readme()
    {
        string example = Compact(Read("ReadmeExample.cs.txt"));
        string code = Read("README.md").Split("```csharp")[1].Split("```")[0];
        string statements = code[code.IndexOf("Matrix<double> features", StringComparison.Ordinal)..];
        example.Should().Contain(Compact(statements));

        static string Read(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "readme", name));
        static string Compact(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
    }
}

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
    public void Softmax_regression_works()
    {
        Matrix<double> features = Matrix<double>.Build.DenseOfColumnArrays([[1, 2, 3, 4, 5, 6, 7, 8, 9]]);
        int[] species = [0, 0, 1, 0, 1, 2, 1, 2, 2];                            // classes count from 0
        BfgsMinimizer bfgs = new(gradientTolerance: 1e-9, parameterTolerance: 1e-9, functionProgressTolerance: 1e-12);

        MinimizationResult softmax = LinearModel.Fit(
            Loss.SoftmaxCrossEntropy<double>(classes: 3), features, species, classes: 3, bfgs, new() { L2 = 0.01 });
        Matrix<double> scores = LinearModel.Predict(softmax.MinimizingPoint, features, classes: 3);
        int[] predicted = [.. scores.EnumerateRows().Select(row => row.MaximumIndex())];
        Console.WriteLine($"{softmax.MinimizingPoint.Count} coefficients, classes {string.Join(", ", predicted)}");

        softmax.MinimizingPoint.Count.Should().Be(6);
        predicted.Should().BeInAscendingOrder();
        (predicted[0], predicted[4], predicted[8]).Should().Be((0, 1, 2));
    }

    [Fact]
    public void Survival_ranks_and_rankings_work()
    {
        Matrix<double> features = Matrix<double>.Build.DenseOfColumnArrays([[1, 0, 1, 0, 1, 0, 1, 0]]);   // treated?
        double[] times = [9, 2, 6, 4, 3, 7, 8, 1];
        int[] events = [0, 1, 1, 1, 1, 1, 1, 0];                                // 0: not yet at that time
        BfgsMinimizer bfgs = new(gradientTolerance: 1e-9, parameterTolerance: 1e-9, functionProgressTolerance: 1e-12);

        // Proportional hazards; an intercept would be the same for all, and change nothing.
        MinimizationResult cox = LinearModel.Fit(
            Loss.Cox<double>(Ties.Efron),
            features,
            risks => new() { Risks = risks, Times = times, Events = events },
            ofRisks => new() { Risks = ofRisks },
            bfgs,
            options: new() { HasIntercept = false });

        // Accelerated failure times, between an earliest and a latest: location by the features, one scale for all.
        double[] latest = [.. times.Zip(events, (time, isEvent) => isEvent == 1 ? time : double.PositiveInfinity)];
        MinimizationResult aft = LinearModel.Fit(
            Loss.AftLocationScale<double>(SurvivalDistribution.Extreme),
            features,
            Matrix<double>.Build.DenseOfColumnArrays(times, latest),
            bfgs,
            new() { ConstantOutputs = 1 });

        // Classes that are ranks: proportional odds.
        int[] ranks = [2, 0, 1, 1, 2, 2, 0, 1];
        OrdinalModel odds = OrdinalRegression.Fit(Loss.CumulativeLink<double>(classes: 3), features, ranks, bfgs);

        // Two lists of four: which is more relevant than which.
        Vector<double> relevances = Vector<double>.Build.DenseOfArray([2, 0, 1, 0, 0, 1, 2, 0]);
        LinearModelOptions differences = new() { HasIntercept = false };
        MinimizationResult ranking = LinearModel.Fit(
            Loss.PairwiseLogistic<double>(), features, relevances, lengths: [4, 4], bfgs, differences);

        (double hazard, double delay) = (Math.Exp(cox.MinimizingPoint[0]), Math.Exp(aft.MinimizingPoint[0]));
        Console.WriteLine($"hazard × {hazard:F2}, time × {delay:F2}, relevance {ranking.MinimizingPoint[0]:F2}");
        Console.WriteLine($"odds × {Math.Exp(odds.Coefficients[0]):F2}, thresholds {string.Join(", ", odds.Thresholds)}");

        cox.MinimizingPoint[0].Should().BeNegative();
        aft.MinimizingPoint[0].Should().BePositive();
        LinearModel.Predict(aft.MinimizingPoint, features, classes: 2).Column(1).Distinct().Should().ContainSingle();
        odds.Coefficients[0].Should().BePositive();
        (odds.Thresholds[1] - odds.Thresholds[0]).Should().BePositive();
        ranking.MinimizingPoint[0].Should().BePositive();
    }

    [Fact]
    public void Batches_work()
    {
        Matrix<float> anchors = Matrix<float>.Build.Random(64, 8, seed: 1);     // 64 embeddings of 8 numbers, in rows
        Matrix<float> positives = Matrix<float>.Build.Random(64, 8, seed: 2);
        Matrix<float> negatives = Matrix<float>.Build.Random(8, 64, seed: 3);   // in columns
        Matrix<float> ofAnchors = Matrix<float>.Build.Dense(64, 8);

        Cost triplets = Loss.Triplet<float>(dimension: 8).ValueAndGradient(
            from => new()
            {
                Anchors = from.Rows(anchors),
                Positives = from.Rows(positives),
                Negatives = from.Columns(negatives),
            },
            to => new() { Anchors = to.Rows(ofAnchors) });                      // what is left out is not computed

        Cost lists = Loss.SoftmaxRanking<float>().Value(anchors, positives.PointwiseAbs());   // 64 lists of 8
        Console.WriteLine($"{triplets.Mean:F3} of {triplets.Count} triplets, {lists.Count} lists");

        ofAnchors.FrobeniusNorm().Should().BePositive();
        (triplets.Count, lists.Count).Should().Be((64, 64));
    }

    [Fact]
    public void Is_that_of_the_readme()
    {
        string example = Compact(Read("ReadmeExample.cs.txt"));
        string[] blocks = [.. Read("README.md").Split("```csharp").Skip(1).Select(part => part.Split("```")[0])];
        blocks.Should().HaveCount(4);
        foreach (string block in blocks)
        {
            string statements = block[block.IndexOf("Matrix<", StringComparison.Ordinal)..];
            example.Should().Contain(Compact(statements));
        }

        static string Read(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "readme", name));
        static string Compact(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
    }
}

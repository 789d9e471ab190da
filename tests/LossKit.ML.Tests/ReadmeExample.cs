using Microsoft.ML.Trainers;

namespace LossKit.ML.Tests;

public sealed class ReadmeExample
{
    [Fact]
    public void Works()
    {
        // 300 rows of two features, a number to predict, and a yes or no.
        MLContext mlContext = new(seed: 1);
        Random random = new(5);
        IDataView rows = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 300).Select(_ =>
        {
            (float a, float b) = (random.NextSingle() - 0.5f, 2 * random.NextSingle() - 1);
            float target = 1.5f * a - 0.7f * b + 0.3f + random.NextSingle() - 0.5f;
            return new { A = a, B = b, Target = target, Label = target > 0 };
        }).ToArray());
        IDataView data = mlContext.Transforms.Concatenate("Features", "A", "B").Fit(rows).Transform(rows);

        // A miss costs eight times as much as a false alarm: the decisions that cost least, as a step of the pipeline.
        DecisionCosts costs = new(falsePositive: 1, falseNegative: 8);
        var pipeline = mlContext.BinaryClassification.Trainers
            .AveragedPerceptron(lossFunction: Loss.SmoothedHinge<float>().ToClassificationLoss())
            .Append(mlContext.Transforms.DecideByScore("PredictedLabel", costs));
        var model = pipeline.Fit(data);
        Console.WriteLine(model.LastTransformer.Threshold);

        // Any losses, metrics and decision costs, in one pass over the data.
        EvaluationReport report = mlContext.Evaluate(model.Transform(data), new Evaluation(labelColumnName: "Label")
        {
            { "smoothed hinge", Loss.SmoothedHinge<float>() },
            { "price", costs.AtThreshold<float>(0.5), "PredictedLabel" },
            { "price at 0", costs.AtThreshold<float>(0), "Score" },
        });
        Console.WriteLine(report);

        // SDCA with any convex loss, here the 90 % quantile.
        var quantile = mlContext.Regression.Trainers.Sdca(new SdcaRegressionTrainer.Options
        {
            LabelColumnName = "Target",
            LossFunction = Loss.Quantile<float>(0.9).ToSdcaRegressionLoss(),
            BiasLearningRate = 0,
        }).Fit(data);
        Console.WriteLine(mlContext.Evaluate(quantile.Transform(data), new Evaluation("Target")
        {
            { "pinball", Loss.Quantile<float>(0.9) },
            { "covered", Loss.Coverage<float>() },
        }));

        report["price"].Should().Be(model.LastTransformer.Threshold.Cost);
        report["price"].Mean.Should().BeLessThanOrEqualTo(report["price at 0"].Mean);
        mlContext.Evaluate(quantile.Transform(data), new Evaluation("Target") { { "covered", Loss.Coverage<float>() } })
            ["covered"].Mean.Should().BeApproximately(0.9, 0.05);
    }

    [Fact]
    public void Groups_and_weights_work()
    {
        MLContext mlContext = new();
        IDataView scored = mlContext.Data.LoadFromEnumerable(new[]
        {
            new { Label = true, Score = 2f, Weight = 1f },
            new { Label = false, Score = 1f, Weight = 3f },
            new { Label = false, Score = 3f, Weight = 1f },
        });

        // All rows are one group, by a column that is 1 in each: the AUC of the whole set.
        IDataView whole = mlContext.Transforms.Expression("All", "label : 1", "Label").Fit(scored).Transform(scored);
        EvaluationReport auc = mlContext.Evaluate(
            whole, new Evaluation(rowGroupColumnName: "All") { { "AUC", Loss.Auc<float>() } });
        EvaluationReport weighted = mlContext.Evaluate(
            scored,
            new Evaluation(exampleWeightColumnName: "Weight") { { "hinge", Loss.Hinge<float>() } });
        Console.WriteLine($"{auc["AUC"].Mean:F2}, {weighted["hinge"].Mean:F2}");

        auc["AUC"].Mean.Should().Be(0.5);
        weighted["hinge"].Mean.Should().BeApproximately((0 + 3 * 2 + 4) / 5.0, 1e-6);
    }
}

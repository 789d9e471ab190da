using Microsoft.ML.Trainers;

namespace LossKit.ML.Tests;

public sealed class ReadmeExample
{
    [Fact]
    public void Works()
    {
        MLContext mlContext = new(seed: 1);
        IDataView data = mlContext.Examples();

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
}

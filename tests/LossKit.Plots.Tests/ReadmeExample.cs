namespace LossKit.Plots.Tests;

public sealed class ReadmeExample
{
    [Fact]
    public void Works()
    {
        // A loss with its derivatives, its kinks marked.
        string path = LossPlot.Curve(Loss.Quantile<double>(0.9)).Save("quantile.svg");

        // What decisions by probabilities cost, by the threshold; the best one is marked.
        double[] probabilities = [0.1, 0.4, 0.35, 0.8];
        double[] targets = [0, 0, 1, 1];
        DecisionCosts costs = new(falsePositive: 1, falseNegative: 3);
        LossPlot.CostAgainstThreshold<double>(costs, probabilities, targets, unit: "€").Save("threshold.png");

        // An objective around a point, in the two directions in which it is most curved.
        DifferentiableFunction objective = (point, gradient) =>
        {
            (gradient[0], gradient[1]) = (2 * point[0], 20 * point[1]);
            return point[0] * point[0] + 10 * point[1] * point[1];
        };
        Picture landscape = LossPlot.Landscape(objective, [1.0, 0.5], radius: 2);
        landscape.Width = 900;
        landscape.Save("landscape.png");

        File.ReadAllText(path).Should().Contain("<svg");
        new FileInfo("threshold.png").Length.Should().BeGreaterThan(1000);
        new FileInfo("landscape.png").Length.Should().BeGreaterThan(1000);
    }
}

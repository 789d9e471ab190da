using System.Text.Json;

namespace LossKit.CustomLoss.Tests;

/// <summary>The README's examples on the way from the loss to the decision.</summary>
public sealed class DecisionExamples
{
    [Fact]
    public void Objective_works()
    {
        float[] pricePredictions = [2.5f, 0.5f];
        float[] prices = [2, 1];
        float[] soldLogits = [0.3f, -0.2f, 1];
        float[] soldOrNot = [1, 0, 1];
        float[] priceGradient = new float[2];
        float[] soldGradient = new float[3];
        float[] parameters = [0.5f, -2, 7];
        float[] gradient = [1, 1, 1];

        // Two outputs of one model: a price, and whether it sells. The bias, the last parameter, is not penalised.
        TaskLoss<float, float> price = new(Loss.Huber<float>(delta: 1), weight: 1);
        TaskLoss<float, float> sold = new(Loss.BinaryCrossEntropyLogits<float>(), weight: 0.3);
        Penalty<float> penalty = Penalty.ElasticNet<float>(l1: 1e-3, l2: 1e-2);

        Cost priceCost = price.ValueAndGradient(pricePredictions, prices, priceGradient);
        Cost soldCost = sold.ValueAndGradient(soldLogits, soldOrNot, soldGradient);
        // ... back through the model, from these gradients to that of the parameters ...
        double penalised = penalty.AddGradient(parameters.AsSpan(..^1), gradient.AsSpan(..^1));
        Objective objective = new(price.Share(priceCost) + sold.Share(soldCost), penalised);
        Console.WriteLine(objective);                       // 0.295326 = cost 0.271576 + penalty 0.02375

        objective.ToString().Should().Be("0.295326 = cost 0.271576 + penalty 0.02375");
        gradient.Should().Equal(1.006f, 0.979f, 1);
    }

    [Fact]
    public void Monitor_works()
    {
        // Of a profit, more is better. Here the loss falls for 139 epochs, and the profit does not move.
        TrainingMonitor monitor = new([new("profit", Better.Higher)], patience: 15);
        TrainingEvidence? misaligned = null;
        for (int epoch = 0; epoch < 200 && !monitor.ShouldStop; epoch++)
        {
            (double trainCost, double validationCost, double profit) = Train(epoch);
            monitor.Add(trainCost, validationCost, [profit]);
            misaligned = monitor.Evidence(TrainingVerdicts.Misaligned) ?? misaligned;
        }

        Console.WriteLine(misaligned);      // Misaligned since step 19: profit slope ...; validation slope -0.00...
        Console.WriteLine($"{monitor.Verdicts}, best at {monitor.Best.Step}");              // Plateau, best at 139

        static (double, double, double) Train(int epoch)
        {
            double cost = Math.Max(0.2, Math.Exp(-epoch / 86.0));
            return (cost, 1.1 * cost, 40 + epoch % 3);
        }

        misaligned.ToString().Should().StartWith("Misaligned since step ").And
            .Contain(": profit slope ").And.Contain(", score ").And.Contain("; validation slope -");
        monitor.ShouldStop.Should().BeTrue();
        $"{monitor.Verdicts}, best at {monitor.Best.Step}".Should().Be("Plateau, best at 139");
    }

    [Fact]
    public void A_monitor_goes_on_where_it_was()
    {
        // Interrupted after 100 epochs, and gone on with where it was.
        TrainingMonitor monitor = new(patience: 15) { Tags = new() { { "run", "nightly" } } };
        Train(until: 100);
        string saved = JsonSerializer.Serialize(monitor.State);         // beside the model
        monitor = new(JsonSerializer.Deserialize<TrainingMonitorState>(saved)!) { Tags = monitor.Tags };
        Train(until: 200);
        Console.WriteLine($"stopped after {monitor.Steps} epochs, best at {monitor.Best.Step}");  // ... 155 ... 139

        void Train(int until)
        {
            while (monitor.Steps < until && !monitor.ShouldStop)
            {
                double cost = Math.Max(0.2, Math.Exp(-monitor.Steps / 86.0));
                monitor.Add(cost, 1.1 * cost);
            }
        }

        (monitor.Steps, monitor.Best.Step).Should().Be((155L, 139L));
        monitor.Tags[0].Should().Be(new KeyValuePair<string, object?>("run", "nightly"));
    }

    [Fact]
    public void Decisions_work()
    {
        float[] logits = [-3, -1.5f, -0.5f, 0.5f, 2];
        float[] targets = [0, 1, 0, 1, 1];
        float[] testLogits = [-2, 0, 1];
        float[] testTargets = [0, 0, 1];

        DecisionCosts costs = new(falsePositive: 1, falseNegative: 10);
        double calibrated = costs.CalibratedThreshold;                       // 0.0909, of a calibrated probability
        DecisionThreshold best = costs.BestThreshold<float>(logits, targets);                // -2.25, of a logit
        Cost business = costs.AtThreshold<float>(best.Threshold).Value(testLogits, testTargets);      // mean 0.667

        // costs[truth, decision]: missing the third class is what must not happen.
        CostMatrix matrix = new(new double[,] { { 0, 1, 3 }, { 1, 0, 3 }, { 40, 40, 0 } });
        int decision = matrix.Decide<float>([0.6f, 0.3f, 0.1f]);                 // 2, at a probability of 0.1

        calibrated.Should().BeApproximately(0.0909, 0.00005);
        best.Threshold.Should().Be(-2.25);
        business.Mean.Should().BeApproximately(0.667, 0.0005);
        decision.Should().Be(2);
    }

    [Fact]
    public void Report_works()
    {
        (float[], float[])[] batches = [([-3, -1.5f, 0.5f], [0, 1, 0]), ([2], [1])];

        CostReport<float, float> report = new(
            ("cross-entropy", Loss.BinaryCrossEntropyLogits<float>()),
            ("error rate", new DecisionCosts(1, 1).AtThreshold<float>(0)),
            ("business cost", new DecisionCosts(falsePositive: 1, falseNegative: 10).AtThreshold<float>(-2.3)));
        foreach ((float[] logits, float[] targets) in batches)
        {
            report.Add(logits, targets);
        }

        Console.WriteLine(report);          // cross-entropy 0.712751 ... business cost 0.25
        Cost business = report["business cost"];            // of all examples; reports of parts merge

        report.ToString().ReplaceLineEndings("\n").Should()
            .Be("cross-entropy 0.712751\nerror rate    0.5\nbusiness cost 0.25");
        business.Should().Be(new Cost(1, 4, 4));
    }

    [Fact]
    public void Calibration_and_comparison_work()
    {
        float[] heldOutLogits = [4, 3, -5, -2, 6, -1, 2, -4];
        float[] heldOutTargets = [1, 0, 0, 0, 1, 1, 1, 0];
        float[] testLogits = [5, -3, 2, -6, 1, -2];
        float[] testTargets = [1, 0, 1, 0, 0, 1];
        float[] otherLogits = [2, -3, 3, -4, -1, -2];

        // Too sure of itself on examples that it was not trained on: its logits are divided by the temperature.
        TemperatureScaling scaling = TemperatureScaling.Fit<float>(heldOutLogits, heldOutTargets);       // 2.16
        float[] scaled = new float[6];
        scaling.Apply<float>(testLogits, scaled);
        IsotonicRegression isotonic = IsotonicRegression.Fit<float>(heldOutLogits, heldOutTargets);
        double probability = isotonic.Apply(2.5);                                       // 0.667

        CalibrationAggregator calibration = new(bins: 10);
        calibration.AddLogits<float>(scaled, testTargets);                              // batch by batch; parts merge
        ReliabilityTable table = calibration.Table();
        string errors = $"{table.ExpectedCalibrationError:F3}, {table.Brier.Mean:F3}";          // 0.327, 0.170

        // Another model on the same examples, by what its decisions cost: is it cheaper, or was it lucky?
        PairedComparison comparison = new();
        DecisionCosts costs = new(falsePositive: 1, falseNegative: 10);
        double threshold = Link.Logit.Apply(costs.CalibratedThreshold);         // -2.303, of a calibrated logit
        PointwiseMetric<float> business = costs.AtThreshold<float>(threshold);
        comparison.Add(business, scaled, otherLogits, testTargets);
        ConfidenceInterval interval = comparison.Difference.Interval();         // -0.167, but from -0.595 to 0.262
        double p = comparison.SignTest.PValue;                                  // 1: better on one example of six

        scaling.Temperature.Should().BeApproximately(2.16, 0.005);
        probability.Should().BeApproximately(0.667, 0.0005);
        threshold.Should().BeApproximately(-2.303, 0.0005);
        errors.Should().Be("0.327, 0.170");
        comparison.Difference.Mean.Should().BeApproximately(-0.167, 0.0005);
        interval.Low.Should().BeApproximately(-0.595, 0.0005);
        interval.High.Should().BeApproximately(0.262, 0.0005);
        p.Should().Be(1);
    }

    [Fact]
    public void Optimal_constant_works()
    {
        double[] claims = [0, 0, 3, 1];

        PointwiseLoss<double> loss = Loss.Poisson<double>();
        double start = OptimalConstant.Of<double>(loss, claims);         // 0, the log of their mean
        double[] raw = [start, start + 0.5];
        double[] rates = new double[2];
        loss.Facts.Link.Invert<double>(raw, rates);                      // 1 and 1.649 claims
        string best = $"{loss.Facts.Elicits} by {loss.Facts.Link}";      // mean by log

        start.Should().Be(0);
        rates[1].Should().BeApproximately(1.649, 0.0005);
        best.Should().Be("mean by log");
    }
}

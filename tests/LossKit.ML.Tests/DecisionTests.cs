using System.Globalization;

namespace LossKit.ML.Tests;

/// <summary>Decisions in a pipeline are those of least expected cost, also in a model that was saved.</summary>
public sealed class DecisionTests
{
    private static readonly MLContext s_context = new(seed: 1);

    public static TheoryData<double, double, double, double> Costs => new()
    {
        { 1, 1, 0, 0 },
        { 1, 5, 0, 0 },
        { 5, 1, -1, 0 },
        { 1, 2, 0, 0 },
        { 1e-9, 1, 0, 0 },
        { 1e6, 1, 0, 0 },
        { 0, 1, 0, 0 },
        { 1, 0, 0, 0 },
        { 3, 4, 2, 1 },
        { 1, 6, 0, 0 },
    };

    [Theory, MemberData(nameof(Costs))]
    public void Probabilities_are_decided_as_the_costs_decide_them(double fp, double fn, double tp, double tn)
    {
        DecisionCosts costs = new(fp, fn, tp, tn);
        float near = (float)Math.Min(1, costs.CalibratedThreshold);
        float[] probabilities =
        [
            0, 1, 0.5f, near, 1e-30f, 0.25f,
            Math.Min(1, float.BitIncrement(near)), Math.Max(0, float.BitDecrement(near)),
        ];
        bool[] expected = new bool[probabilities.Length];
        PerExampleCosts.Decide<float>([.. probabilities.Select(_ => costs)], probabilities, expected);
        Decide(s_context.Transforms.Decide("Decision", costs, "Score"), probabilities).Should().Equal(expected);
    }

    /// <summary>0.1 is below the next float, 0.2 above: what is exactly at the threshold is positive.</summary>
    [Theory, MemberData(nameof(Costs))]
    [InlineData(1, 9, 0, 0)]
    [InlineData(2, 8, 0, 0)]
    [InlineData(1, 1e300, 0, 0)]
    public void A_column_of_doubles_is_decided_to_its_last_bit(double fp, double fn, double tp, double tn)
    {
        DecisionCosts costs = new(fp, fn, tp, tn);
        double threshold = costs.CalibratedThreshold;
        double[] probabilities =
        [
            threshold, Math.BitDecrement(threshold), Math.BitIncrement(threshold), 0, 1, 0.5, double.NaN,
        ];
        IDataView data = s_context.Data.LoadFromEnumerable(
            probabilities.Select(probability => new Exact { Probability = probability }));
        IDataView decided = s_context.Transforms.Decide("Decision", costs).Fit(data).Transform(data);
        decided.GetColumn<bool>("Decision").Should()
            .Equal(probabilities.Select(probability => probability >= threshold));
    }

    [Fact]
    public void A_nan_is_negative_and_the_culture_is_nobodys_business()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        comma.NumberFormat.NegativeSign = "\u2212";
        try
        {
            CultureInfo.CurrentCulture = comma;
            Decide(s_context.Transforms.Decide("Decision", new(1, 7), "Score"), [float.NaN, 0.124f, 0.126f])
                .Should().Equal(false, false, true);
            IDataView data = s_context.Labelled<bool>([true, true, false, true, false, false]);
            s_context.Transforms.DecideByScore("Decision", new(1, 1)).Fit(data).Threshold.Threshold.Should().Be(1.5);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_vector_has_a_decision_for_each_of_its_numbers()
    {
        IDataView data = s_context.Data.LoadFromEnumerable(new[] { new Several { Probability = [0.1f, 0.2f, 0.9f] } });
        IDataView decided = s_context.Transforms.Decide("Decision", new(1, 5)).Fit(data).Transform(data);
        VBuffer<bool> decisions = decided.GetColumn<VBuffer<bool>>("Decision").Single();
        decisions.DenseValues().Should().Equal(false, true, true);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(5, 1)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(1e-3, 2)]
    public void The_threshold_on_scores_is_that_of_least_cost(double fp, double fn)
    {
        DecisionCosts costs = new(fp, fn);
        IDataView data = s_context.Labelled(Data.Flags);
        float[] targets = [.. Data.Flags.Select(flag => flag ? 1f : 0)];
        DecisionThreshold expected = costs.BestThreshold<float>(Data.Scores, targets);
        DecisionTransformer chosen = s_context.Transforms.DecideByScore("Decision", costs).Fit(data);
        chosen.Threshold.Should().Be(expected);
        chosen.Transform(data).GetColumn<bool>("Decision").Should()
            .Equal(Data.Scores.Select(score => score >= expected.Threshold));
        chosen.IsRowToRowMapper.Should().BeTrue();
        chosen.GetOutputSchema(data.Schema)["Decision"].Type.Should().Be(BooleanDataViewType.Instance);

        // A weight makes one example six.
        IDataView weighted = s_context.Data.LoadFromEnumerable(
            Data.Scores.Select((score, i) => new Weighed
            {
                Label = Data.Flags[i],
                Score = score,
                Weight = i == 3 ? 6 : 1,
            }));
        s_context.Transforms.DecideByScore("Decision", costs, exampleWeightColumnName: "Weight").Fit(weighted).Threshold
            .Should().Be(costs.BestThreshold<float>(Data.Scores, targets, [1, 1, 1, 6, 1, 1]));
    }

    [Fact]
    public void A_saved_model_decides_as_before_and_knows_nothing_of_losskit()
    {
        DecisionCosts costs = new(falsePositive: 1, falseNegative: 8);
        IDataView data = s_context.Examples();
        var pipeline = s_context.BinaryClassification.Trainers.LbfgsLogisticRegression()
            .Append(s_context.Transforms.Decide("ByProbability", costs))
            .Append(s_context.Transforms.DecideByScore("PredictedLabel", costs));
        ITransformer model = pipeline.Fit(data);
        using MemoryStream file = new();
        s_context.Model.Save(model, data.Schema, file);
        file.Position = 0;
        MLContext other = new();
        ITransformer loaded = other.Model.Load(file, out _);

        IDataView before = model.Transform(data);
        IDataView after = loaded.Transform(data);
        foreach (string column in (string[])["ByProbability", "PredictedLabel"])
        {
            bool[] decisions = [.. before.GetColumn<bool>(column)];
            decisions.Should().Contain(true).And.Contain(false);
            after.GetColumn<bool>(column).Should().Equal(decisions);
        }

        EvaluationReport report = s_context.Evaluate(before, new Evaluation
        {
            { "by probability", costs.AtThreshold<float>(0.5), "ByProbability" },
            { "by score", costs.AtThreshold<float>(0.5), "PredictedLabel" },
            { "by ½", costs.AtThreshold<float>(0.5), "Probability" },
            { "by 1/9", costs.AtThreshold<float>(1 / 9.0), "Probability" },
        });
        report["by probability"].Should().Be(report["by 1/9"]);
        report["by probability"].Mean.Should().BeLessThan(report["by ½"].Mean);
        report["by score"].Mean.Should().BeLessThanOrEqualTo(report["by probability"].Mean);

        // One at a time, and by the schema before there are data.
        using PredictionEngine<Data.Example, Decided> engine =
            other.Model.CreatePredictionEngine<Data.Example, Decided>(loaded);
        Data.Example[] examples = [.. s_context.Data.CreateEnumerable<Data.Example>(data, reuseRowObject: false)];
        examples.Select(example => engine.Predict(example).PredictedLabel).Should()
            .Equal(before.GetColumn<bool>("PredictedLabel"));
    }

    [Fact]
    public void What_cannot_be_decided_is_told()
    {
        ((Action)(() => s_context.Transforms.Decide("Decision", new(-1, -1)))).Should().Throw<ArgumentException>()
            .WithMessage("'costs' is false positive -1*").WithParameterName("costs");
        ((Action)(() => s_context.Transforms.DecideByScore("Decision", new(1, 1), scoreColumnName: "Score")
            .Fit(s_context.Labelled<float>([float.NaN])))).Should().Throw<ArgumentException>();
        ((Action)(() => s_context.Transforms.DecideByScore("Decision", new(1, 1), "Other")
            .Fit(s_context.Labelled<float>([1])))).Should().Throw<ArgumentException>()
            .WithMessage("The data have no column 'Other'*");
        ((Action)(() => s_context.Transforms.Decide(null!, new(1, 1)))).Should().Throw<ArgumentNullException>();
    }

    private static IEnumerable<bool> Decide(IEstimator<ITransformer> estimator, float[] scores)
    {
        IDataView data = s_context.Data.LoadFromEnumerable(scores.Select(score => new Weighed { Score = score }));
        return estimator.Fit(data).Transform(data).GetColumn<bool>("Decision");
    }

    private sealed class Several
    {
        [VectorType(3)]
        public float[] Probability { get; set; } = [];
    }

    private sealed class Exact
    {
        public double Probability { get; set; }
    }

    private sealed class Weighed
    {
        public bool Label { get; set; }

        public float Score { get; set; }

        public float Weight { get; set; }
    }

    private sealed class Decided
    {
        public bool PredictedLabel { get; set; }
    }
}

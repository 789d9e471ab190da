using System.Globalization;

namespace LossKit.Tests;

/// <summary>Messages and texts are the same in every culture.</summary>
public sealed class MessageCultureTests
{
    // Of the invariant culture, because others may not be installed: a comma in a number, and a minus of its own.
    private static readonly CultureInfo s_culture = Culture();

    private static readonly DecisionCosts s_costs = new(0.5, -1.5);

    public static TheoryData<string> Calls => [.. s_calls.Keys];

    private static readonly Dictionary<string, Action> s_calls = new()
    {
        ["parameter"] = () => Loss.Huber<float>(-0.5),
        ["probability"] = () => Statistic.Quantile(1.5),
        ["bounded parameter"] = () => Parameter.AtLeast(1.5, 0.5),
        ["representable"] = () => Penalty.L1<float>(1.5e-50),
        ["checked"] = () => Loss.BinaryCrossEntropy<float>().Checked().Value([-0.5f], [0.5f]),
        ["weights"] = () => Statistic.Mean.Of<double>([1], [-0.5]),
        ["range"] = () => GradientChecker.Check(Loss.Huber<double>(), 1.5, -0.5, [0]),
        ["tolerance"] = () => GradientChecker.Check(Loss.Huber<double>(), -0.5, 0.5, [0], 100, -1.5),
        ["smoothing"] = () => _ = new TrainingMonitor(smoothing: -0.5),
        ["threshold"] = () => _ = new TrainingMonitor(threshold: -0.5),
        ["metric"] = () => _ = new TrainingMonitor([new("profit", Better.Higher) { Bound = 0.5, Resolution = -0.5 }]),
        ["matrix"] = () => _ = new CostMatrix(new double[,] { { 0, double.NegativeInfinity }, { 0, 0 } }),
        ["matrix class"] = () => _ = new CostMatrix(s_costs)[0, -1],
        ["matrix probability"] = () => new CostMatrix(s_costs).Decide<double>([0.5, -0.5]),
        ["matrix loss"] = () => new CostMatrix(s_costs).OnProbabilities<double>().Value([0.5, -0.5], [0]),
        ["matrix label"] = () => new CostMatrix(s_costs).OnLogits<double>().Value([0.5, -0.5], [-1]),
        ["costs"] = () => PerExampleCosts.Decide<double>([new(-0.5, -1.5)], [0.5], new bool[1]),
        ["per example"] = () => PerExampleCosts.Decide<double>([s_costs], [1.5], new bool[1]),
        ["state"] = () => new CostAggregator().Merge(new CostAggregatorState(0, 0, 0, 0, -1, 0, null)),
        ["batch number"] = () => new CostAggregator().Merge(new CostAggregatorState(0, 0, 0, 0, 1, 1, -1)),
    };

    [Theory, MemberData(nameof(Calls))]
    public void A_message_is_the_same_in_every_culture(string call)
    {
        string expected = Message(s_calls[call]);
        InCulture(() => Message(s_calls[call])).Should().Be(expected);
    }

    [Fact]
    public void Texts_are_the_same_in_every_culture()
    {
        object[] all =
        [
            new Cost(-0.5, 2, 3),
            s_costs,
            new DecisionThreshold(-0.5, new Cost(-0.5, 2, 3)),
            new BestSoFar(3, -0.5, 2),
            new Kink(0.5, -0.5, 1, -0.5, 0.5),
            new GradientMismatch(0.5, -0.5, 1, -0.5, 0.5),
            new GradientReport([new(0.5, -0.5, 1, -0.5, 0.5)], [new(0.5, -0.5, 1, -0.5, 0.5)]),
            new Metric("profit", Better.Higher) { Bound = 0.5, Resolution = 0.25 },
            Loss.Huber<double>(0.5).Facts,
            Loss.FromFormula<double, Huber>(new(0.5)),
            new Objective(-0.5, 0.25),
            new Trend(1, 2, 3, -0.5, 0.5, -0.5),
            new TrainingEvidence(TrainingVerdicts.Improving, 3, "train", new(1, 2, 3, -0.5, 0.5, -0.5)),
            Statistic.Quantile(0.25),
            Domain.Above(-0.5),
            new Parameter(-0.5),
            Report(),
        ];
        foreach (object each in all)
        {
            InCulture(each.ToString).Should().Be(each.ToString()).And.NotContain("−").And.NotMatchRegex(@"\d,\d");
        }

        System.Text.Json.JsonSerializer.Serialize(new Cost(-0.5, double.NegativeInfinity, 3)).Should().Be(
            InCulture(() => System.Text.Json.JsonSerializer.Serialize(new Cost(-0.5, double.NegativeInfinity, 3))));
    }

    private static CostReport<double, double> Report()
    {
        CostReport<double, double> report = new(("loss", Loss.SquaredError<double>().Scaled(0.5)));
        report.Add([1.5], [1]);
        return report;
    }

    private static string Message(Action call) => call.Should().Throw<ArgumentException>().Which.Message;

    private static TResult InCulture<TResult>(Func<TResult> call)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = s_culture;
        try
        {
            return call();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static CultureInfo Culture()
    {
        CultureInfo culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NegativeSign = "−";
        return culture;
    }
}

using System.Text.Json.Nodes;
using LossKit.Conformance;

namespace LossKit.Tests;

/// <summary>The reference cases of losses of groups, as far as their fields are known here.</summary>
public sealed class GroupConformanceTests
{
    private static readonly string s_cases = Path.Combine(AppContext.BaseDirectory, "groups");

    public static TheoryData<string> Rankings => new(
        Load("ranking.json").Where(node => Name(node).StartsWith("pairwise_", StringComparison.Ordinal)).Select(Id));

    public static TheoryData<string> Segmentations => new(Load("segmentation.json").Select(Id));

    [Theory]
    [MemberData(nameof(Rankings))]
    public void Rankings_are_those_of_the_reference(string id)
    {
        JsonNode given = Load("ranking.json").Single(node => Id(node) == id);
        JsonNode parameters = given["parameters"]!;
        PairReduction pairs = parameters["pair_reduction"]?.GetValue<string>() == "mean"
            ? PairReduction.Mean
            : PairReduction.Sum;
        GroupedLoss<double> loss = Name(given) == "pairwise_logistic"
            ? Loss.PairwiseLogistic<double>(parameters["sigma"]?.GetValue<double>() ?? 1, pairs)
            : Loss.PairwiseHinge<double>(parameters["margin"]?.GetValue<double>() ?? 1, pairs);
        int[] lengths = [.. Numbers(given, "groups")!.Select(length => (int)length)];
        Agrees(given, loss, lengths, given["mask"] is null ? null : Numbers(given, "mask"));
    }

    [Theory]
    [MemberData(nameof(Segmentations))]
    public void Dice_is_that_of_the_reference(string id)
    {
        JsonNode given = Load("segmentation.json").Single(node => Id(node) == id);
        JsonNode parameters = given["parameters"]!;
        string activation = parameters["activation"]?.GetValue<string>() ?? "none";
        AbsentTargets absent = parameters["absent"]?.GetValue<string>() switch
        {
            "skip" => AbsentTargets.Skip,
            "zero" => AbsentTargets.Zero,
            _ => AbsentTargets.Count,
        };
        GroupedLoss<double> loss = Loss.SoftDice<double>(
            parameters["smooth_numerator"]!.GetValue<double>(),
            parameters["smooth_denominator"]!.GetValue<double>(),
            parameters["squared"]?.GetValue<bool>() ?? false,
            logits: activation == "sigmoid",
            absent);
        int[] shape = [.. Numbers(given, "shape")!.Select(length => (int)length)];
        Agrees(given, loss, [.. Enumerable.Repeat(shape[2], shape[0] * shape[1])], mask: null);
    }

    [Fact]
    public void Losses_of_labelled_batches_are_those_of_the_reference()
    {
        using StringWriter output = new();
        int exitCode = ConformanceRun.Run([Path.Combine(s_cases, "metric2.json")], output, output);
        exitCode.Should().Be(0, output.ToString());
    }

    private static void Agrees(JsonNode given, GroupedLoss<double> loss, int[] lengths, double[]? mask)
    {
        // What is masked does not exist: it is left out, and its derivatives are 0.
        double[] predictions = Numbers(given, "predictions")!;
        int[] kept = [.. Enumerable.Range(0, predictions.Length).Where(entry => mask is null || mask[entry] == 1)];
        int[] ends = [.. lengths.Select((_, group) => lengths[..(group + 1)].Sum())];
        int[] keptLengths = [.. lengths.Select((length, group) =>
            kept.Count(entry => entry >= ends[group] - length && entry < ends[group]))];
        double[] scores = [.. kept.Select(entry => predictions[entry])];
        double[] targets = [.. kept.Select(entry => Numbers(given, "targets")![entry])];
        double[] weights = Numbers(given, "weights") ?? [];
        Reduction reduction = given["reduction"]!.GetValue<string>() == "mean" ? Reduction.Mean : Reduction.Sum;
        Groups groups = Groups.OfLengths(keptLengths);
        double[] losses = new double[lengths.Length];
        double[] gradient = new double[kept.Length];
        double[] hessian = new double[kept.Length];
        loss.PerExample(scores, targets, groups, losses, weights);
        Cost cost = loss.ValueGradientAndHessian(scores, targets, groups, gradient, hessian, weights, reduction);
        Near(reduction == Reduction.Mean ? cost.Mean : cost.Sum, Number(given["value"]!), "value");
        if (given["counted"] is { } counted)
        {
            cost.Count.Should().Be(counted.GetValue<int>());
        }

        Near(losses, Numbers(given, "per_sample")!, "per_sample");
        Near(gradient, [.. kept.Select(entry => Numbers(given, "gradient")![entry])], "gradient");
        if (Numbers(given, "hessian") is { } curvatures)
        {
            Near(hessian, [.. kept.Select(entry => curvatures[entry])], "hessian");
        }
    }

    private static void Near(double[] actual, double[] expected, string of)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Near(actual[i], expected[i], $"{of} {i}");
        }
    }

    private static void Near(double actual, double expected, string of)
    {
        if (double.IsNaN(expected))
        {
            actual.Should().Be(double.NaN, of);
        }
        else
        {
            actual.Should().BeApproximately(expected, 1e-10 * Math.Abs(expected) + 1e-12, of);
        }
    }

    private static List<JsonNode> Load(string file) =>
        [.. JsonNode.Parse(File.ReadAllText(Path.Combine(s_cases, file)))!["cases"]!.AsArray().Select(node => node!)];

    private static string Id(JsonNode node) => node["id"]!.GetValue<string>();

    private static string Name(JsonNode node) => node["loss"]!.GetValue<string>();

    private static double[]? Numbers(JsonNode node, string field) =>
        node[field] is { } array ? [.. array.AsArray().Select(number => Number(number!))] : null;

    private static double Number(JsonNode node) => node.GetValueKind() == System.Text.Json.JsonValueKind.String
        ? double.Parse(node.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture)
        : node.GetValue<double>();
}

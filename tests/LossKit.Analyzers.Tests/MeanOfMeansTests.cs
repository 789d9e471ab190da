namespace LossKit.Analyzers.Tests;

public sealed class MeanOfMeansTests
{
    private const string Rule = "LOSSKIT005";

    [Theory]
    [InlineData("(a.Mean + b.Mean) / 2", "(a + b).Mean")]
    [InlineData("(a.Mean + b.Mean + c.Mean) / 3.0", "(a + b + c).Mean")]
    [InlineData("0.5 * (a.Mean + b.Mean)", "(a + b).Mean")]
    [InlineData("(a.Mean + epoch.Mean) * 0.5f", "(a + epoch.Total).Mean")]
    [InlineData("(float)(a.Mean + b.Mean) / 2", null)]
    [InlineData("costs.Average(cost => cost.Mean)", "costs.Aggregate(Cost.Add).Mean")]
    [InlineData("new[] { a, b }.Average(one => one.Mean)", "new[] { a, b }.Aggregate(Cost.Add).Mean")]
    [InlineData("costs.Select(cost => cost.Mean).Average()", null)]
    [InlineData("(from cost in costs where cost.Weight > 0 select cost.Mean).Average()", null)]
    [InlineData("costs.Sum(cost => cost.Mean) / costs.Count", null)]
    [InlineData("epochs.Average(e => e.Mean)", null)]
    [InlineData("costs.Average(cost => (double?)cost.MeanOr(0))", null)]
    [InlineData("(a.MeanOr(0) + b.MeanOr(0)) / n", null)]
    [InlineData("(a.Mean + b.Mean + c.MeanOr(0)) / 3", null)]
    [InlineData("((float)a.Mean + b.Mean + c.Mean) / 3", null)]
    [InlineData("(1.0 / 3) * ((double)(a.Mean + b.Mean) + c.Mean)", null)]
    [InlineData("(a.Mean + b.Mean) / (n * 2)", null)]
    [InlineData("(a.Mean + b.Mean) / n", null)]
    [InlineData("(a.Mean + (b.Mean)) / (1 + 1)", "(a + b).Mean")]
    public Task An_average_of_means_is_found(string average, string? merged) => merged is null
        ? Snippet.HasNoFix(Rule, Of($"object x = [|{average}|];"))
        : Snippet.Becomes(Rule, Of($"object x = [|{average}|];"), Of($"object x = {merged};"));

    [Theory]
    [InlineData("double sum = 0; foreach (Cost cost in costs) { sum += cost.Mean; } double x = [|sum / costs.Count|];")]
    [InlineData("double sum = 0; for (int k = 0; k < n; k++) { sum += loss.Value([1], [2]).Mean; } sum = [|sum / n|];")]
    public Task A_loop_that_adds_up_means_is_found(string body) => Snippet.HasNoFix(Rule, Of(body));

    [Fact]
    public Task A_mean_that_something_else_is_divided_by_is_found() => Snippet.Becomes(
        Rule, Of("double x = c.Mean / ([|(a.Mean + b.Mean) / 2|]);"), Of("double x = c.Mean / ((a + b).Mean);"));

    [Theory]
    [InlineData("double x = (a + b).Mean;")]
    [InlineData("double x = a.Mean / b.Mean;")]
    [InlineData("double x = (a.Mean + b.Mean) / c.Mean;")]
    [InlineData("double x = (a.Sum + b.Sum) / 2;")]
    [InlineData("double x = a.Mean + 0.3 * b.Mean;")]
    [InlineData("double x = 0.1 * (a.Mean + b.Mean);")]
    [InlineData("double x = (a.Mean - b.Mean) / 2;")]
    [InlineData("double x = (a.Mean - b.Mean) / ((a.Mean + b.Mean) / 2);")]
    [InlineData("double x = Math.Abs(a.Mean - b.Mean) / (0.5 * (a.Mean + b.Mean));")]
    [InlineData("double x = (from cost in costs select cost.Sum).Average();")]
    [InlineData("double x = a.Mean / 2;")]
    [InlineData("double x = (a.Mean + b.Mean) / 3;")]
    [InlineData("double x = (a.Mean + b.Mean) / '\\x02'; double y = '\\x02' * (a.Mean + b.Mean);")]
    [InlineData("double x = (a.Mean * a.Weight + b.Mean * b.Weight) / (a.Weight + b.Weight);")]
    [InlineData("double x = costs.Average(cost => cost.Sum);")]
    [InlineData("double x = costs.Max(cost => cost.Mean);")]
    [InlineData("double x = costs.Sum(cost => cost.Mean);")]
    [InlineData("double sum = 0; foreach (Cost cost in costs) { sum += cost.Mean * cost.Weight; } double x = sum / n;")]
    [InlineData("double sum = 0; foreach (Cost cost in costs) { sum += cost.Mean; sum += 1; } double x = sum / n;")]
    [InlineData("double x = values.Average(); double y = (values[0] + values[1]) / 2;")]
    [InlineData("epoch.Add(a); double x = epoch.Mean;")]
    public Task What_is_no_average_of_means_passes(string body) => Snippet.Passes(Of(body));

    [Fact]
    public Task Another_mean_passes() => Snippet.Passes(
        """
        class Cost { public double Mean => 1; }
        class User { double Of(Cost a, Cost b) => (a.Mean + b.Mean) / 2; }
        """);

    private static string Of(string body) => $$"""
        class User
        {
            void Use(Cost a, Cost b, Cost c, CostAggregator epoch, List<Cost> costs, List<CostAggregator> epochs, int n,
                PointwiseLoss<double> loss, double[] values)
            {
                {{body}}
            }
        }
        """;
}

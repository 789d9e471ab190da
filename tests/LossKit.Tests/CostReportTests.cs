using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>A report holds what each of its losses says of all examples.</summary>
public sealed class CostReportTests
{
    private static readonly PointwiseLoss<double> s_loss = Loss.BinaryCrossEntropyLogits<double>();
    private static readonly PointwiseMetric<double> s_business = new DecisionCosts(1, 10).AtThreshold<double>(0);

    [Fact]
    public void Any_batching_and_merging_gives_the_cost_of_all_examples()
    {
        (double[] p, double[] t, double[] w) = Samples.Batch<double>(TargetKind.Probability, 1000);
        CostReport<double, double> first = New();
        CostReport<double, double> second = New();
        first.Add(p.AsSpan(0, 700), t.AsSpan(0, 700), w.AsSpan(0, 700));
        second.Add(p.AsSpan(700, 1), t.AsSpan(700, 1), w.AsSpan(700, 1));
        second.Add(p.AsSpan(701), t.AsSpan(701), w.AsSpan(701));
        first.Merge(second);
        first.Names.Should().Equal("loss", "business cost");
        foreach ((string name, IMetric<double, double> metric) in new (string, IMetric<double, double>)[] { ("loss", s_loss), ("business cost", s_business) })
        {
            Cost all = metric.Value(p, t, w);
            first[name].Mean.Should().BeApproximately(all.Mean, 1e-14 * all.Mean);
            first[name].Weight.Should().BeApproximately(all.Weight, 1e-12 * all.Weight);
            first[name].Count.Should().Be(1000);
        }

        first.Reset();
        first["loss"].Should().Be(default(Cost));
    }

    [Fact]
    public void Labels_have_reports_as_well()
    {
        CostMatrix matrix = new(new double[,] { { 0, 1 }, { 5, 0 } });
        CostReport<float, int> report = new(("cost", matrix.OnProbabilities<float>()));
        report.Add([0.9f, 0.1f, 0.5f, 0.5f], [1, 1]);
        report["cost"].Should().Be(new Cost(5, 2, 2));
    }

    [Fact]
    public void It_prints_a_line_for_each_loss()
    {
        CostReport<double, double> report = New();
        report.Add([0, 0], [0, 1]);
        report.ToString().ReplaceLineEndings("\n").Should().Be("loss          0.693147\nbusiness cost 0.5");
    }

    [Fact]
    public void A_batch_that_a_loss_refuses_is_added_to_none()
    {
        CostReport<double, double> report = new(("lax", s_loss), ("strict", s_loss.Checked()));
        report.Add([1], [1]);
        ((Action)(() => report.Add([1], [2]))).Should().Throw<ArgumentException>().WithMessage("targets[0] is 2*");
        (report["lax"].Count, report["strict"].Count).Should().Be((1, 1));
    }

    [Fact]
    public void Mistakes_are_named()
    {
        CostReport<double, double> report = New();
        ((Action)(() => _ = report["profit"])).Should().Throw<KeyNotFoundException>()
            .WithMessage("*'profit'*loss, business cost*");
        ((Action)(() => report.Merge(new(("loss", s_loss))))).Should().Throw<ArgumentException>()
            .WithMessage("*reports loss, this one loss, business cost*");
        ((Action)(() => _ = new CostReport<double, double>())).Should().Throw<ArgumentException>()
            .WithMessage("*nothing to report*");
        ((Action)(() => _ = new CostReport<double, double>(("a", s_loss), ("a", s_loss))))
            .Should().Throw<ArgumentException>().WithMessage("*named 'a'*");
        ((Action)(() => _ = new CostReport<double, double>(("a", null!)))).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void Adding_allocates_nothing()
    {
        CostReport<double, double> report = New();
        double[] numbers = [0.1, 0.2, 0.3];
        Allocations.Of(() => report.Add(numbers, numbers)).Should().Be(0);
    }

    private static CostReport<double, double> New() => new(("loss", s_loss), ("business cost", s_business));
}

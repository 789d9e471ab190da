namespace LossKit.Tests;

/// <summary>A report says the worst first and does not fill the screen.</summary>
public sealed class GradientReportTests
{
    [Fact]
    public void Of_many_mismatches_the_worst_ten_are_printed_and_the_others_counted()
    {
        GradientMismatch[] mismatches = [.. Enumerable.Range(0, 2000)
            .Select(i => new GradientMismatch(1, i, 1, i == 7 ? double.NaN : 2 + i * 37 % 2000 * 1e-3, 2))];
        string[] lines = Lines(new([], mismatches));
        lines.Should().HaveCount(12);
        lines[0].Should().Be("2000 mismatches");
        lines[1].Should().Be("derivative 1 at 7 (target 1): NaN, finite difference 2");
        lines[2].Should().EndWith(": 3.999, finite difference 2");
        lines[10].Should().EndWith(": 3.991, finite difference 2");
        lines[11].Should().Be("... and 1990 more mismatches, none of them worse");
    }

    [Fact]
    public void An_error_counts_by_its_size_beside_the_derivative()
    {
        string[] lines = Lines(new([], [new(0, 1, 1, 1e9, 1.1e9), new(0, 2, 2, 3, 1)]));
        lines.Should().Equal(
            "2 mismatches",
            "derivative 2 at 2 (target 0): 3, finite difference 1",
            "derivative 1 at 1 (target 0): 1000000000, finite difference 1100000000");
    }

    [Fact]
    public void Of_many_kinks_the_first_ten_are_printed_and_the_others_counted()
    {
        Kink[] kinks = [.. Enumerable.Range(0, 12).Select(i => new Kink(0.5, i, 1, -1, 1))];
        string[] lines = Lines(new(kinks, []));
        lines.Should().HaveCount(12);
        lines[0].Should().Be("consistent");
        lines[1].Should().Be("kink of order 1 at 0 (target 0.5): -1 below, 1 above");
        lines[11].Should().Be("... and 2 more kinks");
        Lines(new(kinks[..10], [])).Should().HaveCount(11).And.NotContain(line => line.Contains("more"));
    }

    private static string[] Lines(GradientReport report) => report.ToString().ReplaceLineEndings("\n").Split('\n');
}

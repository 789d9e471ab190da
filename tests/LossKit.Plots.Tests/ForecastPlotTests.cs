using LossKit.Plots.Tests.Support;

namespace LossKit.Plots.Tests;

public sealed class ForecastPlotTests
{
    [Fact]
    public void A_reliability_diagram_says_the_calibration_error_and_its_interval()
    {
        CalibrationAggregator calibration = new(bins: 4);
        calibration.AddProbabilities<double>([0.1, 0.1, 0.1, 0.1, 0.9, 0.9], [0, 0, 0, 1, 1, 1]);
        ReliabilityTable table = calibration.Table();
        ConfidenceInterval interval = table.CalibrationErrorInterval();
        string[] texts = LossPlot.Reliability(table).Texts();
        texts.Should().Contain(text => text.StartsWith("calibration error 0.1333 (95 %: 0 to "));
        texts.Should().Contain($"calibration error 0.1333 (95 %: 0 to {interval.High:G4})".Replace("-", "−"));
        texts.Should().Contain("predicted probability").And.Contain("observed rate").And.Contain("share");
        LossPlot.Reliability([("before", table), ("after", table)]).Texts()
            .Should().Contain(text => text.StartsWith("before: ")).And.Contain(text => text.StartsWith("after: "));
        ((Action)(() => LossPlot.Reliability(new CalibrationAggregator().Table()))).Should().Throw<ArgumentException>()
            .WithParameterName("tables");
    }

    [Fact]
    public void Bands_are_pairs_of_levels_with_what_they_cover()
    {
        // The fourth is outside of the outer band, the second on the end of the inner one.
        QuantileFan fan = QuantileFan.Of<float>(
            [0.1, 0.25, 0.5, 0.75, 0.9],
            [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5],
            [3, 4, 4.5f, 6]);
        fan.Bands.Select(band => (band.LowLevel, band.HighLevel, band.Covered))
            .Should().Equal((0.1, 0.9, 0.75), (0.25, 0.75, 0.5));
        fan.Bands[1].Low.Should().Equal(2, 2, 2, 2);
        fan.Bands[1].High.Should().Equal(4, 4, 4, 4);
        fan.Bands[0].Nominal.Should().BeApproximately(0.8, 1e-15);
        fan.Middle.Should().Equal(3, 3, 3, 3);
        fan.MiddleLevel.Should().Be(0.5);
        fan.Positions.Should().Equal(0, 1, 2, 3);
        QuantileFan even = QuantileFan.Of<double>([0.1, 0.9], [1, 2], positions: [7]);
        (even.Middle.Count, even.Targets.Count, even.Positions[0]).Should().Be((0, 0, 7));
        double.IsNaN(even.Bands[0].Covered).Should().BeTrue();
    }

    [Fact]
    public void What_is_no_fan_is_refused()
    {
        Refused("levels", () => QuantileFan.Of<double>([0.5], [1]));
        Refused("levels", () => QuantileFan.Of<double>([0.5, 0.1], [1, 2]));
        Refused("quantiles", () => QuantileFan.Of<double>([0.1, 0.5], [1, 2, 3]));
        Refused("targets", () => QuantileFan.Of<double>([0.1, 0.5], [1, 2], [1, 2]));
        Refused("positions", () => QuantileFan.Of<double>([0.1, 0.5], [1, 2, 1, 2], positions: [1, 0]));

        static void Refused(string name, Action call) =>
            call.Should().Throw<ArgumentException>().WithParameterName(name);
    }

    [Fact]
    public void A_fan_says_what_its_bands_cover()
    {
        string[] texts = LossPlot.Fan<double>(
            [0.1, 0.5, 0.9], [1, 2, 3, 1, 2, 3], [2, 4], title: "Demand", x: "day", y: "pieces").Texts();
        texts.Should().Contain("10 to 90 %: covers 50 %, should 80 %").And.Contain("median")
            .And.Contain("what came true").And.Contain("Demand").And.Contain("day").And.Contain("pieces");
    }

    [Fact]
    public void Observed_curves_are_steps_and_predicted_ones_are_means()
    {
        double[] times = [1, 2, 3, 4];
        int[] events = [1, 1, 0, 1];
        SurvivalCurve observed = SurvivalCurve.Of("observed", KaplanMeier.Of<double>(times, events));
        observed.Times.Should().Equal(0, 1, 2, 4);
        observed.Shares.Should().Equal(1, 0.75, 0.5, 0);
        observed.Median.Should().Be(2);
        SurvivalCurve predicted = SurvivalCurve.MeanOf("predicted", new SurvivalCurves<double>
        {
            Survival = [0.9, 0.5, 0.7, 0.1],
            Grid = [1, 3],
            Times = [1, 2],
            Events = [1, 1],
            Censoring = KaplanMeier.OfCensoring<double>(times, events),
        });
        predicted.Times.Should().Equal(0, 1, 3);
        predicted.Shares.Zip([1, 0.8, 0.3]).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-15);
        SurvivalCurve.Of<float>("from 0", [0, 1], [0.9f, 0.6f]).Median.Should().Be(double.PositiveInfinity);
        ((Action)(() => SurvivalCurve.Of<double>("x", [2, 1], [1, 1]))).Should().Throw<ArgumentException>()
            .WithParameterName("grid");
        ((Action)(() => SurvivalCurve.Of<double>("x", [2, 3], [1]))).Should().Throw<ArgumentException>()
            .WithParameterName("survival");

        Picture picture = LossPlot.Survival([observed, predicted], time: "months");
        picture.Line("observed (median 2)")
            .Should().Equal((0, 1), (1, 1), (1, 0.75), (2, 0.75), (2, 0.5), (4, 0.5), (4, 0));
        picture.Line("predicted (median 3)").Select(point => point.X).Should().Equal(0, 1, 3);
        picture.Texts().Should().Contain("observed (median 2)")
            .And.Contain("predicted (median 3)").And.Contain("months").And.Contain("share whose event comes later");
    }
}

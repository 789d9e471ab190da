using LossKit.Plots.Tests.Support;

namespace LossKit.Plots.Tests;

public sealed class TrainingHistoryTests
{
    [Fact]
    public void Spells_are_where_the_monitor_said_so()
    {
        // Both fall, then the validation cost rises.
        TrainingMonitor monitor = new([new Metric("accuracy", Better.Higher)]);
        TrainingMonitor other = new([new Metric("accuracy", Better.Higher)]);
        TrainingHistory history = new(monitor);
        List<TrainingVerdicts> said = [];
        for (int i = 0; i < 60; i++)
        {
            double train = Math.Exp(-0.1 * i);
            double validation = 1 + (i < 25 ? 1 - 0.03 * i : 0.25 + 0.04 * (i - 25));
            said.Add(other.Add(train, validation, [i]));
            history.Add(train, validation, [i]).Should().Be(said[^1]);
        }

        history.Verdicts.Should().Equal(said);
        history.Train.Should().HaveCount(60);
        history.Metric("accuracy").Should().Equal(Enumerable.Range(0, 60).Select(i => (double)i));
        ((Action)(() => history.Metric("recall"))).Should().Throw<ArgumentException>();
        history.Spells.Select(spell => spell.Verdict).Should().Contain(TrainingVerdicts.Improving)
            .And.Contain(TrainingVerdicts.Overfitting);
        for (int step = 0; step < 60; step++)
        {
            history.Spells.Where(spell => spell.From <= step && step <= spell.To)
                .Aggregate(TrainingVerdicts.None, (all, spell) => all | spell.Verdict).Should().Be(said[step]);
        }

        history.Spells.Should().OnlyContain(spell =>
            spell.From == 0 || !said[(int)spell.From - 1].HasFlag(spell.Verdict));
        history.Spells[^1].From.Should().Be(
            monitor.Evidence(TrainingVerdicts.Overfitting)!.Value.Since, "it is what holds in the end");
    }

    [Fact]
    public void What_stops_and_comes_back_are_two_spells()
    {
        double[] train = [.. Enumerable.Range(0, 90).Select(i => 10.0 - Math.Min(i, 20) - Math.Max(0, i - 60))];
        TrainingHistory history = TrainingHistory.Of(train);
        VerdictSpell[] improving =
            [.. history.Spells.Where(spell => spell.Verdict == TrainingVerdicts.Improving)];
        improving.Should().HaveCount(2);
        improving[0].From.Should().Be(7);
        improving[1].To.Should().Be(89);
        (improving[1].From - improving[0].To).Should().BeGreaterThan(20);
    }

    [Fact]
    public void Costs_and_their_means_are_the_same_steps()
    {
        TrainingHistory ofCosts = new();
        TrainingHistory ofMeans = new();
        for (int i = 0; i < 24; i++)
        {
            Cost train = new(sum: 40 - i, weight: 4, count: 4);
            ofCosts.Add(train, i % 2 == 0 ? new Cost(30 - i, 3, 3) : null)
                .Should().Be(ofMeans.Add(train.Mean, i % 2 == 0 ? (30 - i) / 3.0 : null));
        }

        ofCosts.Train.Should().Equal(ofMeans.Train);
        ofCosts.Validation.Should().Equal(ofMeans.Validation);
        ofCosts.Spells.Should().Equal(ofMeans.Spells).And.NotBeEmpty();
    }

    [Fact]
    public void A_history_that_goes_on_has_the_steps_of_its_monitor()
    {
        TrainingMonitor monitor = new();
        for (int i = 0; i < 5; i++)
        {
            monitor.Add(10 - 0.4 * i);
        }

        TrainingHistory history = new(monitor);
        for (int i = 5; i < 20; i++)
        {
            history.Add(10 - 0.4 * i);
        }

        history.FirstStep.Should().Be(5);
        history.Spells.Should().Equal(new VerdictSpell(TrainingVerdicts.Improving, 7, 19));
        history.Validation.Should().OnlyContain(cost => double.IsNaN(cost));
    }

    [Fact]
    public void The_picture_names_curves_verdicts_and_the_best_step()
    {
        double[] train = [.. Enumerable.Range(0, 60).Select(i => Math.Exp(-0.1 * i))];
        double[] validation = [.. Enumerable.Range(0, 60).Select(i => 1 + 0.01 * (i - 20) * (i - 20))];
        LossPlot.Training(train, validation).Texts().Should().Contain("train").And.Contain("validation")
            .And.Contain("Improving").And.Contain("Overfitting").And.Contain("best 1 at step 20").And.Contain("step");
        LossPlot.Training([1.0]).Texts().Should().Contain("no verdict");
        ((Action)(() => LossPlot.Training(new TrainingHistory()))).Should().Throw<ArgumentException>();
        ((Action)(() => LossPlot.Training(train, [1.0]))).Should().Throw<ArgumentException>()
            .WithParameterName("validation");
    }
}

using LossKit.Formulas;
using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>Checked losses of sequences, rankings and times: the loss itself, or an error with a name.</summary>
public sealed class CheckedBatchTests
{
    private const double Never = double.PositiveInfinity;

    [Fact]
    public void Of_times_until_an_event()
    {
        double[] risks = [1, double.NegativeInfinity, 2];
        double[] times = [1, 2, 3];
        double[] entries = [double.NegativeInfinity, 1, 2];
        CoxLoss<double> loss = Loss.Cox<double>();
        CoxLoss<double> guarded = loss.Checked();
        (loss.IsChecked, guarded.IsChecked).Should().Be((false, true));
        Value(guarded).Should().Be(Value(loss));
        Refuses(risks, 2, "risks[2] is NaN: must be a finite number or -Infinity.", double.NaN, () => Value(guarded));
        Refuses(times, 2, "times[2] is ∞: must be a finite number.", Never, () => Value(guarded));

        Cost Value(CoxLoss<double> cox) => cox.Value(
            new() { Risks = risks, Times = times, Events = [1, 0, 1], Entries = entries });
    }

    [Fact]
    public void Of_rankings_what_is_masked_may_hold_anything()
    {
        double[] scores = [1, double.NegativeInfinity, double.NaN, 2];
        double[] relevances = [1, 0, double.NaN, 2];
        bool[] mask = [true, true, false, true];
        ListMleLoss<double> guarded = Loss.ListMle<double>().Checked();
        Value(guarded).Should().Be(Value(Loss.ListMle<double>()));
        Refuses(scores, 3, "scores[3] is ∞: must be a finite number or -Infinity.", Never, () => Value(guarded));
        Refuses(relevances, 3, "relevances[3] is ∞: must be a finite number.", Never, () => Value(guarded));

        Cost Value(ListMleLoss<double> ranking) => ranking.Value(
            new() { Scores = scores, Relevances = relevances, Lengths = [4], Mask = mask });
    }

    [Fact]
    public void Of_sequences_frames_that_do_not_count_may_hold_anything()
    {
        double[] logits = [1, 2, 0.5, 1, double.NaN, 1, 1, double.NegativeInfinity, 0, 1, 2, 3];
        LatticeLoss<double> guarded = Loss.Ctc<double>(2).InParallel(2).Checked();
        guarded.Degree.Should().Be(2);
        Value(guarded).Should().Be(Value(Loss.Ctc<double>(2)));
        Refuses(
            logits,
            9,
            "logits[9], of sequence 1, frame 1, class 1, is NaN: must be a finite number or -Infinity.",
            double.NaN,
            () => Value(guarded));

        Cost Value(LatticeLoss<double> lattice) => lattice.Value(
            new() { Logits = logits, InputLengths = [2, 3], Labels = [1, 1], TargetLengths = [1, 1] });
    }

    public static TheoryData<int> Tuples => [.. Enumerable.Range(0, TupleOracles.All.Count)];

    [Theory, MemberData(nameof(Tuples))]
    public void Of_tuples_whatever_has_a_loss_is_taken(int oracle)
    {
        TupleLoss<double> loss = TupleOracles.All[oracle].InDouble;
        foreach (double[] numbers in new[] { TupleOracles.All[oracle].Lower, TupleOracles.All[oracle].Upper })
        {
            double[] predictions = numbers[..loss.Predictions];
            double[] targets = numbers[loss.Predictions..];
            loss.Checked().Value(predictions, targets).Should().Be(loss.Value(predictions, targets));
        }
    }

    [Fact]
    public void Of_tuples_each_number_has_a_domain_of_its_own()
    {
        (TupleLoss<double> Loss, double[] Predictions, double[] Targets, string Message)[] wrong =
        [
            (Loss.GammaNll<double>(), [0, 0], [0], "targets[0] is 0: must be a positive finite number."),
            (Loss.NormalNll<double>(Link.Identity), [0, 1, 0, -1], [1, 2], "predictions[3], of row 1, is -1: must be a p*"),
            (Loss.NormalNll<double>(Link.Identity).Planar(), [0, 0, 1, 0], [1, 2], "predictions[3] is 0: must be a p*"),
            (Loss.BetaDistributionNll<double>(), [0, 0], [1.5], "targets[0] is 1.5: must be a number in [0, 1]."),
            (Loss.StudentTNllDegrees<double>(), [0, -1, 0], [1], "predictions[2], of row 0, is 0: must be a pos*"),
            (Loss.EvidentialRegression<double>(), [0, 1, 1, 1], [1], "predictions[2], of row 0, is 1: * greater than 1."),
            (Loss.ZeroInflatedPoissonNll<double>(), [0, 0], [-1], "targets[0] is -1: must be * of at least 0."),
            (Loss.Kto<double>(), [-1], [-1, 0.5], "targets[1], of row 0, is 0.5: must be 0 or 1."),
            (Loss.ExponentialSurvival<double>(), [0], [2, 2], "targets[1], of row 0, is 2: must be 0 or 1."),
            (Loss.Aft<double>(), [0], [-1, 2], "targets[0], of row 0, is -1: must be * at least 0, or Infinity."),
            (Loss.SquaredError<double>().AsymmetricPerExample(), [1], [1, 2, -1], "targets[2], of row 0, is -1: must be * 0."),
            (Loss.Poisson<double>().AsymmetricPerExample(), [1], [-1, 2, 1], "targets[0], of row 0, is -1: must be * 0."),
            (Loss.SquaredError<double>().Censored(), [1], [1, 0.5], "targets[1], of row 0, is 0.5: must be -1, 0 or 1."),
            (Loss.Huber<double>().InUnitsPerExample(), [1], [1, 0], "targets[1], of row 0, is 0: must be a positive*"),
            (Loss.Poisson<double>().WithExposure(), [1], [1, 0], "targets[1], of row 0, is 0: must be a positive*"),
            (Loss.Poisson<double>().WithOffset(), [1], [-1, 0], "targets[0], of row 0, is -1: must be * at least 0."),
            (Loss.QuantilePerExample<double>(), [1], [1, 1.5], "targets[1], of row 0, is 1.5: must be a number in [0, 1]."),
            (Loss.NormalNllGivenVariance<double>(), [1], [1, -1], "targets[1], of row 0, is -1: must be a positive*"),
            (
                Loss.ExpectedClassCostPerExample<double>(2), [1, Never], [1, 0],
                "predictions[1], of row 0, is Infinity: must be a finite number or -Infinity."),
            (Loss.Dpo<double>().PerToken(), [-1, -1], [-1, -1, 3, 0], "targets[3], of row 0, is 0: must be a pos*"),
        ];
        foreach ((TupleLoss<double> loss, double[] predictions, double[] targets, string message) in wrong)
        {
            loss.Invoking(each => each.Checked().Value(predictions, targets)).Should().Throw<ArgumentException>()
                .WithMessage(message + (message[^1] == '*' ? "" : "*"), loss.ToString());
        }

        Loss.Aft<double>().Checked().Value([0], [2, Never]).Mean.Should().BePositive();
    }

    [Fact]
    public void Of_rows_of_tuples_columns_have_their_domains()
    {
        TupleRowsLoss<double> loss = Loss.FromTupleFormula<double, FlowMatching>(new(FlowWeighting.None))
            .OfRows(2, targetsOfRow: 1);
        double[] velocities = [1, 2, 3, 4];
        double[] targets = [5, 5, 5, 5, 0.5, 5, 5, 5, 5, 0.5];
        loss.Checked().Value(velocities, targets).Should().Be(loss.Value(velocities, targets));
        Refuses(targets, 9, "targets[9], of row 1, is 2: must be a number in [0, 1].", 2, Value);
        Refuses(velocities, 2, "predictions[2], of row 1, is NaN: *", double.NaN, Value);
        loss.Checked().ToString().Should().Be(loss.ToString());
        TupleRowsLoss<double> scales = Loss.NormalNll<double>(Link.Identity).OfRows(2);
        scales.Invoking(each => each.Checked().Value([-1, -1, 1, -1], [0, 0])).Should().Throw<ArgumentException>()
            .WithMessage("predictions[3], of row 0, is -1: must be a positive finite number.*");

        Cost Value() => loss.Checked().Value(velocities, targets);
    }

    [Fact]
    public void Of_groups()
    {
        double[] predictions = [1, double.NegativeInfinity, 2, 0.5];
        double[] targets = [1, 0, 0, 1];
        double[] weights = [1, 2];
        double[] gradient = new double[4];
        GroupedLoss<double> loss = Loss.SoftDice<double>();
        GroupedLoss<double> guarded = loss.Checked();
        (loss.IsChecked, guarded.IsChecked, guarded.ToString()).Should().Be((false, true, loss.ToString()));
        Gradient(guarded).Should().Be(Gradient(loss));
        gradient.AsSpan().Clear();
        Refuses(predictions, 2, "predictions[2] is NaN: must be * or -Infinity.", double.NaN, () => Gradient(guarded));
        Refuses(targets, 2, "targets[2] is 1.5: must be a number in [0, 1].", 1.5, () => Gradient(guarded));
        Refuses(weights, 1, "weights[1] is -2: must be a finite number of at least 0.", -2, () => Gradient(guarded));
        gradient.Should().AllBeEquivalentTo(0);
        Loss.SoftDice<double>(logits: false).Checked().Invoking(each => Gradient(each))
            .Should().Throw<ArgumentException>().WithMessage("predictions[1] is *: must be a number in [0, 1].*");
        Refuses(targets, 0, "targets[0] is -1: *greater than -1.", -1, () =>
            Loss.RootMeanSquaredLogError<double>().Checked().Value([1, 1, 1, 1], targets, Groups.OfWidth(2)));
        guarded.Invoking(each => each.Value([1], targets, Groups.OfWidth(1))).Should().Throw<ArgumentException>()
            .WithMessage("'targets' has 4 entries*");
        Loss.PairwiseLogistic<double>().Checked().OfRankings().IsChecked.Should().BeTrue();
        guarded.OfClasses(2).IsChecked.Should().BeTrue();
        loss.OfClasses(2).IsChecked.Should().BeFalse();

        Cost Gradient(GroupedLoss<double> any) => any.ValueAndGradient(
            predictions, targets, Groups.OfWidth(2), gradient, weights);
    }

    [Fact]
    public void Of_transducers_places_that_do_not_count_may_hold_anything()
    {
        // Two frames, three places and two classes; the second frame does not count.
        double[] logits = [0, 1, 2, 3, 4, double.NegativeInfinity, double.NaN, 1, 1, 1, 1, 1];
        LatticeLoss<double> guarded = Loss.RnnTransducer<double>(2).Checked();
        Value(guarded).Should().Be(Value(Loss.RnnTransducer<double>(2)));
        Refuses(
            logits,
            3,
            "logits[3], of sequence 0, frame 0, place 1, class 1, is ∞: must be a finite number or -Infinity.",
            Never,
            () => Value(guarded));

        Cost Value(LatticeLoss<double> lattice) => lattice.Value(
            new() { Logits = logits, InputLengths = [1], Labels = [1, 1], TargetLengths = [2] });
    }

    [Fact]
    public void Of_tagged_sequences_and_of_pairs_of_series()
    {
        double[] emissions = [0, 1, double.NegativeInfinity, 2, double.NaN, 0];
        double[] transitions = [0, 1, 2, double.NegativeInfinity];
        CrfLoss<double> crf = Loss.Crf<double>(2);
        Value(crf.Checked()).Should().Be(Value(crf));
        Refuses(
            emissions,
            3,
            "emissions[3], of sequence 0, frame 1, class 1, is NaN: must be a finite number or -Infinity.",
            double.NaN,
            () => Value(crf.Checked()));
        Refuses(
            transitions,
            2,
            "transitions[2], of row 1, is ∞: must be a finite number or -Infinity.",
            Never,
            () => Value(crf.Checked()));
        double[] points = [1, 2];
        Refuses(
            points,
            1,
            "first[1] is ∞: must be a finite number.",
            Never,
            () => Loss.SoftDtw<double>().Checked().Value(
                new() { First = points, Second = [1], FirstLengths = [2], SecondLengths = [1] }));

        Cost Value(CrfLoss<double> loss) => loss.Value(
            new() { Emissions = emissions, Transitions = transitions, InputLengths = [2], Labels = [0, 1] });
    }

    private static void Refuses(double[] numbers, int index, string message, double number, Func<Cost> call)
    {
        double right = numbers[index];
        numbers[index] = number;
        call.Invoking(each => each()).Should().Throw<ArgumentException>()
            .WithMessage(message.Replace("∞", FormattableString.Invariant($"{Never}"), StringComparison.Ordinal) + "*");
        numbers[index] = right;
    }
}

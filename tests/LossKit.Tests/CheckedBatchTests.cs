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

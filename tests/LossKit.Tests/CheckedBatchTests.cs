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
            "logits[9], of row 4, is NaN: must be a finite number or -Infinity.",
            double.NaN,
            () => Value(guarded));

        Cost Value(LatticeLoss<double> lattice) => lattice.Value(
            new() { Logits = logits, InputLengths = [2, 3], Labels = [1, 1], TargetLengths = [1, 1] });
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

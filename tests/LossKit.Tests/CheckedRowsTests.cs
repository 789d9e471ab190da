using System.Numerics;

namespace LossKit.Tests;

public sealed class SingleCheckedRowsTests : CheckedRowsTests<float>;

public sealed class DoubleCheckedRowsTests : CheckedRowsTests<double>;

/// <summary>Checked losses of rows and of several labels: the loss itself, or an error with a name.</summary>
public abstract class CheckedRowsTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Rows = 4;
    private const int Columns = 3;

    private static readonly double[] s_never = [double.NaN, double.PositiveInfinity];

    private static readonly double[] s_infinite = [.. s_never, double.NegativeInfinity];

    [Fact]
    public void Tuples_are_checked()
    {
        TupleLoss<T> loss = Loss.NormalNll<T>();
        T[] p = [T.One, T.One, T.One, T.NaN];
        T[] t = [T.One, T.One];
        T[] gradient = new T[4];
        ((Action)(() => loss.Checked().ValueAndGradient(p, t, gradient))).Should().Throw<ArgumentException>()
            .WithMessage("predictions[3], of row 1, is NaN*");
        ((Action)(() => loss.Planar().Checked().ValueAndGradient(p, t, gradient))).Should().Throw<ArgumentException>()
            .WithMessage("predictions[3] is NaN*");
        ((Action)(() => loss.Checked().Value(p.AsSpan(1), t))).Should().Throw<ArgumentException>()
            .WithMessage("*no multiple*");
        gradient.Should().AllBeEquivalentTo(T.Zero);
        p[3] = T.One;
        ((Action)(() => loss.Checked().Value(p, [T.One, T.PositiveInfinity]))).Should().Throw<ArgumentException>()
            .WithMessage("targets[1] is*");
        loss.Checked().ValueAndGradient(p, t, gradient).Should().Be(loss.Value(p, t));
    }

    [Fact]
    public void Of_labels()
    {
        RowLoss<T, int>[] ofLogits =
        [
            Loss.SoftmaxCrossEntropy<T>(Columns), Loss.SoftmaxCrossEntropy<T>(Columns, labelSmoothing: 0.1),
            Loss.MulticlassFocal<T>(Columns), Loss.Poly1<T>(Columns),
            Loss.SoftmaxCrossEntropy<T>(Columns).InParallel(2),
        ];
        foreach (RowLoss<T, int> loss in ofLogits)
        {
            OfLabels(loss, s_never, "a finite number or -Infinity");
            loss.Checked().Value(Masked(), [1, 1, 2, 0]).Sum.Should().Be(loss.Value(Masked(), [1, 1, 2, 0]).Sum);
        }

        OfLabels(Loss.NegativeLogLikelihood<T>(Columns), s_never, "a log-probability, finite or -Infinity");
        OfLabels(Loss.CrammerSinger<T>(Columns), s_infinite, "a finite number");
        OfLabels(Loss.MulticlassHinge<T>(Columns), s_infinite, "a finite number");
        OfLabels(Loss.CategoricalCrossEntropy<T>(Columns), [.. s_infinite, -0.5, 1.5], "a number in [0, 1]");

        static void OfLabels(RowLoss<T, int> loss, double[] wrong, string what) => Check(
            loss.Checked(),
            loss,
            [1, 1, loss.IgnoreIndex!.Value, 0],
            Rows,
            ("predictions", wrong, what));

        static T[] Masked() => Numbers([double.NegativeInfinity, 0.5, 0.5, 0.2, 0.3, 0.5, 0.1, 0.2, 0.7, 1, 0, 0]);
    }

    [Fact]
    public void Ignored_rows_may_hold_anything()
    {
        RowLoss<T, int> loss = Loss.SoftmaxCrossEntropy<T>(Columns);
        T[] predictions = Numbers([1, 2, 3, double.NaN, double.PositiveInfinity, 0, 0.5, 0, 1, 2, 1, 0]);
        int[] labels = [1, -100, 2, 0];
        loss.Checked().Value(predictions, labels).Should().Be(loss.Value(predictions, labels));
        ((Action)(() => loss.Checked().Value(predictions, [1, 1, 2, 0]))).Should().Throw<ArgumentException>()
            .WithMessage("predictions[3], of row 1, is NaN: must be a finite number or -Infinity.*");
        ((Action)(() => loss.Checked().Value(predictions, [1, -100, 3, 0]))).Should()
            .Throw<ArgumentOutOfRangeException>().WithMessage("*label of row 2 is 3*");
    }

    [Fact]
    public void Of_probabilities()
    {
        (RowLoss<T, T> Loss, double[] Wrong, string What)[] losses =
        [
            (Loss.SoftmaxCrossEntropy<T>(Columns).WithProbabilityTargets(), s_never, "a finite number or -Infinity"),
            (Loss.KLDivergence<T>(Columns), s_never, "a finite number or -Infinity"),
            (Loss.CategoricalCrossEntropy<T>(Columns).WithProbabilityTargets(), [.. s_infinite, -0.1, 1.1], "a number in [0, 1]"),
            (Loss.JensenShannonDivergence<T>(Columns), [.. s_infinite, -0.1, 1.1], "a number in [0, 1]"),
        ];
        foreach ((RowLoss<T, T> loss, double[] wrong, string what) in losses)
        {
            Check(
                loss.Checked(),
                loss,
                Targets(),
                Rows,
                ("predictions", wrong, what),
                ("targets", [.. s_infinite, -0.1, 1.1], "a number in [0, 1]"));
        }
    }

    [Fact]
    public void Of_several_labels()
    {
        foreach (int weights in new[] { Rows, Rows * Columns })
        {
            MultilabelLoss<T> loss = Loss.BinaryCrossEntropyLogits<T>().OverRows(Columns);
            Check(
                loss.Checked(),
                loss,
                Targets(),
                weights,
                ("predictions", s_infinite, "a finite number"),
                ("targets", [.. s_infinite, -0.1, 1.1], "a number in [0, 1]"));
            loss = Loss.BinaryCrossEntropy<T>().OverRows(Columns);
            Check(
                loss.Checked(), loss, Targets(), weights, ("predictions", [.. s_infinite, -0.1, 1.1], "a number in [0, 1]"));
        }
    }

    [Fact]
    public void A_checked_loss_of_nothing_is_refused()
    {
        ((Action)(() => ((PairLoss<T>)null!).Checked())).Should().Throw<ArgumentNullException>();
    }

    private static void Check<TTarget>(
        CheckedSecondOrderLoss<T, TTarget> guarded,
        ISecondOrderLoss<T, TTarget> loss,
        TTarget[] targets,
        int weightCount,
        params (string Argument, double[] Wrong, string What)[] cases)
        where TTarget : unmanaged
    {
        T[] predictions = Predictions();
        T[] weights = [.. Enumerable.Range(0, weightCount).Select(i => T.CreateTruncating(i % 3))];
        T[] gradient = new T[predictions.Length];
        T[] hessian = new T[predictions.Length];
        T[] sameGradient = new T[predictions.Length];
        T[] sameHessian = new T[predictions.Length];
        T[] losses = new T[targets is T[] && loss is MultilabelLoss<T> ? predictions.Length : Rows];
        guarded.ValueGradientAndHessian(predictions, targets, gradient, hessian, weights, Reduction.Sum).Should().Be(
            loss.ValueGradientAndHessian(predictions, targets, sameGradient, sameHessian, weights, Reduction.Sum));
        gradient.Concat(hessian).Should().Equal(sameGradient.Concat(sameHessian));
        guarded.PerExample(predictions, targets, losses, weights).Mean
            .Should().Be(guarded.Value(predictions, targets, weights).Mean);
        foreach (T[] written in new[] { gradient, hessian, losses })
        {
            Array.Clear(written);
        }

        foreach ((string argument, double[] wrong, string what) in cases)
        {
            Refuses(wrong, argument, argument == "predictions" ? predictions : (T[])(object)targets, Columns, what, Calls);
        }

        Refuses([double.NaN, -1, double.PositiveInfinity], "weights", weights, 1, "a finite number of at least 0", Calls);
        gradient.Concat(hessian).Concat(losses).Should().AllBeEquivalentTo(T.Zero);
        predictions[0] = T.NaN;
        ((Action)(() => guarded.Value(predictions, targets.AsSpan(1)))).Should().Throw<ArgumentException>()
            .Which.ParamName.Should().Be("targets");

        Action[] Calls() =>
        [
            () => guarded.Value(predictions, targets, weights),
            () => guarded.PerExample(predictions, targets, losses, weights),
            () => guarded.ValueAndGradient(predictions, targets, gradient, weights),
            () => guarded.ValueGradientAndHessian(predictions, targets, gradient, hessian, weights),
        ];
    }

    private static void Refuses(
        double[] wrong, string argument, T[] numbers, int columns, string what, Func<Action[]> calls)
    {
        foreach (double number in wrong)
        {
            foreach (int index in new[] { 0, numbers.Length - 1 })
            {
                T right = numbers[index];
                numbers[index] = T.CreateTruncating(number);
                string row = columns > 1 ? FormattableString.Invariant($", of row {index / columns},") : "";
                foreach (Action call in calls())
                {
                    ArgumentException error = call.Should().Throw<ArgumentException>().Which;
                    error.ParamName.Should().Be(argument);
                    error.Message.Should().StartWith(
                        FormattableString.Invariant($"{argument}[{index}]{row} is {numbers[index]}: must be {what}."));
                }

                numbers[index] = right;
            }
        }
    }

    private static T[] Predictions() => Numbers([0.25, 0.5, 0.25, 0.1, 0.2, 0.7, 0.5, 0.4, 0.1, 0.9, 0.05, 0.05]);

    private static T[] Targets() => Numbers([0, 1, 0, 0.5, 0.25, 0.25, 1, 0, 0, 0, 0, 1]);

    private static T[] Numbers(double[] numbers) => [.. numbers.Select(T.CreateTruncating)];
}

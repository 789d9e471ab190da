using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleCheckedLossTests : CheckedLossTests<float>;

public sealed class DoubleCheckedLossTests : CheckedLossTests<double>;

/// <summary>A checked loss is the loss itself, or an error that says what is wrong.</summary>
public abstract class CheckedLossTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Length = 9;

    private static readonly double[] s_candidates =
        [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -1e4, -1.5, -1, -0.2, 0, 0.5, 1, 1.5];

    public static TheoryData<string> Losses => LossCatalogue.Representatives;

    [Theory, MemberData(nameof(Losses))]
    public void Valid_batches_give_the_results_of_the_loss(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        CheckedSecondOrderLoss<T, T> guarded = loss.Checked();
        guarded.Facts.Should().BeSameAs(loss.Facts);
        guarded.Shape.Should().Be(loss.Shape);
        foreach (int length in new[] { 0, 1, 200 })
        {
            (T[] predictions, T[] targets, T[] weights) = Samples.Batch<T>(instance, length);
            foreach (T[] some in new[] { weights, [] })
            {
                T[][] expected = [new T[length], new T[length], new T[length], new T[length]];
                T[][] actual = [new T[length], new T[length], new T[length], new T[length]];
                CallAll(guarded, predictions, targets, some, actual)
                    .Should().Equal(CallAll(loss, predictions, targets, some, expected));
                for (int i = 0; i < expected.Length; i++)
                {
                    actual[i].Should().Equal(expected[i]);
                }
            }
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void An_entry_outside_its_domain_is_named_and_nothing_is_written(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        LossFacts facts = instance.Loss<T>().Facts;
        foreach ((string argument, Domain domain) in new[]
        {
            ("predictions", facts.Predictions),
            ("targets", facts.Targets),
            ("weights", Domain.NotNegative),
        })
        {
            T[] wrong = [.. s_candidates.Where(x => !domain.Contains(x)).Select(T.CreateTruncating)];
            wrong.Should().HaveCountGreaterThanOrEqualTo(3);
            foreach (T entry in wrong)
            {
                foreach (int index in new[] { 0, 4, Length - 1 })
                {
                    (T[] predictions, T[] targets, T[] weights) = Samples.Batch<T>(instance, Length);
                    T[] spoilt = argument switch { "predictions" => predictions, "targets" => targets, _ => weights };
                    spoilt[index] = entry;
                    ShouldRefuse(
                        instance,
                        (predictions, targets, weights),
                        argument,
                        FormattableString.Invariant($"{argument}[{index}] is {entry}: must be {domain.Description}."));
                }
            }
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void Lengths_come_before_entries(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        CheckedSecondOrderLoss<T, T> loss = instance.Loss<T>().Checked();
        (T[] p, T[] t, T[] w) = Samples.Batch<T>(instance, Length);
        ((Action)(() => loss.PerExample(p, t, new T[Length - 1]))).Should().Throw<ArgumentException>()
            .Which.ParamName.Should().Be("losses");
        p[2] = T.NaN;
        ((Action)(() => loss.Value(p, t.AsSpan(1)))).Should().Throw<ArgumentException>()
            .WithMessage("*equal length*").Which.ParamName.Should().Be("targets");
        ((Action)(() => loss.Value(p, t, w.AsSpan(1)))).Should().Throw<ArgumentException>()
            .WithMessage("*equal length*").Which.ParamName.Should().Be("weights");
    }

    [Fact]
    public void The_first_wrong_entry_is_reported_and_predictions_before_targets()
    {
        CheckedSecondOrderLoss<T, T> loss = Loss.BinaryCrossEntropyLogits<T>().Checked();
        T[] good = [T.Zero, T.One, T.One, T.Zero];
        T[] bad = [T.Zero, T.One, T.One + T.One, -T.One];
        T[] nan = [T.Zero, T.NaN, T.One, T.NaN];
        ((Action)(() => loss.Value(good, bad, nan))).Should().Throw<ArgumentException>()
            .WithMessage("targets[2] is 2: must be a number in [0, 1].*");
        ((Action)(() => loss.Value(nan, bad))).Should().Throw<ArgumentException>()
            .WithMessage("predictions[1] is NaN: must be a finite number.*");
        ((Action)(() => loss.Value(good, good, nan))).Should().Throw<ArgumentException>()
            .WithMessage("weights[1] is NaN: must be a finite number of at least 0.*");
    }

    [Theory, MemberData(nameof(Losses))]
    public void Nothing_is_allocated(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        CheckedSecondOrderLoss<T, T> guarded = loss.Checked();
        (T[] predictions, T[] targets, T[] weights) = Samples.Batch<T>(instance, 100);
        T[] output = new T[100];
        T[] hessian = new T[100];
        Allocations.Of(CallEach).Should().Be(0);

        void CallEach()
        {
            guarded.Value(predictions, targets, weights);
            guarded.PerExample(predictions, targets, output, weights);
            guarded.ValueAndGradient(predictions, targets, output, weights);
            guarded.ValueGradientAndHessian(predictions, targets, output, hessian, weights);
        }
    }

    private static void ShouldRefuse(
        LossInstance instance, (T[] Predictions, T[] Targets, T[] Weights) batch, string argument, string message)
    {
        CheckedSecondOrderLoss<T, T> loss = instance.Loss<T>().Checked();
        T[] first = new T[Length];
        T[] second = new T[Length];
        (T[] p, T[] t, T[] w) = batch;
        foreach (Action call in new Action[]
        {
            () => loss.Value(p, t, w),
            () => loss.PerExample(p, t, first, w),
            () => loss.ValueAndGradient(p, t, first, w),
            () => loss.ValueGradientAndHessian(p, t, first, second, w, Reduction.Sum),
        })
        {
            ArgumentException error = call.Should().Throw<ArgumentException>().Which;
            error.ParamName.Should().Be(argument);
            error.Message.Should().StartWith(message);
        }

        first.Concat(second).Should().AllBeEquivalentTo(T.Zero);
    }

    private static List<Cost> CallAll(
        ISecondOrderLoss<T, T> loss, T[] predictions, T[] targets, T[] weights, T[][] outputs)
    {
        return
        [
            loss.Value(predictions, targets, weights),
            loss.PerExample(predictions, targets, outputs[0], weights),
            loss.ValueAndGradient(predictions, targets, outputs[1], weights, Reduction.Sum),
            loss.ValueGradientAndHessian(predictions, targets, outputs[2], outputs[3], weights),
        ];
    }
}

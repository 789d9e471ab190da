using System.Numerics;

namespace LossKit.Tests;

public sealed class SingleKernelPathTests : KernelPathTests<float>;

public sealed class DoubleKernelPathTests : KernelPathTests<double>;

/// <summary>
/// Guards of speed that need no clock: formulas that count what they are evaluated on. A loop that falls back to single
/// numbers, or evaluates an example twice, is found out.
/// </summary>
[Trait("Category", "Kernels")]
public abstract class KernelPathTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    [ThreadStatic]
    private static int s_evaluations;

    [ThreadStatic]
    private static int s_singleNumbers;

    private static int Width => LaneWidths.Best switch
    {
        LaneWidth.Vector512 => Vector512Lane<T>.Count,
        LaneWidth.Vector => VectorLane<T>.Count,
        _ => 1,
    };

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    [InlineData(1000)]
    public void Whole_lanes_are_evaluated_once_each(int lanes)
    {
        T[] numbers = new T[lanes * Width];
        PointwiseLoss<T, Counting> loss = Loss.FromFormula<T, Counting>(default);
        Evaluations(() => loss.Value(numbers, numbers)).Should().Be(lanes);
        Evaluations(() => loss.ValueAndGradient(numbers, numbers, new T[numbers.Length])).Should().Be(lanes);
        Evaluations(() => loss.ValueGradientAndHessian(
            numbers, numbers, new T[numbers.Length], new T[numbers.Length])).Should().Be(lanes);
    }

    [Fact]
    public void A_tail_is_one_lane_more()
    {
        T[] numbers = new T[2 * Width + 1];
        PointwiseLoss<T, Counting> loss = Loss.FromFormula<T, Counting>(default);
        Evaluations(() => loss.ValueAndGradient(numbers, numbers, new T[numbers.Length])).Should().Be(3);
    }

    /// <summary>
    /// A modifier evaluates the loss once, or once more where the loss at the target has to be known.
    /// </summary>
    [Fact]
    public void Modified_losses_are_evaluated_on_whole_lanes()
    {
        T[] numbers = [.. Enumerable.Repeat(T.One, 1000 * Width)];
        T[] gradient = new T[numbers.Length];
        T[] hessian = new T[numbers.Length];
        LossFacts least = LossFacts.Unknown with { IsLeastAtTarget = true };
        foreach ((PointwiseLoss<T> loss, int times) in new (PointwiseLoss<T>, int)[]
        {
            (Of(LossFacts.Unknown).Scaled(2), 1),
            (Of(LossFacts.Unknown).Asymmetric(1, 2), 1),
            (Of(LossFacts.Unknown).Asymmetric(0, 2).Scaled(3), 1),
            (Of(least with { LossAtTarget = 3 }).Asymmetric(1, 2), 1),
            (Of(least).Asymmetric(1, 2), 2),
            (Of(least with { Link = Link.Log }).Asymmetric(1, 2).Scaled(3), 2),
            (Of(least with { Link = Link.Logit, LossAtTarget = 0 }).Asymmetric(1, 2), 1),
        })
        {
            Evaluations(() => loss.Value(numbers, numbers)).Should().Be(times * 1000);
            Evaluations(() => loss.PerExample(numbers, numbers, gradient)).Should().Be(times * 1000);
            Evaluations(() => loss.ValueAndGradient(numbers, numbers, gradient)).Should().Be(times * 1000);
            Evaluations(() => loss.ValueGradientAndHessian(numbers, numbers, gradient, hessian))
                .Should().Be(times * 1000);
        }

        static PointwiseLoss<T, Counting> Of(LossFacts facts) => Loss.FromFormula<T, Counting>(new(facts));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(32)]
    public void Rows_of_few_classes_share_lanes(int classes)
    {
        int rows = 4 * Width;
        T[] logits = new T[rows * classes];
        RowLoss<T, int> loss = Loss.FromTrueClassFormula<T, Counting>(default, classes);
        Evaluations(() => loss.ValueAndGradient(logits, new int[rows], new T[logits.Length])).Should().Be(4);
    }

    [Fact]
    public void Rows_of_many_classes_have_one_evaluation_each()
    {
        T[] logits = new T[5 * 1000];
        RowLoss<T, int> loss = Loss.FromTrueClassFormula<T, Counting>(default, 1000);
        Evaluations(() => loss.ValueAndGradient(logits, new int[5], new T[logits.Length])).Should().Be(5);
    }

    private static int Evaluations(Func<Cost> call)
    {
        s_evaluations = 0;
        s_singleNumbers = 0;
        call();
        s_singleNumbers.Should().Be(Width == 1 ? s_evaluations : 0);
        return s_evaluations;
    }

    private readonly struct Counting(LossFacts facts) : IPointwiseFormula, ITrueClassFormula
    {
        private readonly LossFacts? _facts = facts;

        public LossFacts Facts => _facts ?? LossFacts.Unknown;

        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            Loss(prediction - target);

        public TLane Loss<TLane>(TLane logProbability) where TLane : struct, ILane<TLane>
        {
            s_evaluations++;
            s_singleNumbers += typeof(TLane) == typeof(ScalarLane<T>)
                || typeof(TLane) == typeof(Jet<ScalarLane<T>>)
                || typeof(TLane) == typeof(Jet2<ScalarLane<T>>) ? 1 : 0;
            return logProbability;
        }
    }
}

using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleGroupedLossTests : GroupedLossTests<float>;

public sealed class DoubleGroupedLossTests : GroupedLossTests<double>;

/// <summary>What holds for every loss of groups, over formulas that stand for all.</summary>
[Trait("Category", "Kernels")]
public abstract class GroupedLossTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly int[] s_lengths = [10, 1, 2, 0, 10, 3, 130, 7, 10, 129, 16, 17, 10, 300, 1, 31, 128];

    private static double Tolerance => typeof(T) == typeof(float) ? 3e-6 : 1e-8;

    public static TheoryData<int> Losses => new(Enumerable.Range(0, GroupInstance.All.Count));

    [Theory, Trait("Category", "Formulas")]
    [MemberData(nameof(Losses))]
    public void Losses_and_derivatives_are_those_of_the_definition(int index)
    {
        GroupInstance instance = GroupInstance.All[index];
        GroupedLoss<T> loss = instance.In<T>();
        Sample sample = new(s_lengths, instance.IsKinked, instance.Shift);
        T[] losses = new T[s_lengths.Length];
        T[] gradient = new T[sample.Entries];
        T[] hessian = new T[sample.Entries];
        Groups groups = Groups.OfLengths(s_lengths);
        Cost cost = loss.PerExample(sample.Scores, sample.Targets, groups, losses, sample.Weights);
        Cost second = loss.ValueGradientAndHessian(
            sample.Scores, sample.Targets, groups, gradient, hessian, sample.Weights, Reduction.Sum);
        second.Should().Be(cost);
        loss.Value(sample.Scores, sample.Targets, groups, sample.Weights).Should().Be(cost);
        T[] alone = new T[sample.Entries];
        loss.ValueAndGradient(sample.Scores, sample.Targets, groups, alone, sample.Weights, Reduction.Sum);
        double sum = 0;
        double weight = 0;
        int count = 0;
        for (int group = 0, start = 0; group < s_lengths.Length; start += s_lengths[group++])
        {
            (double[] scores, double[] targets) = sample.Group(start, s_lengths[group]);
            bool counts = scores.Length > 0 && instance.Counts(targets);
            double expected = counts ? instance.Reference.Loss(scores, targets) : 0;
            Near(losses[group], expected, Math.Abs(expected) + 1, $"loss of group {group}");
            double ofGroup = double.CreateChecked(sample.Weights[group]);
            weight += counts ? ofGroup : 0;
            sum += ofGroup == 0 ? 0 : ofGroup * expected;
            count += counts ? 1 : 0;
            for (int i = 0; i < scores.Length; i++)
            {
                if (i % Stride(scores.Length) > 0)
                {
                    continue;
                }

                double slope = counts ? instance.Reference.Slope(scores, targets, i) : 0;
                Near(gradient[start + i], ofGroup * slope, ofGroup * (Math.Abs(expected) + 1), $"slope {i} of {group}");
                Near(alone[start + i], ofGroup * slope, ofGroup * (Math.Abs(expected) + 1), $"slope {i} of {group}");
                if (i % 2 == 0)
                {
                    double curvature = counts ? instance.Reference.Curvature(scores, targets, i) : 0;
                    double size = 30 * ofGroup * (Math.Abs(expected) + 1);
                    Near(hessian[start + i], ofGroup * curvature, size, $"curvature {i} of {group}");
                }
            }
        }

        cost.Sum.Should().BeApproximately(sum, Tolerance * (Math.Abs(sum) + 10));
        cost.Weight.Should().BeApproximately(weight, 1e-6);
        cost.Count.Should().Be(count);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_group_has_the_same_bits_alone_in_place_and_however_groups_are_told(int index)
    {
        GroupedLoss<T> loss = GroupInstance.All[index].In<T>();
        Sample sample = new(s_lengths);
        int[] offsets = new int[s_lengths.Length + 1];
        for (int group = 0; group < s_lengths.Length; group++)
        {
            offsets[group + 1] = offsets[group] + s_lengths[group];
        }

        T[] gradient = new T[sample.Entries];
        T[] hessian = new T[sample.Entries];
        T[] inPlace = [.. sample.Scores];
        T[] losses = new T[s_lengths.Length];
        loss.ValueGradientAndHessian(
            sample.Scores, sample.Targets, Groups.OfLengths(s_lengths), gradient, hessian, default, Reduction.Sum);
        loss.ValueGradientAndHessian(
            inPlace, sample.Targets, Groups.OfOffsets(offsets), inPlace, new T[sample.Entries], default, Reduction.Sum);
        inPlace.Should().Equal(gradient);
        loss.PerExample(sample.Scores, sample.Targets, Groups.OfOffsets(offsets), losses);
        for (int group = 0; group < s_lengths.Length; group++)
        {
            int length = s_lengths[group];
            if (length == 0)
            {
                continue;
            }

            T[] ofGroup = new T[length];
            T[] curvatures = new T[length];
            T[] one = new T[1];
            Span<T> scores = sample.Scores.AsSpan(offsets[group], length);
            Span<T> targets = sample.Targets.AsSpan(offsets[group], length);
            loss.ValueGradientAndHessian(
                scores, targets, Groups.OfWidth(length), ofGroup, curvatures, default, Reduction.Sum);
            loss.PerExample(scores, targets, Groups.OfWidth(length), one);
            one[0].Should().Be(losses[group]);
            ofGroup.Should().Equal(gradient[offsets[group]..offsets[group + 1]]);
            curvatures.Should().Equal(hessian[offsets[group]..offsets[group + 1]]);
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_NaN_stays_in_its_group_and_a_weight_of_0_hides_it(int index)
    {
        GroupedLoss<T> loss = GroupInstance.All[index].In<T>();
        Groups groups = Groups.OfLengths(s_lengths);
        Sample clean = new(s_lengths);
        T[] expected = new T[clean.Entries];
        T[] expectedHessian = new T[clean.Entries];
        loss.ValueGradientAndHessian(
            clean.Scores, clean.Targets, groups, expected, expectedHessian, default, Reduction.Sum);
        for (int group = 0, start = 0; group < s_lengths.Length; start += s_lengths[group++])
        {
            if (s_lengths[group] < 2)
            {
                continue;
            }

            for (int kind = 0; kind < 2; kind++)
            {
                Sample sample = new(s_lengths);
                (kind == 0 ? sample.Scores : sample.Targets)[start + s_lengths[group] / 2] = T.NaN;
                T[] gradient = new T[sample.Entries];
                T[] hessian = new T[sample.Entries];
                T[] losses = new T[s_lengths.Length];
                loss.PerExample(sample.Scores, sample.Targets, groups, losses);
                losses.Count(T.IsNaN).Should().Be(1);
                T.IsNaN(losses[group]).Should().BeTrue();
                loss.ValueGradientAndHessian(
                    sample.Scores, sample.Targets, groups, gradient, hessian, default, Reduction.Sum)
                    .Sum.Should().Be(double.NaN);
                int end = start + s_lengths[group];
                gradient[start..end].Concat(hessian[start..end]).All(T.IsNaN).Should().BeTrue();
                gradient.AsSpan(..start).SequenceEqual(expected.AsSpan(..start)).Should().BeTrue();
                gradient.AsSpan(end..).SequenceEqual(expected.AsSpan(end..)).Should().BeTrue();
                hessian.AsSpan(end..).SequenceEqual(expectedHessian.AsSpan(end..)).Should().BeTrue();

                T[] weights = [.. Enumerable.Repeat(T.One, s_lengths.Length)];
                weights[group] = T.Zero;
                Cost hidden = loss.ValueGradientAndHessian(
                    sample.Scores, sample.Targets, groups, gradient, hessian, weights, Reduction.Sum);
                double.IsFinite(hidden.Sum).Should().BeTrue();
                gradient[start..end].Concat(hessian[start..end]).All(T.IsZero).Should().BeTrue();
                gradient.AsSpan(end..).SequenceEqual(expected.AsSpan(end..)).Should().BeTrue();
            }
        }
    }

    [Fact]
    public void Nothing_that_counts_is_a_NaN_mean_and_no_derivative()
    {
        GroupedLoss<T> loss = Loss.SoftDice<T>();
        T[] gradient = [T.One, T.One, T.One];
        Cost cost = loss.ValueAndGradient(
            [T.One, T.NaN, T.Zero], [T.One, T.Zero, T.One], Groups.OfWidth(3), gradient, [T.Zero]);
        (cost.Mean, cost.Weight).Should().Be((double.NaN, 0));
        gradient.Should().OnlyContain(g => IsZero(g));
        loss.Value([], [], Groups.OfLengths([0, 0])).Should().Be(new Cost(0, 0, 0));
        loss.Value([], [], Groups.OfWidth(4)).Count.Should().Be(0);
        loss.Value([], [], Groups.OfLengths([])).Count.Should().Be(0);
    }

    [Theory]
    [InlineData(AbsentTargets.Count, 2)]
    [InlineData(AbsentTargets.Skip, 1)]
    [InlineData(AbsentTargets.Zero, 1)]
    public void Groups_without_a_target_are_what_was_asked(AbsentTargets absent, int evaluated)
    {
        GroupedLoss<T> loss = Loss.SoftDice<T>(absent: absent);
        T[] losses = new T[2];
        T[] gradient = new T[6];
        Groups groups = Groups.OfWidth(3);
        T[] scores = [T.One, -T.One, T.Zero, T.One, T.One, T.Zero];
        T[] targets = [T.Zero, T.Zero, T.Zero, T.One, T.Zero, T.Zero];
        Cost cost = loss.PerExample(scores, targets, groups, losses);
        loss.ValueAndGradient(scores, targets, groups, gradient).Should().Be(cost);
        losses.Count(value => value != T.Zero).Should().Be(evaluated);
        cost.Count.Should().Be(absent == AbsentTargets.Skip ? 1 : 2);
        gradient[..3].Any(g => g != T.Zero).Should().Be(absent == AbsentTargets.Count);
    }

    [Fact]
    public void An_empty_log_sum_exp_is_no_NaN()
    {
        GroupedLoss<T> loss = Loss.FromGroupFormula<T, TwoSides, LogSumExpFold, LogSumExpFold>(default);
        T[] gradient = new T[4];
        T[] hessian = new T[4];
        T[] near = [T.One, T.One, T.One, T.One];
        loss.ValueGradientAndHessian(
            [T.One, T.Zero, -T.One, T.One], near, Groups.OfWidth(4), gradient, hessian, default, Reduction.Sum)
            .Sum.Should().BeApproximately(
                GroupReference.Softplus(GroupReference.LogSumExp([-2, 0, 2, -2])), Tolerance);
        gradient.Concat(hessian).Should().OnlyContain(number => IsFinite(number));
        gradient.Should().OnlyContain(number => IsNegative(number));
    }

    [Fact]
    public void Sums_of_equal_entries_are_exact()
    {
        // A third, 65,543 times: rounded one by one, float would be off by 1e-4.
        const int Count = 65_543;
        T third = T.One / T.CreateChecked(3);
        T[] scores = [.. Enumerable.Repeat(third, Count)];
        T[] targets = [.. Enumerable.Repeat(T.One, Count)];
        double expected = double.CreateChecked(third) * Count;
        double sum = Loss.FromGroupFormula<T, OnlySum, SumFold, SumFold>(default)
            .Value(scores, targets, Groups.OfWidth(Count)).Sum;
        Math.Abs(sum / expected - 1).Should().BeLessThan(typeof(T) == typeof(float) ? 1e-8 : 1e-15);
    }

    /// <summary>Their squares are out of the range of the numbers.</summary>
    [Theory]
    [InlineData(0.0)]
    [InlineData(1e-30)]
    [InlineData(3.0)]
    [InlineData(1e20)]
    [InlineData(3e38)]
    public void The_root_mean_square_of_errors_of_any_size_is_theirs(double size)
    {
        const int Count = 50;
        T[] scores = [.. Enumerable.Range(0, Count).Select(i => T.CreateChecked(i % 2 == 0 ? size : -size))];
        T[] targets = new T[Count];
        T[] gradient = new T[Count];
        double tolerance = typeof(T) == typeof(float) ? 1e-5 : 1e-13;
        double value = Loss.RootMeanSquaredError<T>()
            .ValueAndGradient(scores, targets, Groups.OfWidth(Count), gradient).Sum;
        value.Should().BeApproximately(size, tolerance * size);
        for (int i = 0; i < Count; i++)
        {
            double slope = size == 0 ? 0 : i % 2 == 0 ? 1.0 / Count : -1.0 / Count;
            double.CreateChecked(gradient[i]).Should().BeApproximately(slope, tolerance * Math.Abs(slope));
        }

        // Of logarithms: a score below −1 has none.
        T[] positive = [.. scores.Select(T.Abs)];
        double log = Math.Log(1 + size);
        Loss.RootMeanSquaredLogError<T>().Value(positive, targets, Groups.OfWidth(Count))
            .Sum.Should().BeApproximately(size < 1e-9 ? size : log, tolerance * (size < 1e-9 ? size : log));
        double.IsNaN(Loss.RootMeanSquaredLogError<T>().Value(scores, targets, Groups.OfWidth(Count)).Sum)
            .Should().Be(size > 1);
    }

    [Fact]
    public void Wrong_batches_are_refused_before_anything_is_written()
    {
        GroupedLoss<T> loss = Loss.SoftDice<T>();
        T[] six = new T[6];
        T[] gradient = [.. Enumerable.Repeat(T.One, 6)];
        Throws(
            () => loss.Value(six, six, Groups.OfWidth(4)),
            "'predictions' has 6 entries, which is no multiple of the 4 entries of a group.");
        Throws(
            () => loss.Value(six, six, Groups.OfLengths([2, 3])),
            "'groups' has 5 entries in 2 groups, but 'predictions' has 6.");
        Throws(
            () => loss.Value(six, six, Groups.OfLengths([8, -2])),
            "Group 1 of 'groups' has a length of -2: it must be at least 0.");
        Throws(
            () => loss.Value(six, six, Groups.OfOffsets([0, 4, 3, 6])),
            "Group 1 of 'groups' has a length of -1: it must be at least 0.");
        Throws(
            () => loss.Value(six, six, Groups.OfOffsets([1, 6])),
            "The offsets of 'groups' begin with 1: expected 0.");
        Throws(
            () => loss.Value(six, six, Groups.OfOffsets([])),
            "The offsets of 'groups' begin with nothing: expected 0.");
        Throws(
            () => loss.Value(six, six.AsSpan(1), Groups.OfWidth(3)),
            "'targets' has 5 entries, but the batch has 6 entries: it must have one each.");
        Throws(
            () => loss.Value(six, six, Groups.OfWidth(3), six),
            "'weights' has 6 entries, but the batch has 2 groups: it must have one each.");
        Throws(
            () => loss.PerExample(six, six, Groups.OfWidth(3), gradient),
            "'losses' has 6 entries, but the batch has 2 groups: it must have one each.");
        Throws(
            () => loss.ValueAndGradient(six, six, Groups.OfWidth(3), six),
            "'gradient' overlaps 'targets'. Each needs memory of its own.");
        T[] seven = new T[7];
        Throws(
            () => loss.ValueAndGradient(seven.AsSpan(0, 6), six, Groups.OfWidth(3), seven.AsSpan(1)),
            "'gradient' overlaps 'predictions'. It may be that input itself, or must lie apart from it. They start 1 entries apart.");
        Throws(
            () => loss.ValueGradientAndHessian(six, new T[6], Groups.OfWidth(3), gradient, gradient),
            "'hessian' overlaps 'gradient'. Each needs memory of its own.");
        ((Action)(() => Groups.OfWidth(0))).Should().Throw<ArgumentOutOfRangeException>()
            .WithMessage("'width' must be positive: how many entries a group has.*");
        gradient.Should().AllBeEquivalentTo(T.One);

        static void Throws(Action call, string message) =>
            call.Should().Throw<ArgumentException>().Which.Message.Should().StartWith(message);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(200)]
    public void Nothing_is_allocated(int width)
    {
        foreach (GroupInstance instance in GroupInstance.All)
        {
            GroupedLoss<T> loss = instance.In<T>();
            Sample sample = new([.. Enumerable.Repeat(width, 40)]);
            T[] gradient = new T[sample.Entries];
            T[] hessian = new T[sample.Entries];
            Allocations.Of(() => loss.ValueGradientAndHessian(
                sample.Scores, sample.Targets, Groups.OfWidth(width), gradient, hessian, sample.Weights)).Should().Be(0);
        }
    }

    /// <summary>Differences of long groups take long.</summary>
    private static int Stride(int length) => Math.Max(1, length / 9);

    private static bool IsZero(T number) => number == T.Zero;

    private static bool IsFinite(T number) => T.IsFinite(number);

    private static bool IsNegative(T number) => number < T.Zero;

    private static void Near(T actual, double expected, double size, string of) =>
        double.CreateChecked(actual).Should().BeApproximately(expected, Tolerance * size + Tolerance / 100, of);

    internal sealed class Sample
    {
        /// <param name="lengths">One a group.</param>
        /// <param name="onGrid">Whether scores are far from what is no multiple of 1/64.</param>
        /// <param name="shift">What is added to scores.</param>
        public Sample(int[] lengths, bool onGrid = false, double shift = 0)
        {
            Random random = new(7);
            Entries = lengths.Sum();
            Scores = [.. Enumerable.Range(0, Entries).Select(_ => 2 * random.NextSingle() - 1)
                .Select(score => T.CreateChecked(onGrid ? MathF.Round(64 * score) / 64 : score))
                .Select(score => score + T.CreateChecked(shift))];
            Targets = [.. Enumerable.Range(0, Entries).Select(i => T.CreateChecked(i * 3 % 5 / 4f))];
            Weights = [.. lengths.Select((_, i) => T.CreateChecked(i % 6 == 4 ? 0f : 0.5f + i % 3))];
        }

        public int Entries { get; }

        public T[] Scores { get; }

        public T[] Targets { get; }

        public T[] Weights { get; }

        public (double[] Scores, double[] Targets) Group(int start, int length) => (
            [.. Scores[start..(start + length)].Select(double.CreateChecked)],
            [.. Targets[start..(start + length)].Select(double.CreateChecked)]);
    }
}

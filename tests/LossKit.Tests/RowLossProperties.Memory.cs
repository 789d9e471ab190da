using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

// What is read, written and allocated, and to the last bit what comes of it.
public abstract partial class RowLossProperties<T>
{
    [Theory, MemberData(nameof(Representatives))]
    public void The_gradient_may_replace_the_predictions(string name)
    {
        foreach ((AnyRowLoss<T> loss, RowData<T> data) in Batches(name, 67))
        {
            RowOutputs<T> expected = RowOutputs<T>.Of(loss, data, data.Weights, Reduction.Mean, out Cost cost);
            T[] inPlace = [.. data.Predictions];
            loss.Gradient(inPlace, data.Targets, inPlace, data.Weights).Sum.Should().BeApproximately(
                cost.Sum, Samples.Close<T>() * (1 + Math.Abs(cost.Sum)));
            ShouldBeTheSame<T>(inPlace, expected.FirstGradient);
            inPlace = [.. data.Predictions];
            T[] hessian = new T[inPlace.Length];
            loss.Hessian(inPlace, data.Targets, inPlace, hessian, data.Weights).Should().Be(cost);
            ShouldBeTheSame<T>(inPlace, expected.Gradient);
            ShouldBeTheSame<T>(hessian, expected.Hessian);
        }
    }

    [Theory, MemberData(nameof(Representatives))]
    public void Losses_may_replace_the_weights(string name)
    {
        foreach ((AnyRowLoss<T> loss, RowData<T> data) in Batches(name, 67))
        {
            RowOutputs<T> expected = RowOutputs<T>.Of(loss, data, data.Weights, Reduction.Mean, out _);
            Cost cost = loss.PerExample(data.Predictions, data.Targets, expected.Losses, data.Weights);
            loss.PerExample(data.Predictions, data.Targets, data.Weights, data.Weights).Should().Be(cost);
            ShouldBeTheSame<T>(data.Weights, expected.Losses);
        }
    }

    [Theory, MemberData(nameof(Representatives))]
    public void Nothing_behind_the_spans_is_read_or_written(string name)
    {
        RowLossInstance instance = RowLossCatalogue.Get(name);
        foreach ((int rows, int columns) in new[] { (1, 2), (1, 7), (17, 3), (15, 17), (66, 8), (5, 129), (2, 1030) })
        {
            AnyRowLoss<T> loss = instance.Loss<T>(columns);
            RowData<T> data = RowSamples.Batch<T>(instance, rows, columns);
            using GuardedMemory<T> predictions = new(data.Predictions);
            using GuardedMemory<int> labels = new(data.Labels);
            using GuardedMemory<T> probabilities = new(data.Probabilities);
            using GuardedMemory<T> weights = new(data.Weights);
            using GuardedMemory<T> losses = new(new T[rows]);
            using GuardedMemory<T> gradient = new(new T[rows * columns]);
            using GuardedMemory<T> hessian = new(new T[rows * columns]);
            RowTargets<T> targets = new(labels.Span, probabilities.Span);
            Cost expected = loss.Value(data.Predictions, data.Targets, data.Weights);
            loss.Value(predictions.Span, targets, weights.Span).Should().Be(expected);
            loss.PerExample(predictions.Span, targets, losses.Span, weights.Span);
            loss.Hessian(predictions.Span, targets, gradient.Span, hessian.Span, weights.Span);
            loss.Gradient(predictions.Span, targets, predictions.Span, weights.Span);
        }
    }

    /// <summary>
    /// To the bit: rows are either each in a place of its own of a lane, or evaluated by themselves, and no operation
    /// differs between the places of a lane.
    /// </summary>
    [Theory, MemberData(nameof(Representatives))]
    public void A_row_gives_the_same_bits_wherever_it_stands(string name)
    {
        foreach ((AnyRowLoss<T> loss, RowData<T> data) in Batches(name, 66))
        {
            int[] order = [.. Enumerable.Range(0, 66).Select(row => (row * 31 + 5) % 66)];
            RowData<T> permuted = data.Pick(order);
            RowOutputs<T> first = RowOutputs<T>.Of(loss, data, data.Weights, Reduction.Sum, out Cost cost);
            RowOutputs<T> second = RowOutputs<T>.Of(loss, permuted, permuted.Weights, Reduction.Sum, out Cost same);
            same.Sum.Should().BeApproximately(cost.Sum, Samples.Close<T>() * (1 + Math.Abs(cost.Sum)));
            for (int row = 0; row < 66; row++)
            {
                ShouldBeTheRow(second, row, first, order[row], data.Columns);
            }
        }
    }

    [Theory, MemberData(nameof(Representatives))]
    public void A_row_gives_the_same_bits_alone(string name)
    {
        foreach ((AnyRowLoss<T> loss, RowData<T> data) in Batches(name, 23))
        {
            RowOutputs<T> together = RowOutputs<T>.Of(loss, data, data.Weights, Reduction.Sum, out _);
            for (int row = 0; row < 23; row++)
            {
                RowData<T> single = data.Pick(row);
                if (single.Weights[0] == T.Zero)
                {
                    continue;
                }

                RowOutputs<T> alone = RowOutputs<T>.Of(loss, single, single.Weights, Reduction.Sum, out Cost cost);
                ShouldBeTheRow(alone, 0, together, row, data.Columns);
                double expected = WeightedSum(alone.Losses, single.Weights);
                cost.Sum.Should().BeApproximately(expected, Samples.Close<T>() * (1 + Math.Abs(expected)));
            }
        }
    }

    [Theory, MemberData(nameof(Representatives))]
    public void Equal_data_give_equal_bits_at_any_address(string name)
    {
        foreach ((AnyRowLoss<T> loss, RowData<T> data) in Batches(name, 18))
        {
            RowOutputs<T> expected = RowOutputs<T>.Of(loss, data, data.Weights, Reduction.Mean, out Cost cost);
            for (int offset = 1; offset < 18; offset += 3)
            {
                T[] gap = new T[offset];
                T[] gradient = new T[data.Predictions.Length + offset];
                T[] hessian = new T[data.Predictions.Length + offset];
                RowTargets<T> targets = new(
                    ((int[])[.. new int[offset], .. data.Labels]).AsSpan(offset),
                    ((T[])[.. gap, .. data.Probabilities]).AsSpan(offset));
                loss.Hessian(
                    ((T[])[.. gap, .. data.Predictions]).AsSpan(offset),
                    targets,
                    gradient.AsSpan(offset),
                    hessian.AsSpan(offset),
                    ((T[])[.. gap, .. data.Weights]).AsSpan(offset)).Should().Be(cost);
                ShouldBeTheSame(gradient.AsSpan(offset), expected.Gradient);
                ShouldBeTheSame(hessian.AsSpan(offset), expected.Hessian);
            }
        }
    }

    // The engines are asked, a few losses of each: to compile all losses for all widths would take most of the suite.
    [Theory, MemberData(nameof(Representatives))]
    public void All_widths_agree(string name)
    {
        RowLossInstance instance = RowLossCatalogue.Get(name);
        foreach (int columns in RowSamples.Columns(instance))
        {
            int rows = columns > 20 ? 5 : 66;
            RowData<T> data = RowSamples.Batch<T>(instance, rows, columns);
            RowExpectation expected = RowExpectation.Of(instance, data, isWeighted: true, Reduction.Sum);
            foreach (LaneWidth width in Width.Others.Append(LaneWidths.Best))
            {
                RowOutputs<T> outputs = new(rows, columns);
                double sum = instance.Loss<T>(columns).Run(width, data, outputs);
                expected.ShouldBe<T>(new(sum, expected.Weight, rows));
                string where = $"{columns} columns, {width}";
                expected.ShouldBeLosses<T>(outputs.Losses, where);
                expected.ShouldBeGradient<T>(outputs.Gradient, where);
                expected.ShouldBeHessian<T>(outputs.Hessian, where);
                outputs.ShouldHaveStayedInside();
            }
        }
    }

    [Theory, MemberData(nameof(Representatives))]
    public void Nothing_is_allocated(string name)
    {
        foreach ((AnyRowLoss<T> loss, RowData<T> data) in Batches(name, 20))
        {
            data.Labels[3] = RowLossCatalogue.Get(name).HasLabels ? Ignored : 0;
            T[] losses = new T[20];
            T[] gradient = new T[data.Predictions.Length];
            T[] hessian = new T[data.Predictions.Length];
            Allocations.Of(CallAll).Should().Be(0);

            void CallAll()
            {
                loss.Value(data.Predictions, data.Targets);
                loss.Value(data.Predictions, data.Targets, data.Weights);
                loss.PerExample(data.Predictions, data.Targets, losses);
                loss.PerExample(data.Predictions, data.Targets, losses, data.Weights);
                loss.Gradient(data.Predictions, data.Targets, gradient);
                loss.Gradient(data.Predictions, data.Targets, gradient, data.Weights, Reduction.Sum);
                loss.Hessian(data.Predictions, data.Targets, gradient, hessian);
                loss.Hessian(data.Predictions, data.Targets, gradient, hessian, data.Weights, Reduction.Sum);
            }
        }
    }
}

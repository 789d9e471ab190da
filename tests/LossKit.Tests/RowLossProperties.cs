using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleRowLossProperties : RowLossProperties<float>;

public sealed class DoubleRowLossProperties : RowLossProperties<double>;

/// <summary>What holds for every loss over rows of the catalogue.</summary>
[Trait("Category", "Kernels")]
public abstract partial class RowLossProperties<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Ignored = -100;

    /// <summary>On both sides of every border.</summary>
    private static readonly int[] s_columnCounts = [2, 3, 16, 33, 128, 129, 1030];

    public static TheoryData<string> Losses => RowLossCatalogue.Names;

    public static TheoryData<string> Representatives => RowLossCatalogue.Representatives();

    public static TheoryData<string> RepresentativesOfLabels =>
        RowLossCatalogue.Representatives(instance => instance.HasLabels);

    public static TheoryData<string> RepresentativesOfLogits =>
        RowLossCatalogue.Representatives(instance => instance.Rows == RowKind.Logits);

    public static TheoryData<string> LossesThatMayMask =>
        RowLossCatalogue.Where(instance => instance is { CountsMasked: false, Rows: RowKind.Logits or RowKind.Scores });

    public static TheoryData<string> LossesOfLogitsOrScores =>
        RowLossCatalogue.Where(instance => instance.Rows is RowKind.Logits or RowKind.Scores);

    [Theory, MemberData(nameof(Losses))]
    public void All_entry_points_agree_with_the_definition(string name)
    {
        RowLossInstance instance = RowLossCatalogue.Get(name);
        foreach ((int rows, int columns) in RowSamples.Shapes(instance))
        {
            AnyRowLoss<T> loss = instance.Loss<T>(columns);
            RowData<T> data = RowSamples.Batch<T>(instance, rows, columns, seed: rows);
            RowExpectation expected = RowExpectation.Of(instance, data, isWeighted: true, Reduction.Mean);
            RowOutputs<T> outputs = new(rows, columns);
            Cost[] costs =
            [
                loss.Value(data.Predictions, data.Targets, data.Weights),
                loss.PerExample(data.Predictions, data.Targets, outputs.Losses, data.Weights),
                loss.Gradient(data.Predictions, data.Targets, outputs.FirstGradient, data.Weights),
                loss.Hessian(data.Predictions, data.Targets, outputs.Gradient, outputs.Hessian, data.Weights),
            ];
            string where = $"{rows} × {columns}";
            foreach (Cost cost in costs)
            {
                expected.ShouldBe<T>(cost);
            }

            outputs.ShouldHaveStayedInside();
            expected.ShouldBeLosses<T>(outputs.Losses, where);
            expected.ShouldBeGradient<T>(outputs.FirstGradient, where);
            expected.ShouldBeGradient<T>(outputs.Gradient, where);
            expected.ShouldBeHessian<T>(outputs.Hessian, where);
            costs[0].Sum.Should().BeApproximately(
                WeightedSum(outputs.Losses, data.Weights), Samples.Close<T>() * (1 + Math.Abs(expected.Sum)));
        }
    }

    [Theory, MemberData(nameof(Representatives))]
    public void No_weights_are_weights_of_one(string name)
    {
        foreach ((AnyRowLoss<T> loss, RowData<T> data) in Batches(name, 66))
        {
            Array.Fill(data.Weights, T.One);
            RowOutputs<T> plain = RowOutputs<T>.Of(loss, data, [], Reduction.Mean, out Cost cost);
            RowOutputs<T> weighted = RowOutputs<T>.Of(loss, data, data.Weights, Reduction.Mean, out Cost weightedCost);
            weightedCost.Should().Be(cost);
            ShouldBeTheSame(weighted, plain);
        }
    }

    [Theory, MemberData(nameof(Representatives))]
    public void A_row_of_weight_0_changes_nothing_else(string name)
    {
        foreach ((AnyRowLoss<T> loss, RowData<T> data) in Batches(name, 20))
        {
            data.Weights[7] = T.Zero;
            RowData<T> rest = data.Pick([.. Enumerable.Range(0, 20).Where(row => row != 7)]);
            RowOutputs<T> with = RowOutputs<T>.Of(loss, data, data.Weights, Reduction.Mean, out Cost cost);
            RowOutputs<T> without = RowOutputs<T>.Of(loss, rest, rest.Weights, Reduction.Mean, out Cost costOfRest);
            cost.Weight.Should().BeApproximately(costOfRest.Weight, Samples.Close<T>() * cost.Weight);
            cost.Sum.Should().BeApproximately(costOfRest.Sum, Samples.Close<T>() * (1 + Math.Abs(cost.Sum)));
            int at = 7 * data.Columns;
            ShouldAllBe(with.Gradient.Slice(at, data.Columns), T.Zero);
            ShouldAllBe(with.Hessian.Slice(at, data.Columns), T.Zero);
            ShouldBeClose([.. with.Gradient[..at], .. with.Gradient[(at + data.Columns)..]], without.Gradient);
        }
    }

    [Theory, MemberData(nameof(Representatives))]
    public void A_row_of_weight_0_hides_whatever_it_holds(string name)
    {
        T[] hidden = [T.NaN, T.PositiveInfinity, T.NegativeInfinity];
        foreach ((AnyRowLoss<T> loss, RowData<T> data) in Batches(name, 20))
        {
            data.Weights[7] = T.Zero;
            RowOutputs<T> plain = RowOutputs<T>.Of(loss, data, data.Weights, Reduction.Mean, out Cost cost);
            foreach (T number in hidden)
            {
                foreach (T[] cells in (T[][])[data.Predictions, data.Probabilities])
                {
                    RowData<T> copy = data.Copy();
                    (cells == data.Predictions ? copy.Predictions : copy.Probabilities)
                        .AsSpan(7 * data.Columns, data.Columns).Fill(number);
                    RowOutputs<T> hiding = RowOutputs<T>.Of(loss, copy, data.Weights, Reduction.Mean, out Cost same);
                    same.Should().Be(cost);
                    hiding.Gradient.ToArray().Should().Equal(plain.Gradient.ToArray());
                    hiding.Hessian.ToArray().Should().Equal(plain.Hessian.ToArray());
                }
            }
        }
    }

    [Theory, MemberData(nameof(RepresentativesOfLabels))]
    public void Every_label_of_many_classes_agrees_with_the_definition(string name)
    {
        RowLossInstance instance = RowLossCatalogue.Get(name);
        foreach (int columns in (int[])[129, 200, 257])
        {
            RowData<T> data = RowSamples.Batch<T>(instance, columns, columns);
            for (int label = 0; label < columns; label++)
            {
                // Every other label leads: that is where it must not be taken for its own rival.
                data.Labels[label] = label;
                Span<T> row = data.Predictions.AsSpan(label * columns, columns);
                int leading = row.IndexOf(row.ToArray().Max());
                if (label % 2 == 0)
                {
                    (row[label], row[leading]) = (row[leading], row[label]);
                }
            }

            RowOutputs<T> outputs = RowOutputs<T>.Of(instance.Loss<T>(columns), data, [], Reduction.Sum, out Cost cost);
            RowExpectation expected = RowExpectation.Of(instance, data, isWeighted: false, Reduction.Sum);
            expected.ShouldBe<T>(cost);
            expected.ShouldBeGradient<T>(outputs.Gradient, $"{columns} classes");
            expected.ShouldBeHessian<T>(outputs.Hessian, $"{columns} classes");
        }
    }

    [Theory, MemberData(nameof(Representatives))]
    public void A_batch_without_weight_has_no_mean_and_a_gradient_of_zeros(string name)
    {
        foreach ((AnyRowLoss<T> loss, RowData<T> data) in Batches(name, 19))
        {
            Array.Clear(data.Weights);
            data.Predictions[^1] = T.NaN;
            foreach (Reduction reduction in Enum.GetValues<Reduction>())
            {
                RowOutputs<T> outputs = RowOutputs<T>.Of(loss, data, data.Weights, reduction, out Cost cost);
                cost.Mean.Should().Be(double.NaN);
                (cost.Sum, cost.Weight, cost.Count).Should().Be((0, 0, 19));
                ShouldAllBe(outputs.FirstGradient, T.Zero);
                ShouldAllBe(outputs.Gradient, T.Zero);
                ShouldAllBe(outputs.Hessian, T.Zero);
                outputs.Losses.IndexOf(RowOutputs<T>.Canary).Should().Be(-1, "losses are due without weight, too");
            }

            loss.Value(data.Predictions, data.Targets, data.Weights).Mean.Should().Be(double.NaN);
            loss.Value([], default).Should().Be(default(Cost));
        }
    }

    [Theory, MemberData(nameof(Representatives))]
    public void Weights_that_cancel_have_no_mean_but_a_sum(string name)
    {
        foreach ((AnyRowLoss<T> loss, RowData<T> data) in Batches(name, 2))
        {
            data.Labels[1] = data.Labels[0];
            T[] weights = [T.One, -T.One];
            Cost cost = loss.Value(data.Predictions, data.Targets, weights);
            T[] gradient = new T[data.Predictions.Length];
            gradient.AsSpan().Fill(T.One);
            loss.Gradient(data.Predictions, data.Targets, gradient, weights).Should().Be(cost);
            ShouldAllBe<T>(gradient, T.Zero);
            cost.Mean.Should().Be(double.NaN);
        }
    }

    /// <summary>Few columns are evaluated across rows, many along each row.</summary>
    [Theory, MemberData(nameof(LossesThatMayMask))]
    public void Masked_classes_change_nothing(string name)
    {
        RowLossInstance instance = RowLossCatalogue.Get(name);
        foreach ((int columns, int padded) in new[] { (2, 3), (5, 8), (5, 129), (17, 200), (128, 129), (100, 1000) })
        {
            RowData<T> data = RowSamples.Batch<T>(instance, 19, columns);
            RowData<T> masked = data.Padded(padded);
            RowOutputs<T> few = RowOutputs<T>.Of(
                instance.Loss<T>(columns), data, data.Weights, Reduction.Mean, out Cost cost);
            RowOutputs<T> many = RowOutputs<T>.Of(
                instance.Loss<T>(padded), masked, data.Weights, Reduction.Mean, out Cost costOfMasked);
            costOfMasked.Weight.Should().Be(cost.Weight);
            costOfMasked.Sum.Should().BeApproximately(cost.Sum, Samples.Close<T>() * (1 + Math.Abs(cost.Sum)));
            ShouldBeClose(many.Losses, few.Losses);
            for (int row = 0; row < 19; row++)
            {
                int at = row * padded;
                int rest = padded - columns;
                ShouldBeClose(many.Gradient.Slice(at, columns), few.Gradient.Slice(row * columns, columns));
                ShouldBeClose(many.FirstGradient.Slice(at, columns), few.Gradient.Slice(row * columns, columns));
                ShouldBeClose(many.Hessian.Slice(at, columns), few.Hessian.Slice(row * columns, columns));
                ShouldAllBe(many.FirstGradient.Slice(at + columns, rest), T.Zero);
                ShouldAllBe(many.Gradient.Slice(at + columns, rest), T.Zero);
                ShouldAllBe(many.Hessian.Slice(at + columns, rest), T.Zero);
            }
        }
    }

    [Theory, MemberData(nameof(RepresentativesOfLogits))]
    public void Only_differences_of_logits_count(string name)
    {
        foreach ((AnyRowLoss<T> loss, RowData<T> data) in Batches(name, 9))
        {
            // Logits in steps that stay exact when shifted.
            T step = T.CreateTruncating(1 / 64.0);
            RowData<T> plain = data with { Predictions = [.. data.Predictions.Select(x => step * T.Round(x / step))] };
            RowData<T> shifted = plain with
            {
                Predictions = [.. plain.Predictions.Select(x => x + T.CreateTruncating(1000))],
            };
            RowOutputs<T> expected = RowOutputs<T>.Of(loss, plain, [], Reduction.Sum, out Cost cost);
            RowOutputs<T> actual = RowOutputs<T>.Of(loss, shifted, [], Reduction.Sum, out Cost same);
            same.Should().Be(cost);
            ShouldBeTheSame(actual, expected);
        }
    }

    /// <summary>A batch each for some numbers of columns, the largest only for few rows.</summary>
    private static IEnumerable<(AnyRowLoss<T> Loss, RowData<T> Data)> Batches(string name, int rows)
    {
        RowLossInstance instance = RowLossCatalogue.Get(name);
        foreach (int columns in s_columnCounts.Where(columns => rows < 30 || columns < 1000))
        {
            yield return (instance.Loss<T>(columns), RowSamples.Batch<T>(instance, rows, columns));
        }
    }

    private static double WeightedSum(ReadOnlySpan<T> losses, ReadOnlySpan<T> weights)
    {
        double sum = 0;
        for (int row = 0; row < losses.Length; row++)
        {
            sum += Samples.ToDouble(weights[row]) * Samples.ToDouble(losses[row]);
        }

        return sum;
    }

    private static void ShouldBeTheRow(RowOutputs<T> actual, int row, RowOutputs<T> expected, int other, int columns)
    {
        actual.Losses[row].Should().Be(expected.Losses[other]);
        ShouldBeTheSame<T>(Row(actual.FirstGradient, row), Row(expected.FirstGradient, other));
        ShouldBeTheSame<T>(Row(actual.Gradient, row), Row(expected.Gradient, other));
        ShouldBeTheSame<T>(Row(actual.Hessian, row), Row(expected.Hessian, other));

        Span<T> Row(Span<T> matrix, int index) => matrix.Slice(index * columns, columns);
    }

    private static void ShouldBeTheSame(RowOutputs<T> actual, RowOutputs<T> expected)
    {
        ShouldBeTheSame<T>(actual.Losses, expected.Losses);
        ShouldBeTheSame<T>(actual.FirstGradient, expected.FirstGradient);
        ShouldBeTheSame<T>(actual.Gradient, expected.Gradient);
        ShouldBeTheSame<T>(actual.Hessian, expected.Hessian);
    }

    private static void ShouldBeTheSame<TNumber>(ReadOnlySpan<TNumber> actual, ReadOnlySpan<TNumber> expected)
    {
        if (!actual.SequenceEqual(expected))
        {
            actual.ToArray().Should().Equal(expected.ToArray());
        }
    }

    private static void ShouldAllBe<TNumber>(ReadOnlySpan<TNumber> numbers, TNumber expected)
        where TNumber : IEquatable<TNumber>
    {
        int wrong = numbers.IndexOfAnyExcept(expected);
        wrong.Should().Be(-1, "all should be {0}, but one is {1}", expected, wrong < 0 ? expected : numbers[wrong]);
    }

    private static void ShouldBeClose(ReadOnlySpan<T> actual, ReadOnlySpan<T> expected)
    {
        actual.Length.Should().Be(expected.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            double wanted = Samples.ToDouble(expected[i]);
            double tolerance = Samples.Close<T>() * (1 + Math.Abs(wanted));
            if (!(Math.Abs(Samples.ToDouble(actual[i]) - wanted) <= tolerance))
            {
                Samples.ToDouble(actual[i]).Should().BeApproximately(wanted, tolerance, $"number {i}");
            }
        }
    }
}

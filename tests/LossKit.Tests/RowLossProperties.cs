using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleRowLossProperties : RowLossProperties<float>;

public sealed class DoubleRowLossProperties : RowLossProperties<double>;

/// <summary>What holds for every loss over rows of the catalogue.</summary>
[Trait("Category", "Kernels")]
public abstract class RowLossProperties<T> where T : unmanaged, IFloatingPointIeee754<T>
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

    [Theory, MemberData(nameof(Losses))]
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

    [Theory, MemberData(nameof(RepresentativesOfLabels))]
    public void Ignored_rows_count_nowhere(string name)
    {
        foreach ((AnyRowLoss<T> loss, RowData<T> data) in Batches(name, 70))
        {
            int[] ignored = [0, 3, 4, 5, 40, 68, 69];
            int[] kept = [.. Enumerable.Range(0, 70).Except(ignored)];
            foreach (int row in ignored)
            {
                data.Labels[row] = Ignored;
                data.Predictions.AsSpan(row * data.Columns, data.Columns).Fill(T.NaN);
            }

            RowData<T> rest = data.Pick(kept);
            foreach (Reduction reduction in Enum.GetValues<Reduction>())
            {
                RowOutputs<T> outputs = RowOutputs<T>.Of(loss, data, data.Weights, reduction, out Cost cost);
                RowOutputs<T> expected = RowOutputs<T>.Of(loss, rest, rest.Weights, reduction, out Cost costOfRest);
                cost.Count.Should().Be(63);
                cost.Weight.Should().BeApproximately(costOfRest.Weight, Samples.Close<T>() * cost.Weight);
                cost.Sum.Should().BeApproximately(costOfRest.Sum, Samples.Close<T>() * (1 + Math.Abs(cost.Sum)));
                foreach (int row in ignored)
                {
                    outputs.Losses[row].Should().Be(T.Zero);
                    ShouldAllBe(outputs.FirstGradient.Slice(row * data.Columns, data.Columns), T.Zero);
                    ShouldAllBe(outputs.Gradient.Slice(row * data.Columns, data.Columns), T.Zero);
                    ShouldAllBe(outputs.Hessian.Slice(row * data.Columns, data.Columns), T.Zero);
                }

                T[] gradient = data.Cells(outputs.Gradient, kept);
                ShouldBeTheSame<T>([.. kept.Select(row => outputs.Losses[row])], expected.Losses);
                ShouldBeClose(gradient, expected.Gradient);
                ShouldBeClose(data.Cells(outputs.Hessian, kept), expected.Hessian);
            }
        }
    }

    [Theory, MemberData(nameof(RepresentativesOfLabels))]
    public void A_batch_of_ignored_rows_has_no_mean_and_a_gradient_of_zeros(string name)
    {
        foreach ((AnyRowLoss<T> loss, RowData<T> data) in Batches(name, 18))
        {
            Array.Fill(data.Labels, Ignored);
            data.Predictions[1] = T.NaN;
            foreach (Reduction reduction in Enum.GetValues<Reduction>())
            {
                RowOutputs<T> outputs = RowOutputs<T>.Of(loss, data, [], reduction, out Cost cost);
                cost.Mean.Should().Be(double.NaN);
                (cost.Sum, cost.Weight, cost.Count).Should().Be((0, 0, 0));
                ShouldAllBe(outputs.Losses, T.Zero);
                ShouldAllBe(outputs.FirstGradient, T.Zero);
                ShouldAllBe(outputs.Gradient, T.Zero);
                ShouldAllBe(outputs.Hessian, T.Zero);
            }
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void NaN_spoils_its_own_row_and_the_sum(string name)
    {
        RowLossInstance instance = RowLossCatalogue.Get(name);
        foreach (int columns in new[] { 2, 5, 17, 129, 150, 1030 })
        {
            AnyRowLoss<T> loss = instance.Loss<T>(columns);
            RowData<T> healthy = RowSamples.Batch<T>(instance, 19, columns);
            Array.Fill(healthy.Weights, T.One);
            RowOutputs<T> expected = RowOutputs<T>.Of(loss, healthy, [], Reduction.Sum, out _);
            foreach ((int row, int column) in new[] { (0, 0), (1, columns - 1), (16, columns / 2), (18, 1) })
            {
                foreach (bool inTarget in instance.HasLabels ? [false] : new[] { false, true })
                {
                    RowData<T> data = healthy.Copy();
                    int spoilt = instance.ReadsLabelOnly ? data.Labels[row] : column;
                    (inTarget ? data.Probabilities : data.Predictions)[row * columns + spoilt] = T.NaN;
                    RowOutputs<T> outputs = RowOutputs<T>.Of(loss, data, [], Reduction.Sum, out Cost cost);
                    cost.Mean.Should().Be(double.NaN);
                    loss.Value(data.Predictions, data.Targets).Mean.Should().Be(double.NaN);
                    for (int other = 0; other < 19; other++)
                    {
                        if (other != row)
                        {
                            ShouldBeTheRow(outputs, other, expected, other, columns);
                        }
                    }

                    T.IsNaN(outputs.Losses[row]).Should().BeTrue();
                    ShouldAllBe(outputs.FirstGradient.Slice(row * columns, columns), T.NaN);
                    ShouldAllBe(outputs.Gradient.Slice(row * columns, columns), T.NaN);
                    ShouldAllBe(outputs.Hessian.Slice(row * columns, columns), T.NaN);
                }
            }
        }
    }

    [Theory, MemberData(nameof(LossesOfLogitsOrScores))]
    public void Extreme_finite_predictions_have_losses_and_derivatives(string name)
    {
        RowLossInstance instance = RowLossCatalogue.Get(name);
        foreach (int columns in new[] { 2, 5, 130 })
        {
            AnyRowLoss<T> loss = instance.Loss<T>(columns);
            RowData<T> data = RowSamples.Batch<T>(instance, 24, columns);
            double[] extremes = [1e4, -1e4, 1e30, -1e30, 0, -0.0, 1e-30, 1e-42];
            for (int row = 0; row < 24; row++)
            {
                // All of a row, its label or another class.
                T extreme = T.CreateTruncating(extremes[row % 8]);
                Span<T> predictions = data.Predictions.AsSpan(row * columns, columns);
                predictions.Slice(row < 8 ? 0 : row < 16 ? data.Labels[row] : 0, row < 8 ? columns : 1).Fill(extreme);
            }

            bool mayOverflow = typeof(T) == typeof(float) && name.StartsWith("squared", StringComparison.Ordinal);
            RowOutputs<T> outputs = RowOutputs<T>.Of(loss, data, [], Reduction.Sum, out _);
            for (int row = 0; row < 24; row++)
            {
                bool isPossible = instance.MayBeNegative || outputs.Losses[row] >= T.Zero;
                (isPossible && (mayOverflow || T.IsFinite(outputs.Losses[row])))
                    .Should().BeTrue($"loss {row} of {columns} columns is {outputs.Losses[row]}");
            }

            foreach (T derivative in (T[])[.. outputs.FirstGradient, .. outputs.Gradient, .. outputs.Hessian])
            {
                T.IsFinite(derivative).Should().BeTrue($"a derivative of {columns} columns is {derivative}");
            }
        }
    }

    [Theory, MemberData(nameof(RepresentativesOfLabels))]
    public void Labels_out_of_range_are_refused_before_anything_is_written(string name)
    {
        RowLossInstance instance = RowLossCatalogue.Get(name);
        foreach ((int columns, int label) in new[] { (3, -1), (3, 3), (129, int.MaxValue), (129, -99) })
        {
            AnyRowLoss<T> loss = instance.Loss<T>(columns);
            RowData<T> data = RowSamples.Batch<T>(instance, 70, columns);
            data.Labels[2] = Ignored;
            data.Labels[67] = label;
            T[] predictions = [.. data.Predictions];
            RowOutputs<T> outputs = new(data.Rows, data.Columns);
            Action[] calls =
            [
                () => loss.Value(data.Predictions, data.Targets),
                () => loss.PerExample(data.Predictions, data.Targets, outputs.Losses, data.Weights),
                () => loss.Gradient(data.Predictions, data.Targets, outputs.FirstGradient),
                () => loss.Gradient(data.Predictions, data.Targets, data.Predictions),
                () => loss.Hessian(data.Predictions, data.Targets, outputs.Gradient, outputs.Hessian),
            ];
            foreach (Action call in calls)
            {
                ArgumentOutOfRangeException error = call.Should().Throw<ArgumentOutOfRangeException>().Which;
                error.Message.Should().StartWith(
                    $"The label of row 67 is {label}, but there are {columns} classes: "
                    + $"it must be between 0 and {columns - 1}, or -100 for a row to be ignored.");
                error.ParamName.Should().Be("targets");
                error.ActualValue.Should().Be(label);
            }

            outputs.ShouldBeUntouched();
            ShouldBeTheSame<T>(data.Predictions, predictions);
        }
    }

    [Theory, MemberData(nameof(Representatives))]
    public void Wrong_spans_are_refused_before_anything_is_written(string name)
    {
        RowLossInstance instance = RowLossCatalogue.Get(name);
        AnyRowLoss<T> loss = instance.Loss<T>(5);
        RowData<T> data = RowSamples.Batch<T>(instance, 6, 5);
        T[] p = [.. data.Predictions];
        T[] w = [.. data.Weights];
        T[] output = new T[30];
        T[] second = new T[30];
        string wrong = instance.HasLabels ? "5 entries, but must have 6, 1 for each of 6" : "25 entries, but must have 30, 5 for";
        (string Argument, string Message, Action Call)[] calls =
        [
            ("predictions", "'predictions' has 29 entries*5 classes", () => loss.Value(p.AsSpan(1), Six())),
            ("targets", $"'targets' has {wrong}*", () => loss.Value(p, Five())),
            ("weights", "'weights' has 5 entries, but the batch has 6 rows*", () => loss.Value(p, Six(), w.AsSpan(1))),
            ("losses", "'losses' has 5 entries, but the batch has 6 rows*",
                () => loss.PerExample(p, Six(), output.AsSpan(0, 5))),
            ("losses", "'losses' has 30 entries*", () => loss.PerExample(p, Six(), output)),
            ("losses", "'losses' overlaps 'predictions'*", () => loss.PerExample(p, Six(), p.AsSpan(0, 6))),
            ("losses", "'losses' overlaps 'weights'*1 entries apart*",
                () => loss.PerExample(p.AsSpan(5), Five(), w.AsSpan(1), w.AsSpan(0, 5))),
            ("gradient", "'gradient' has 29 entries, but the batch has 30 entries*",
                () => loss.Gradient(p, Six(), output.AsSpan(1))),
            ("gradient", "'gradient' overlaps 'predictions'*5 entries apart*",
                () => loss.Gradient(p.AsSpan(5), Five(), p.AsSpan(0, 25))),
            ("gradient", "'gradient' overlaps 'predictions'*5 entries apart*",
                () => loss.Gradient(p.AsSpan(0, 25), Five(), p.AsSpan(5))),
            ("gradient", "'gradient' overlaps 'weights'*",
                () => loss.Gradient(p, Six(), output, output.AsSpan(24))),
            ("hessian", "'hessian' has 29 entries*", () => loss.Hessian(p, Six(), output, second.AsSpan(1))),
            ("hessian", "'hessian' overlaps 'gradient'*", () => loss.Hessian(p, Six(), output, output)),
            ("hessian", "'hessian' overlaps 'predictions'*", () => loss.Hessian(p, Six(), output, p)),
            ("hessian", "'hessian' overlaps 'weights'*",
                () => loss.Hessian(p, Six(), output, second, second.AsSpan(0, 6))),
            ("reduction", "*Mean, Sum or MeanOverCount*", () => loss.Gradient(p, Six(), output, reduction: (Reduction)7)),
        ];
        (string Argument, string Message, Action Call)[] onTargets =
        [
            ("losses", "'losses' overlaps 'targets'*",
                () => loss.PerExample(p, Six(), data.Probabilities.AsSpan(3, 6))),
            ("gradient", "'gradient' overlaps 'targets'*", () => loss.Gradient(p, Six(), data.Probabilities)),
            ("hessian", "'hessian' overlaps 'targets'*",
                () => loss.Hessian(p, Six(), output, data.Probabilities)),
        ];
        T[] probabilities = [.. data.Probabilities];
        calls = instance.HasLabels ? calls : [.. calls, .. onTargets];
        foreach ((string argument, string message, Action call) in calls)
        {
            call.Should().Throw<ArgumentException>().WithMessage(message + "*").Which.ParamName.Should().Be(argument);
        }

        p.Should().Equal(data.Predictions);
        w.Should().Equal(data.Weights);
        data.Probabilities.Should().Equal(probabilities);
        output.Concat(second).Should().AllBeEquivalentTo(T.Zero);

        RowTargets<T> Six() => data.Targets;

        RowTargets<T> Five() => new(data.Labels.AsSpan(0, 5), data.Probabilities.AsSpan(0, 25));
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

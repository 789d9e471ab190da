using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

// Rows that are ignored, wrong, no numbers, or extreme.
public abstract partial class RowLossProperties<T>
{
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
}

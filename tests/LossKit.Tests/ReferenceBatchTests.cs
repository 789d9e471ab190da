using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleReferenceBatchTests : ReferenceBatchTests<float>;

public sealed class DoubleReferenceBatchTests : ReferenceBatchTests<double>;

/// <summary>Labelled batches that are compared with references.</summary>
public abstract class ReferenceBatchTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Dimension = 5;

    public static TheoryData<string> Losses => new(Makers.Keys);

    /// <summary>But for those that compare rows with the partner of an anchor.</summary>
    public static TheoryData<string> OfAnchors => new(Makers.Keys.Where(name => name != "LiftedStructure"));

    private static Dictionary<string, Func<LabelledLoss<T>>> Makers { get; } = new()
    {
        ["SupervisedContrastive"] = () => Loss.SupervisedContrastive<T>(Dimension),
        ["MultiSimilarity"] = () => Loss.MultiSimilarity<T>(Dimension, 2, 10),
        ["MultiSimilarity of mined pairs"] = () => Loss.MultiSimilarity<T>(Dimension, 2, 10, miningEpsilon: 0.1),
        ["Circle"] = () => Loss.Circle<T>(Dimension, gamma: 8),
        ["GeneralizedLiftedStructure"] = () => Loss.GeneralizedLiftedStructure<T>(Dimension),
        ["Nca"] = () => Loss.Nca<T>(Dimension),
        ["BatchContrastive"] = () => Loss.BatchContrastive<T>(Dimension, 2),
        ["BatchHardTriplet"] = () => Loss.BatchHardTriplet<T>(Dimension),
        ["BatchAllTriplet"] = () => Loss.BatchAllTriplet<T>(Dimension, activeOnly: true),
        ["BatchAllTriplet of cosines"] =
            () => Loss.BatchAllTriplet<T>(Dimension, distance: EmbeddingDistance.Cosine),
        ["SemiHardTriplet"] = () => Loss.SemiHardTriplet<T>(Dimension),
        ["SnrContrastive"] = () => Loss.SnrContrastive<T>(Dimension),
        ["TupletMargin"] = () => Loss.TupletMargin<T>(Dimension, scale: 4),
        ["FastAp"] = () => Loss.FastAp<T>(Dimension),
        ["MarginBased"] = () => Loss.MarginBased<T>(Dimension),
        ["Angular"] = () => Loss.Angular<T>(Dimension),
        ["LiftedStructure"] = () => Loss.LiftedStructure<T>(Dimension),
    };

    [Theory, MemberData(nameof(OfAnchors))]
    public void References_are_what_a_row_alone_in_a_batch_would_be_compared_with(string name)
    {
        LabelledLoss<T> loss = Makers[name]();
        foreach ((int rows, int references) in new[] { (1, 1), (3, 40), (50, 2), (17, 16), (33, 100), (600, 500) })
        {
            Batch batch = new(rows, references);
            T[] ofRows = new T[batch.Rows.Length];
            T[] ofReferences = new T[batch.References.Length];
            Cost cost = loss.ValueAndGradient(
                batch.With(name),
                new() { Embeddings = ofRows, References = ofReferences },
                batch.Weights,
                Reduction.Sum);
            double sum = 0;
            double weight = 0;
            double[] expected = new double[ofRows.Length];
            double[] expectedOfReferences = new double[ofReferences.Length];
            for (int row = 0; row < rows; row++)
            {
                if (batch.Weights[row] == T.Zero)
                {
                    continue;
                }

                T[] alone = [.. batch.Rows[(row * Dimension)..((row + 1) * Dimension)], .. batch.References];
                T[] gradient = new T[alone.Length];
                T[] weights = new T[references + 1];
                weights[0] = batch.Weights[row];
                Labelled<T> one = new()
                {
                    Embeddings = alone,
                    Labels = [batch.Labels[row], .. batch.ReferenceLabels],
                    Boundaries = Boundaries(name),
                };
                Cost ofOne = loss.ValueAndGradient(one, new() { Embeddings = gradient }, weights, Reduction.Sum);
                sum += ofOne.Sum;
                weight += ofOne.Weight;
                for (int k = 0; k < gradient.Length; k++)
                {
                    double number = Samples.ToDouble(gradient[k]);
                    (k < Dimension ? expected.AsSpan(row * Dimension) : expectedOfReferences.AsSpan())
                        [k < Dimension ? k : k - Dimension] += number;
                }
            }

            cost.Weight.Should().Be(weight);
            cost.Sum.Should().BeApproximately(sum, 100 * Samples.Close<T>() * (1 + Math.Abs(sum)));
            ShouldBeClose(ofRows, expected, $"{rows} and {references} rows");
            ShouldBeClose(ofReferences, expectedOfReferences, $"{rows} and {references} references");
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void Each_gradient_may_be_left_out(string name)
    {
        LabelledLoss<T> loss = Makers[name]();
        Batch batch = new(20, 30);
        T[] ofRows = new T[batch.Rows.Length];
        T[] ofReferences = new T[batch.References.Length];
        T[] alone = new T[batch.Rows.Length];
        T[] referencesAlone = new T[batch.References.Length];
        loss.ValueAndGradient(
            batch.With(name), new() { Embeddings = ofRows, References = ofReferences }, batch.Weights);
        loss.ValueAndGradient(batch.With(name), new() { Embeddings = alone }, batch.Weights);
        loss.ValueAndGradient(batch.With(name), new() { References = referencesAlone }, batch.Weights);
        alone.Should().Equal(ofRows);
        referencesAlone.Should().Equal(ofReferences);
    }

    [Theory, MemberData(nameof(Losses))]
    public void Rows_whose_label_no_reference_has_have_no_positives(string name)
    {
        LabelledLoss<T> loss = Makers[name]();
        Batch batch = new(4, 6);
        batch.Labels.AsSpan().Fill(99);
        T[] ofRows = new T[batch.Rows.Length];
        T[] ofReferences = new T[batch.References.Length];
        Cost cost = loss.ValueAndGradient(
            batch.With(name), new() { Embeddings = ofRows, References = ofReferences });
        double.IsFinite(cost.Sum).Should().BeTrue();
        ofRows.Concat(ofReferences).All(T.IsFinite).Should().BeTrue();
        if (name is not ("MultiSimilarity" or "BatchContrastive" or "SnrContrastive" or "MarginBased"))
        {
            cost.Sum.Should().Be(0);
            ofRows.Concat(ofReferences).All(T.IsZero).Should().BeTrue();
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 40)]
    [InlineData(33, 20)]
    public void Lifted_structures_are_of_a_row_with_references_alone(int rows, int references)
    {
        Batch batch = new(rows, references);
        MinedLoss<T> loss = Loss.LiftedStructure<T>(Dimension, 0.75);
        T[] losses = new T[loss.Losses(batch.With(""))];
        T[] ofRows = new T[batch.Rows.Length];
        T[] ofReferences = new T[batch.References.Length];
        loss.PerExample(batch.With(""), losses);
        Cost cost = loss.ValueAndGradient(
            batch.With(""), new() { Embeddings = ofRows, References = ofReferences }, batch.Weights, Reduction.Sum);
        double[] points = [.. batch.Rows.Concat(batch.References).Select(Samples.ToDouble)];
        (int Row, double Loss)[] expected = [.. Definition()];
        losses.Select(Samples.ToDouble).Should().Equal(
            expected.Select(pair => pair.Loss),
            (left, right) => Math.Abs(left - right) <= 100 * Samples.Close<T>() * (1 + right));
        cost.Sum.Should().BeApproximately(Weighted(), 100 * Samples.Close<T>() * (1 + Weighted()));
        cost.Count.Should().Be(expected.Length);
        double[] gradient = new double[points.Length];
        for (int k = 0; k < points.Length; k++)
        {
            double kept = points[k];
            points[k] = kept + 1e-6;
            double above = Weighted();
            points[k] = kept - 1e-6;
            gradient[k] = (above - Weighted()) / 2e-6;
            points[k] = kept;
        }

        double close = 1e-5 + 1000 * Samples.Close<T>() * (1 + gradient.Max(Math.Abs));
        ofRows.Concat(ofReferences).Select(Samples.ToDouble).Should().Equal(
            gradient, (left, right) => Math.Abs(left - right) <= close);

        double Weighted() => Definition().Sum(pair => pair.Loss * Samples.ToDouble(batch.Weights[pair.Row]));

        IEnumerable<(int Row, double Loss)> Definition() =>
            from row in Enumerable.Range(0, rows)
            from near in Enumerable.Range(0, references)
            where batch.Labels[row] == batch.ReferenceLabels[near]
            let far = Enumerable.Range(0, references)
                .Where(reference => batch.ReferenceLabels[reference] != batch.Labels[row])
                .Sum(reference => Math.Exp(0.75 - Distance(row, reference)))
            select (row, Math.Pow(Math.Max(0, Distance(row, near) + Math.Log(far)), 2) / 2);

        double Distance(int row, int reference) => Math.Sqrt(Enumerable.Range(0, Dimension).Sum(k =>
            Math.Pow(points[row * Dimension + k] - points[(rows + reference) * Dimension + k], 2)));
    }

    [Fact]
    public void Any_labels_go_with_references()
    {
        foreach (LabelledLoss<T> loss in (LabelledLoss<T>[])[Loss.LiftedStructure<T>(2), Loss.Angular<T>(2)])
        {
            Cost cost = loss.Value(new()
            {
                Embeddings = [T.One, T.One],
                Labels = [int.MaxValue],
                References = [T.One, T.Zero, T.Zero, T.One],
                ReferenceLabels = [int.MaxValue, int.MinValue],
            });
            cost.Count.Should().Be(1);
            cost.Sum.Should().BeGreaterThan(0);
        }
    }

    [Fact]
    public void Variances_of_pairs_are_those_of_rows_with_references()
    {
        // Cosines 1 and 0.6 of positives, 0 and 0.8 of negatives.
        Span<T> ofRows = new T[2];
        Cost cost = Loss.IntraPairVariance<T>(2, 0.25, 0.5).ValueAndGradient(
            new()
            {
                Embeddings = [T.One, T.Zero],
                Labels = [1],
                References = [.. new[] { 2, 0, 3, 4, 0, 1, 4, 3.0 }.Select(T.CreateTruncating)],
                ReferenceLabels = [1, 1, 2, 2],
            },
            new() { Embeddings = ofRows });
        double near = Math.Pow(Math.Max(0, 0.75 * 0.8 - 0.6), 2) / 2;
        double far = Math.Pow(0.8 - 1.5 * 0.4, 2) / 2;
        cost.Sum.Should().BeApproximately(near + far, 10 * Samples.Close<T>());
        Samples.ToDouble(ofRows[0]).Should().BeApproximately(0, 10 * Samples.Close<T>());

        // ∂far/∂s = ½·2·0.2·(1 − 1.5/2) of the latter and −½·2·0.2·1.5/2 of the former, whose sines are 0.6 and 1.
        Samples.ToDouble(ofRows[1]).Should().BeApproximately(0.2 * (0.25 * 0.6 - 0.75), 10 * Samples.Close<T>());
    }

    [Fact]
    public void Labels_and_references_belong_together()
    {
        LabelledLoss<T> loss = Loss.SupervisedContrastive<T>(Dimension);
        T[] rows = new T[2 * Dimension];
        loss.Invoking(each => each.Value(
            new() { Embeddings = rows, Labels = [1, 2], References = rows, ReferenceLabels = [1] }))
            .Should().Throw<ArgumentException>().WithParameterName("referenceLabels");
        loss.Invoking(each => each.Value(new() { Embeddings = rows, Labels = [1, 2], ReferenceLabels = [1] }))
            .Should().Throw<ArgumentException>().WithParameterName("referenceLabels");
        loss.Invoking(each => each.Value(
            new() { Embeddings = rows, Labels = [1, 2], References = rows.AsSpan(1), ReferenceLabels = [1, 2] }))
            .Should().Throw<ArgumentException>().WithParameterName("references");
    }

    private static T[] Boundaries(string name) => name == "MarginBased" ? [T.One] : [];

    private static void ShouldBeClose(T[] actual, double[] expected, string what)
    {
        double close = 1000 * Samples.Close<T>() * (1 + expected.Max(Math.Abs));
        for (int k = 0; k < expected.Length; k++)
        {
            Samples.ToDouble(actual[k]).Should().BeApproximately(expected[k], close, $"entry {k} of {what}");
        }
    }

    private sealed class Batch
    {
        public Batch(int rows, int references)
        {
            Random random = new(rows);
            Rows = Numbers(rows * Dimension, () => random.NextDouble() * 3 - 1.5);
            References = Numbers(references * Dimension, () => random.NextDouble() * 3 - 1.5);
            Labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(-2, 4))];
            ReferenceLabels = [.. Enumerable.Range(0, references).Select(_ => random.Next(-1, 6))];
            Weights = Numbers(rows, () => random.Next(4) * 0.5);

            // Of many rows a few count, in all blocks.
            for (int row = 0; row < rows && rows > 100; row++)
            {
                Weights[row] = row % 60 == 0 ? T.One : T.Zero;
            }
        }

        public T[] Rows { get; }

        public T[] References { get; }

        public int[] Labels { get; }

        public int[] ReferenceLabels { get; }

        public T[] Weights { get; }

        public Labelled<T> With(string name) => new()
        {
            Embeddings = Rows,
            Labels = Labels,
            References = References,
            ReferenceLabels = ReferenceLabels,
            Boundaries = Boundaries(name),
        };

        private static T[] Numbers(int count, Func<double> next) =>
            [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(next()))];
    }
}

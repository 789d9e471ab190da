namespace LossKit.ML.Tests;

/// <summary>Groups are rows that follow each other, whole however long they are.</summary>
public sealed class RankingTests
{
    // Objects have keys from 0, columns from 1: what is beyond them is missing.
    private const uint None = 1_000;

    private static readonly MLContext s_context = new(seed: 1);

    [Fact]
    public void Metrics_and_losses_of_groups_are_those_of_their_spans()
    {
        // The second group is longer than several batches.
        int[] lengths = [5, 5_000, 1, 700, 600, 3];
        Random random = new(2);
        Document[] documents =
        [
            .. lengths.SelectMany((length, group) => Enumerable.Range(0, length).Select(_ => new Document
            {
                Query = (uint)group,
                Label = random.Next(4),
                Score = (float)random.NextDouble(),
                Weight = group + 1,
            })),
        ];
        RankingMetric<float> ndcg = Loss.Ndcg<float>(cutoff: 10);
        GroupedLoss<float> listwise = Loss.SoftmaxRanking<float>();
        EvaluationReport report = s_context.Evaluate(
            s_context.Data.LoadFromEnumerable(documents),
            new Evaluation(exampleWeightColumnName: "Weight", rowGroupColumnName: "Query")
            {
                { "ndcg", ndcg },
                { "listwise", listwise },
                { "squared", Loss.SquaredError<float>() },
            });
        float[] scores = [.. documents.Select(document => document.Score)];
        float[] labels = [.. documents.Select(document => document.Label)];
        float[] weights = [1, 2, 3, 4, 5, 6];
        Same(report["ndcg"], ndcg.Value(scores, labels, Groups.OfLengths(lengths), weights));
        Same(report["listwise"], listwise.Value(scores, labels, Groups.OfLengths(lengths), weights));
        Same(report["squared"], Loss.SquaredError<float>().Value(
            scores, labels, [.. documents.Select(document => document.Weight)]));
    }

    [Fact]
    public void Groups_begin_where_the_key_changes_also_in_a_row_without_label()
    {
        // Of neighbours that are the same in double.
        const ulong Huge = (1ul << 60) + 1;
        Numbered[] rows =
        [
            new() { Query = Huge, Label = 1, Score = 1 },
            new() { Query = Huge, Label = 0, Score = 2 },
            new() { Query = Huge + 1, Label = None, Score = 9 },
            new() { Query = Huge + 1, Label = 0, Score = 3 },
            new() { Query = Huge + 1, Label = 1, Score = 1 },
        ];
        Evaluation evaluation = new(rowGroupColumnName: "Query") { { "ndcg", Loss.Ndcg<float>() } };
        Cost cost = s_context.Evaluate(s_context.Data.LoadFromEnumerable(rows), evaluation)["ndcg"];

        // Relevances 1 and 0 in the wrong order, twice.
        cost.Count.Should().Be(2);
        cost.Sum.Should().BeApproximately(1 / Math.Log2(3) + 1 / Math.Log2(3), 1e-6);
    }

    [Fact]
    public void What_has_no_group_is_left_out_and_a_group_has_one_weight()
    {
        Document[] rows =
        [
            new() { Query = 1, Label = 1, Score = 1, Weight = 2 },
            new() { Query = None, Label = 1, Score = 5, Weight = 3 },
            new() { Query = 1, Label = 0, Score = 0, Weight = 4 },
        ];
        Evaluation unweighted = new(rowGroupColumnName: "Query") { { "mrr", Loss.Mrr<float>() } };
        IDataView data = s_context.Data.LoadFromEnumerable(rows);
        s_context.Evaluate(data, unweighted)["mrr"].Sum.Should().Be(1);

        rows[1].Query = 1;
        Evaluation evaluation = new(exampleWeightColumnName: "Weight", rowGroupColumnName: "Query")
        {
            { "mrr", Loss.Mrr<float>() },
        };
        ((Action)(() => s_context.Evaluate(data, evaluation))).Should().Throw<ArgumentException>()
            .WithMessage("The column 'Weight' is 3 in row 1 of the data, but 2 before, in the same group*");
        Evaluation byNumber = new(rowGroupColumnName: "Score") { { "mrr", Loss.Mrr<float>() } };
        ((Action)(() => s_context.Evaluate(data, byNumber))).Should().Throw<ArgumentException>()
            .WithMessage("The column 'Score' is Single: expected a key or a whole number*");
    }

    private static void Same(Cost actual, Cost expected)
    {
        (actual.Count, actual.Weight).Should().Be((expected.Count, expected.Weight));
        actual.Sum.Should().BeApproximately(expected.Sum, 1e-12 * Math.Abs(expected.Sum));
    }

    private sealed class Document
    {
        [KeyType(100)]
        public uint Query { get; set; }

        public float Label { get; set; }

        public float Score { get; set; }

        public float Weight { get; set; }
    }

    private sealed class Numbered
    {
        public ulong Query { get; set; }

        [KeyType(2)]
        public uint Label { get; set; }

        public float Score { get; set; }
    }
}

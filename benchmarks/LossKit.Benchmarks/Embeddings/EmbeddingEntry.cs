namespace LossKit.Benchmarks.Embeddings;

/// <summary>A loss of embeddings on its data.</summary>
/// <param name="Call">The factory's call.</param>
/// <param name="Value">Computes the mean loss.</param>
/// <param name="ValueAndGradient">The same, and its gradients.</param>
/// <param name="Predictions">What it is differentiated by.</param>
/// <param name="Gradients">As many.</param>
/// <param name="Labels">Those that it takes, if any.</param>
/// <param name="Operations">Those of the products of all rows with all, with the gradient.</param>
internal sealed record EmbeddingEntry(
    string Call,
    Func<double> Value,
    Func<double> ValueAndGradient,
    IReadOnlyList<float[]> Predictions,
    IReadOnlyList<float[]> Gradients,
    int[]? Labels,
    double Operations = 0)
{
    /// <summary>Whether it takes scores, of which there are as many in every shape.</summary>
    public bool HasScores { get; private init; }

    public static IReadOnlyList<EmbeddingEntry> All(EmbeddingData data)
    {
        (int n, int d) = data.Shape;

        // A product of all rows with all, one half of which is mirrored if they are the same.
        double product = 2.0 * n * n * d;

        // A difference, a multiplication and an addition for each term.
        double differences = 3.0 * n * n * d;
        PairLoss<float> ranking = Loss.MarginRanking<float>();
        return
        [
            Pairs("Contrastive()", Loss.Contrastive<float>(d), data.Similar),
            Pairs("CosineEmbedding()", Loss.CosineEmbedding<float>(d), data.Signs),
            new(
                "MarginRanking()",
                () => ranking.Value(
                    new() { First = data.FirstScores, Second = data.SecondScores, Labels = data.ScoreSigns }).Mean,
                () => ranking.ValueAndGradient(
                    new() { First = data.FirstScores, Second = data.SecondScores, Labels = data.ScoreSigns },
                    new() { First = data.OfFirstScores, Second = data.OfSecondScores }).Mean,
                [data.FirstScores, data.SecondScores],
                [data.OfFirstScores, data.OfSecondScores],
                data.ScoreSigns)
            {
                HasScores = true,
            },
            Triplets("Triplet()", Loss.Triplet<float>(d)),
            Triplets("TripletSquared()", Loss.TripletSquared<float>(d)),
            Matches("InfoNce()", Loss.InfoNce<float>(d), 3 * product),
            Matches("NtXent()", Loss.NtXent<float>(d), 4 * 1.5 * product),
            Labelled("SupervisedContrastive()", Loss.SupervisedContrastive<float>(d), 1.5 * product),
            Labelled("MultiSimilarity()", Loss.MultiSimilarity<float>(d), 1.5 * product),
            Labelled("Circle()", Loss.Circle<float>(d), 1.5 * product),
            Labelled("BatchContrastive(margin: 5)", Loss.BatchContrastive<float>(d, margin: 5), 1.5 * differences),
            Labelled("BatchHardTriplet()", Loss.BatchHardTriplet<float>(d), 0.5 * differences),
            Labelled("BatchAllTriplet()", Loss.BatchAllTriplet<float>(d), 1.5 * differences),
            Labelled("SemiHardTriplet()", Loss.SemiHardTriplet<float>(d), 0.5 * differences),
        ];

        EmbeddingEntry Pairs(string call, PairLoss<float> loss, int[] labels) => new(
            call,
            () => loss.Value(new() { First = data.First, Second = data.Second, Labels = labels }).Mean,
            () => loss.ValueAndGradient(
                new() { First = data.First, Second = data.Second, Labels = labels },
                new() { First = data.OfFirst, Second = data.OfSecond }).Mean,
            [data.First, data.Second],
            [data.OfFirst, data.OfSecond],
            labels);

        EmbeddingEntry Triplets(string call, TripletLoss<float> loss) => new(
            call,
            () => loss.Value(new() { Anchors = data.First, Positives = data.Second, Negatives = data.Third }).Mean,
            () => loss.ValueAndGradient(
                new() { Anchors = data.First, Positives = data.Second, Negatives = data.Third },
                new() { Anchors = data.OfFirst, Positives = data.OfSecond, Negatives = data.OfThird }).Mean,
            [data.First, data.Second, data.Third],
            [data.OfFirst, data.OfSecond, data.OfThird],
            Labels: null);

        EmbeddingEntry Matches(string call, MatchLoss<float> loss, double operations) => new(
            call,
            () => loss.Value(new() { First = data.First, Second = data.Second }).Mean,
            () => loss.ValueAndGradient(
                new() { First = data.First, Second = data.Second },
                new() { First = data.OfFirst, Second = data.OfSecond }).Mean,
            [data.First, data.Second],
            [data.OfFirst, data.OfSecond],
            Labels: null,
            operations);

        EmbeddingEntry Labelled(string call, LabelledLoss<float> loss, double operations) => new(
            call,
            () => loss.Value(new() { Embeddings = data.First, Labels = data.Labels }).Mean,
            () => loss.ValueAndGradient(
                new() { Embeddings = data.First, Labels = data.Labels }, new() { Embeddings = data.OfFirst }).Mean,
            [data.First],
            [data.OfFirst],
            data.Labels,
            operations);
    }
}

using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LossKit.Torch;

/// <summary>
/// Losses of rankings, survival, segmentation and angles: LossKit, and compositions of libtorch's functions with its
/// backward pass.
/// </summary>
internal static class GroupComparison
{
    private const int Documents = 100;
    private const int Pixels = 256 * 256;

    /// <param name="scale">What the numbers of queries, people, images and rows are multiplied with.</param>
    /// <param name="threads">How many threads both take.</param>
    public static void Run(int scale, int threads) => Turns.Mean(threads,
    [
        .. Rankings(1_000 * scale, threads),
        Survival(100_000 * scale, threads),
        .. Regions(16 * scale * 4, threads),
        Angles(4_096 * scale, 512, 10_000, threads),
    ]);

    private static double[] Rankings(int queries, int threads)
    {
        Random random = new(1);
        float[] scores = [.. Enumerable.Range(0, queries * Documents).Select(_ => 4 * random.NextSingle() - 2)];
        float[] relevances = [.. scores.Select(_ => (float)random.Next(5))];
        float[] gradient = new float[scores.Length];
        int[] lengths = [.. Enumerable.Repeat(Documents, queries)];
        using Tensor s = tensor(scores, [queries, Documents]).requires_grad_();
        using Tensor y = tensor(relevances, [queries, Documents]);
        using Tensor gains = y.exp2() - 1;
        using Tensor places = arange(1, Documents + 1, ScalarType.Float32);
        using Tensor discounts = 1 / (places + 1).log2();
        using Tensor best = (gains.sort(1, descending: true).Values * discounts).sum(1, keepdim: true);
        return
        [
            Of(Loss.PairwiseLogistic<float>(), () =>
                (F.softplus(-Differences(s)) * Differences(y).gt(0)).sum() / queries),
            Of(Loss.LambdaRank<float>(), () => (F.softplus(-Differences(s)) * Lambdas()).sum() / queries),
            Of(Loss.SoftmaxRanking<float>(), () => -(y * s.log_softmax(1)).sum() / queries),
            Of(Loss.ApproxNdcg<float>(), () =>
            {
                // An item compared with itself gives ½.
                Tensor ranks = 0.5 + (-Differences(s)).sigmoid().sum(2);
                return -(gains / (1 + ranks).log2() / best).sum() / queries;
            }),
        ];

        double Of(GroupedLoss<float> loss, Func<Tensor> torchLoss)
        {
            GroupedLoss<float> own = loss.InParallel(threads);
            return Turns.Compare(
                $"{Turns.Factory(loss)} × {queries:N0} queries × {Documents} documents", threads, s, gradient, torchLoss, () =>
                    own.ValueAndGradient(scores, relevances, Groups.OfLengths(lengths), gradient).Mean);
        }

        // What exchanging two items where they rank now changes of NDCG; 0 unless the first is the more relevant one.
        Tensor Lambdas()
        {
            using IDisposable scope = no_grad();
            Tensor ranks = s.argsort(1, descending: true).argsort(1);
            Tensor ofRanks = discounts.index_select(0, ranks.flatten()).reshape(queries, Documents);
            return Differences(gains).clamp_min(0) * Differences(ofRanks).abs() / best.unsqueeze(2);
        }
    }

    private static double Survival(int people, int threads)
    {
        Random random = new(2);
        float[] risks = [.. Enumerable.Range(0, people).Select(_ => 2 * random.NextSingle() - 1)];
        float[] times = [.. Enumerable.Range(0, people).Select(i => (float)i)];
        random.Shuffle(times);
        int[] events = [.. risks.Select(_ => random.Next(2))];
        float[] gradient = new float[people];
        CoxLoss<float> own = Loss.Cox<float>().InParallel(threads);
        using Tensor x = tensor(risks).requires_grad_();
        using Tensor t = tensor(times);
        using Tensor seen = tensor(Array.ConvertAll(events, seen => (float)seen));
        return Turns.Compare(
            $"{Turns.Factory(own)} × {people:N0} people",
            threads,
            x,
            gradient,
            () =>
            {
                Tensor order = t.argsort(descending: true);
                Tensor sorted = x.index_select(0, order);
                return ((sorted.logcumsumexp(0) - sorted) * seen.index_select(0, order)).sum() / seen.sum();
            },
            () => own.ValueAndGradient(
                new() { Risks = risks, Times = times, Events = events }, new() { Risks = gradient }).Mean);
    }

    private static double[] Regions(int regions, int threads)
    {
        Random random = new(3);
        float[] logits = [.. Enumerable.Range(0, regions * Pixels).Select(_ => 4 * random.NextSingle() - 2)];
        float[] targets = [.. logits.Select(logit => logit + random.NextSingle() > 0.5f ? 1f : 0f)];
        float[] gradient = new float[logits.Length];
        int[] lengths = [.. Enumerable.Repeat(Pixels, regions)];
        using Tensor x = tensor(logits, [regions, Pixels]).requires_grad_();
        using Tensor y = tensor(targets, [regions, Pixels]);
        int[] labels = Array.ConvertAll(targets, target => (int)target);
        GroupedLoss<float> dice = Loss.SoftDice<float>().InParallel(threads);
        SegmentationLoss<float> lovasz = Loss.LovaszHinge<float>().InParallel(threads);
        return
        [
            Of(
                Turns.Factory(dice),
                () =>
                {
                    Tensor p = x.sigmoid();
                    return 1 - ((2 * (p * y).sum(1) + 1) / (p.sum(1) + y.sum(1) + 1)).mean();
                },
                () => dice.ValueAndGradient(logits, targets, Groups.OfLengths(lengths), gradient).Mean),
            Of(
                Turns.Factory(lovasz),
                () =>
                {
                    Tensor errors = 1 - x * (2 * y - 1);
                    (Tensor sorted, Tensor order) = errors.sort(1, descending: true);
                    Tensor hits = y.gather(1, order);
                    Tensor all = hits.sum(1, keepdim: true);
                    Tensor jaccard = 1 - (all - hits.cumsum(1)) / (all + (1 - hits).cumsum(1));
                    Tensor steps = cat([jaccard.narrow(1, 0, 1), jaccard.diff(dim: 1)], 1);
                    return (sorted.relu() * steps).sum() / regions;
                },
                () => lovasz.ValueAndGradient(
                    new() { Predictions = logits, Labels = labels, Pixels = Pixels },
                    new() { Predictions = gradient }).Mean,
                tolerance: 0.01), // libtorch's gradient is a difference of cumulative sums of floats.
        ];

        double Of(string loss, Func<Tensor> torchLoss, Func<double> own, double tolerance = 2e-4) => Turns.Compare(
            $"{loss} × {regions} × {Pixels:N0} pixels", threads, x, gradient, torchLoss, own, tolerance: tolerance);
    }

    private static double Angles(int rows, int dimension, int classes, int threads)
    {
        Random random = new(4);
        float[] hidden = [.. Enumerable.Range(0, rows * dimension).Select(_ => random.NextSingle() - 0.5f)];
        float[] prototypes = [.. Enumerable.Range(0, classes * dimension).Select(_ => random.NextSingle() - 0.5f)];
        int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(classes))];
        float[] ofHidden = new float[hidden.Length];
        float[] ofPrototypes = new float[prototypes.Length];
        LinearLoss<float> own = Loss.ArcFace<float>(classes, dimension).InParallel(threads);
        using Tensor h = tensor(hidden, [rows, dimension]).requires_grad_();
        using Tensor w = tensor(prototypes, [classes, dimension]).requires_grad_();
        using Tensor y = tensor(Array.ConvertAll(labels, label => (long)label));
        return Turns.Compare(
            $"{Turns.Factory(own)} × {rows:N0} × {dimension} × {classes:N0}",
            threads,
            h,
            ofHidden,
            () =>
            {
                w.grad?.zero_();
                Tensor cosines = F.normalize(h, dim: 1).matmul(F.normalize(w, dim: 1).t());
                Tensor column = y.unsqueeze(1);
                Tensor moved = (cosines.gather(1, column).acos() + 0.5).cos();
                return F.cross_entropy(64 * cosines.scatter(1, column, moved), y);
            },
            () => own.ValueAndGradient(
                new() { Hidden = hidden, Prototypes = prototypes, Labels = labels },
                new() { Hidden = ofHidden, Prototypes = ofPrototypes }).Mean);
    }

    private static Tensor Differences(Tensor x) => x.unsqueeze(2) - x.unsqueeze(1);
}

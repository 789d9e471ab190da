using System.Numerics;
using System.Runtime.CompilerServices;

namespace LossKit.Tests.Support;

/// <summary>Losses of groups that stand for all: each fold, alone and with another; and pairs.</summary>
internal sealed record GroupInstance(GroupReference Reference, GroupedLoss<float> Single, GroupedLoss<double> Double)
{
    /// <summary>Formulas of margins that only losses of pairs use.</summary>
    public static Type[] MarginFormulas { get; } = [typeof(Steep<>), typeof(SoftZeroOne)];

    public static IReadOnlyList<GroupInstance> All { get; } =
    [
        Of(
            GroupReference.SoftDice(1, 0.5, squared: false),
            Loss.SoftDice<float>(1, 0.5),
            Loss.SoftDice<double>(1, 0.5)),
        Of(
            GroupReference.SoftDice(0.25, 1, squared: true),
            Loss.SoftDice<float>(0.25, 1, squared: true),
            Loss.SoftDice<double>(0.25, 1, squared: true)),
        Of(
            GroupReference.Tversky(0.25, 0.75, 1, 1, 1),
            Loss.Tversky<float>(0.25, 0.75),
            Loss.Tversky<double>(0.25, 0.75)),
        Of(
            GroupReference.Tversky(0.5, 0.25, 1.5, 0.5, 1),
            Loss.Tversky<float>(0.5, 0.25, 1.5, 0.5),
            Loss.Tversky<double>(0.5, 0.25, 1.5, 0.5)),
        Of(
            new("Jaccard", (scores, targets) =>
            {
                double both = scores.Zip(targets, (score, target) => target / (1 + Math.Exp(-score))).Sum();
                double found = scores.Sum(score => 1 / (1 + Math.Exp(-score)));
                return 1 - (both + 0.25) / (found + targets.Sum() - both + 2);
            }),
            Loss.Jaccard<float>(0.25, 2),
            Loss.Jaccard<double>(0.25, 2)),
        Of(
            new("SoftFBeta", (scores, targets) =>
            {
                double both = scores.Zip(targets, (score, target) => target / (1 + Math.Exp(-score))).Sum();
                double found = scores.Sum(score => 1 / (1 + Math.Exp(-score)));
                return 1 - (5 * both + 0.5) / (4 * targets.Sum() + found + 0.5);
            }),
            Loss.SoftFBeta<float>(2, 0.5),
            Loss.SoftFBeta<double>(2, 0.5)),
        Of(
            GroupReference.LogCoshDice(0.25, 1),
            Loss.LogCoshDice<float>(0.25),
            Loss.LogCoshDice<double>(0.25)),
        Of(
            new("RootMeanSquaredError", (scores, targets) =>
                Math.Sqrt(scores.Zip(targets, (score, target) => (score - target) * (score - target)).Average())),
            Loss.RootMeanSquaredError<float>(),
            Loss.RootMeanSquaredError<double>()) with { IsKinked = true, Shift = 1.0 / 128 },
        Of(
            new("RootMeanSquaredLogError", (scores, targets) => Math.Sqrt(scores.Zip(
                targets, (score, target) => Math.Pow(Math.Log((1 + score) / (1 + target)), 2)).Average())),
            Loss.RootMeanSquaredLogError<float>(),
            Loss.RootMeanSquaredLogError<double>()) with { IsKinked = true, Shift = 1 + 1.0 / 128 },
        Of(
            new("Softmax", (scores, targets) =>
                GroupReference.LogSumExp(scores) - scores.Zip(targets, (score, target) => score * target).Sum()),
            Loss.FromGroupFormula<float, SoftmaxOfGroup, LogSumExpFold, SumFold>(default),
            Loss.FromGroupFormula<double, SoftmaxOfGroup, LogSumExpFold, SumFold>(default)),
        Of(
            new("TwoSides", (scores, targets) =>
            {
                double[] near = [.. scores.Where((_, i) => targets[i] > 0.5).Select(score => -2 * score)];
                double[] far = [.. scores.Where((_, i) => targets[i] < 0.5).Select(score => 3 * score * score)];
                return GroupReference.Softplus(GroupReference.LogSumExp(near))
                    * (1 + 0.5 * GroupReference.Softplus(GroupReference.LogSumExp(far)));
            }),
            Loss.FromGroupFormula<float, TwoSides, LogSumExpFold, LogSumExpFold>(default),
            Loss.FromGroupFormula<double, TwoSides, LogSumExpFold, LogSumExpFold>(default)),
        Of(
            new("LargestAndSum", (scores, targets) =>
            {
                double largest = scores.Zip(targets, (score, target) => score * score + target).Max();
                return largest * largest - scores.Sum(Math.Sin) * 0.1;
            }),
            Loss.FromGroupFormula<float, LargestAndSum, LargestFold, SumFold>(default),
            Loss.FromGroupFormula<double, LargestAndSum, LargestFold, SumFold>(default)),
        Of(
            new("ThreeFolds", (scores, targets) =>
            {
                double near = GroupReference.LogSumExp(scores.Select(score => 2 * score));
                double sum = scores.Zip(targets, (score, target) => score * score * (target + 1)).Sum() * 0.1;
                double largest = scores.Zip(targets, (score, target) => Math.Sin(score) - target).Max();
                return near * near * sum + 2 * near * largest + sum * largest + largest * largest * near;
            }),
            Loss.FromGroupFormula<float, ThreeFolds, LogSumExpFold, SumFold, LargestFold>(default),
            Loss.FromGroupFormula<double, ThreeFolds, LogSumExpFold, SumFold, LargestFold>(default)),
        Pairs(
            "PairwiseLogistic",
            GroupReference.Pairs(margin => GroupReference.Softplus(-1.5 * margin), (_, _) => 1, isMean: false),
            Loss.PairwiseLogistic<float>(1.5),
            Loss.PairwiseLogistic<double>(1.5)),
        Pairs(
            "PairwiseLogisticMean",
            GroupReference.Pairs(margin => GroupReference.Softplus(-margin), (_, _) => 1, isMean: true),
            Loss.PairwiseLogistic<float>(pairReduction: PairReduction.Mean),
            Loss.PairwiseLogistic<double>(pairReduction: PairReduction.Mean)),
        Pairs(
            "PairwiseHinge",
            GroupReference.Pairs(margin => Math.Max(0, 0.5078125 - margin), (_, _) => 1, isMean: false),
            Loss.PairwiseHinge<float>(0.5078125),
            Loss.PairwiseHinge<double>(0.5078125)) with { IsKinked = true },
        Pairs(
            "WeightedPairs",
            GroupReference.Pairs(margin => Math.Exp(-margin), (higher, lower) => higher - lower, isMean: true),
            Loss.FromPairFormula<float, Exponential, TargetDifferences>(default, default, PairReduction.Mean),
            Loss.FromPairFormula<double, Exponential, TargetDifferences>(default, default, PairReduction.Mean)),
        Pairs(
            "PairwiseSoftZeroOne",
            GroupReference.Pairs(margin => 1 / (1 + Math.Exp(1.5 * margin)), (_, _) => 1, isMean: true),
            Loss.PairwiseSoftZeroOne<float>(1.5, PairReduction.Mean),
            Loss.PairwiseSoftZeroOne<double>(1.5, PairReduction.Mean)),
        Lambda(LambdaWeighting.Ndcg, 2, null, 10, false, false),
        Lambda(LambdaWeighting.NdcgLoss2, 1, 5, 10, false, true),
        Lambda(LambdaWeighting.NdcgLoss2Plus, 1, null, 3, true, false),
        Lambda(LambdaWeighting.LabelDifference, 1.5, 3, 10, true, true),
        Relevant(
            "SoftmaxRanking",
            (scores, targets) =>
                targets.Sum() * GroupReference.LogSumExp(scores) - scores.Zip(targets, (s, t) => s * t).Sum(),
            Loss.SoftmaxRanking<float>(),
            Loss.SoftmaxRanking<double>()),
        Relevant(
            "SoftmaxRankingNormalized",
            (scores, targets) =>
                GroupReference.LogSumExp(scores) - scores.Zip(targets, (s, t) => s * t).Sum() / targets.Sum(),
            Loss.SoftmaxRanking<float>(TargetDistribution.Normalized),
            Loss.SoftmaxRanking<double>(TargetDistribution.Normalized)),
        Of(
            new("SoftmaxRankingSoftmax", (scores, targets) => GroupReference.LogSumExp(scores)
                - scores.Zip(targets, (s, t) => s * Math.Exp(t)).Sum() / targets.Sum(Math.Exp)),
            Loss.SoftmaxRanking<float>(TargetDistribution.Softmax),
            Loss.SoftmaxRanking<double>(TargetDistribution.Softmax)),
        Relevant(
            "Poly1SoftmaxRanking",
            (scores, targets) => GroupReference.Poly1(
                scores, targets, [.. targets.Select(target => target / targets.Sum())], 0.75),
            Loss.Poly1SoftmaxRanking<float>(0.75),
            Loss.Poly1SoftmaxRanking<double>(0.75)),
        Of(
            new("Poly1SoftmaxRankingSoftmax", (scores, targets) =>
            {
                double[] shares = [.. targets.Select(t => Math.Exp(t) / targets.Sum(Math.Exp))];
                return GroupReference.Poly1(scores, shares, shares, 2);
            }),
            Loss.Poly1SoftmaxRanking<float>(2, TargetDistribution.Softmax),
            Loss.Poly1SoftmaxRanking<double>(2, TargetDistribution.Softmax)),
        Relevant(
            "UniqueSoftmax",
            (scores, targets) => GroupReference.UniqueSoftmax(scores, targets),
            Loss.UniqueSoftmax<float>(),
            Loss.UniqueSoftmax<double>()),
        Relevant(
            "ApproxNdcg",
            (scores, targets) => GroupReference.OfSoftRanks(
                scores,
                [.. targets.Select(target => (Math.Pow(2, target) - 1) / GroupReference.IdealGain(targets))],
                0.5,
                rank => 1 / GroupReference.Discount(rank)),
            Loss.ApproxNdcg<float>(0.5),
            Loss.ApproxNdcg<double>(0.5)),
        Relevant(
            "ApproxMrr",
            (scores, targets) => GroupReference.OfSoftRanks(
                scores, [.. targets.Select(target => target / targets.Sum())], 0.75, rank => 1 / rank),
            Loss.ApproxMrr<float>(0.75),
            Loss.ApproxMrr<double>(0.75)),
    ];

    /// <summary>Whether differences of scores may be at a kink, if they are no multiples of 1/64.</summary>
    public bool IsKinked { get; init; }

    /// <summary>What scores between −1 and 1 are to be shifted by, to be in the domain and off the kinks.</summary>
    public double Shift { get; init; }

    /// <summary>Whether a group with these targets counts.</summary>
    public Func<double[], bool> Counts { get; init; } = _ => true;

    public override string ToString() => Reference.Name;

    public GroupedLoss<T> In<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? (GroupedLoss<T>)(object)Single : (GroupedLoss<T>)(object)Double;

    private static GroupInstance Lambda(
        LambdaWeighting weighting, double sigma, int? truncation, double mu, bool byScores, bool byGradients) => Of(
            GroupReference.LambdaRank(weighting, sigma, truncation ?? int.MaxValue, mu, byScores, byGradients),
            Loss.LambdaRank<float>(weighting, sigma, truncation, mu, byScores, byGradients),
            Loss.LambdaRank<double>(weighting, sigma, truncation, mu, byScores, byGradients)) with
        {
            Counts = targets => targets.Distinct().Count() > 1,
        };

    private static GroupInstance Relevant(
        string name,
        Func<double[], double[], double> definition,
        GroupedLoss<float> single,
        GroupedLoss<double> wide) => Of(new(name, definition), single, wide) with
        {
            Counts = targets => targets.Any(target => target > 0),
        };

    private static GroupInstance Pairs(
        string name,
        Func<double[], double[], double> definition,
        GroupedLoss<float> single,
        GroupedLoss<double> wide) => Of(new(name, definition), single, wide) with
        {
            Counts = targets => targets.Distinct().Count() > 1,
        };

    private static GroupInstance Of(GroupReference reference, GroupedLoss<float> single, GroupedLoss<double> wide) =>
        new(reference, single, wide);
}

/// <summary>log Σ eˣ − Σ t·x.</summary>
internal readonly struct SoftmaxOfGroup : IGroupFormula<LogSumExpFold, SumFold>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane> =>
        new(score, TLane.Weigh(target, score));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane> => first - second;
}

/// <summary>Two log-sum-exps that leave out entries, curved in the score and coupled in the loss.</summary>
internal readonly struct TwoSides : IGroupFormula<LogSumExpFold, LogSumExpFold>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane> => new(
        TLane.SelectGreater(target, 0.5, -2.0 * score, double.NegativeInfinity),
        TLane.SelectGreater(0.5, target, 3.0 * TLane.Square(score), double.NegativeInfinity));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane> =>
        TLane.Softplus(first) * ((TLane)1.0 + 0.5 * TLane.Softplus(second));
}

/// <summary>(max x² + t)² − 0.1·Σ sin x.</summary>
internal readonly struct LargestAndSum : IGroupFormula<LargestFold, SumFold>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane> =>
        new(TLane.Square(score) + target, TLane.SinPi((1 / Math.PI) * score));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane> =>
        TLane.Square(first) - 0.1 * second;
}

/// <summary>A fold of each kind, each curved in the score and coupled with both others.</summary>
internal readonly struct ThreeFolds : IGroupFormula<LogSumExpFold, SumFold, LargestFold>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane> => new(
        2.0 * score,
        TLane.Square(score) * (target + 1.0),
        TLane.SinPi((1 / Math.PI) * score) - target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second, TLane third) where TLane : struct, ILane<TLane>
    {
        TLane sum = 0.1 * second;
        return TLane.Square(first) * sum + 2.0 * first * third + sum * third + TLane.Square(third) * first;
    }
}

/// <summary>Σ x.</summary>
internal readonly struct OnlySum : IGroupFormula<SumFold, SumFold>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane> => new(score, 0.0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane> => first;
}

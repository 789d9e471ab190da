using System.Numerics;

namespace LossKit.Tests;

public sealed class SingleEngineParallelTests : EngineParallelTests<float>;

public sealed class DoubleEngineParallelTests : EngineParallelTests<double>;

/// <summary>Every engine gives the same bits on any number of threads.</summary>
public abstract class EngineParallelTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Count = 150_000;
    private const int Width = 50;
    private const int Rows = Count / Width;

    private static readonly T[] s_first = Numbers(1);
    private static readonly T[] s_second = Numbers(2);
    private static readonly T[] s_weights = [.. Numbers(3)[..Rows].Select((x, i) => i % 11 == 5 ? T.Zero : T.Abs(x))];
    private static readonly T[] s_signs = [.. s_second.Select(x => x > T.Zero ? T.One : T.Zero)];
    private static readonly bool[] s_mask = [.. Enumerable.Range(0, Count).Select(i => i % 13 != 4)];
    private static readonly int[] s_lengths =
        [.. Enumerable.Range(0, Rows).Select(i => (i % 4) switch { 0 => 0, 1 => 2 * Width, _ => Width })];

    private static readonly int[] s_labels = [.. Enumerable.Range(0, Rows).Select(row => row * 7 % 40)];

    private static readonly (ParallelLoss Loss, Func<ParallelLoss, T[]> Run)[] s_engines =
    [
        (Loss.Huber<T>(), loss => Examples((PointwiseLoss<T>)loss, s_second, [])),
        (Loss.Huber<T>().OverRows(Width), loss => Examples((MultilabelLoss<T>)loss, s_second, s_weights)),
        (Loss.SoftmaxCrossEntropy<T>(Width), loss => Examples((RowLoss<T, int>)loss, s_labels, s_weights)),
        (Loss.SoftmaxCrossEntropy<T>(Width).WithProbabilityTargets(),
            loss => Examples((RowLoss<T, T>)loss, Shares(), s_weights)),
        (Loss.NormalNll<T>().Plus(Loss.NormalNll<T>()),
            loss => Examples((TupleLoss<T>)loss, s_second[..(Count / 2)], [])),
        (Loss.NormalNll<T>(), loss => Examples((TupleLoss<T>)loss, s_second[..(Count / 2)], [])),
        (Loss.QuantileVector<T>([0.25, 0.75]), loss => Examples((TupleLoss<T>)loss, s_second[..(Count / 2)], [])),
        (Loss.PairwiseLogistic<T>(), loss => Grouped((GroupedLoss<T>)loss)),
        (Loss.PairwiseLogistic<T>().OfRankings(), loss => Ranked((RankingsLoss<T>)loss)),
        (Loss.ListMle<T>(), loss => Ranked((RankingsLoss<T>)loss)),
        (Loss.GaussianKlStandard<T>(Width / 2), loss => Examples((TupleRowsLoss<T>)loss, [], s_weights)),
        (Loss.Elbo<T>(), loss => Generated((ElboLoss<T>)loss)),
        (Loss.RelativisticAverageGan<T>(), loss => Judged((AdversarialLoss<T>)loss)),
        (Loss.ClippedPolicy<T>(klWeight: 0.1), loss => Rolled((PolicyLoss<T>)loss)),
        (Loss.KnowledgeDistillation<T>(Width), loss => Distilled((DistillationLoss<T>)loss)),
        (Loss.ReverseKl<T>(Width, topK: 9).OfTeacher(), loss => Distilled((DistillationLoss<T>)loss)),
        (Loss.SoftDice<T>(logits: false).OfClasses(5), loss => Segmented((SegmentationLoss<T>)loss)),
        (Loss.SoftDice<T>(logits: false).OfClasses(5, perBatch: true, classWeights: [1, 2, 3, 4, 5]),
            loss => Segmented((SegmentationLoss<T>)loss)),
        (Loss.Ssim<T>(1, window: 5), loss => Pictured((ImageLoss<T>)loss)),
        (Loss.MsSsim<T>(1, [0.5, 0.5], window: 5), loss => Pictured((ImageLoss<T>)loss)),
        (Loss.Cox<T>(), loss => Survived((CoxLoss<T>)loss)),
        (Loss.DiscreteTimeMass<T>(Width), loss => Timed((IntervalsLoss<T>)loss)),
        (Loss.DeepHitRank<T>(Width), loss => Timed((IntervalsLoss<T>)loss)),
        (Loss.CumulativeLink<T>(4), loss => Ranged((OrdinalLoss<T>)loss)),
        (Loss.AllThreshold<T>(4), loss => Ranged((OrdinalLoss<T>)loss)),
        (Loss.LovaszSoftmax<T>(5), loss => Segmented((SegmentationLoss<T>)loss)),
        (Loss.DiceCrossEntropy<T>(5), loss => Segmented((SegmentationLoss<T>)loss)),
        (Loss.Ctc<T>(Width), loss => Said((LatticeLoss<T>)loss)),
        (Loss.Crf<T>(Width), loss => Tagged((CrfLoss<T>)loss)),
        (Loss.SoftDtw<T>(Width), loss => Aligned((SoftDtwLoss<T>)loss)),
        (Loss.LinearCrossEntropy<T>(40, Width, zLoss: 0.1), loss => Projected((LinearLoss<T>)loss, 40)),
        (Loss.AdaptiveSoftmax<T>(40, Width, [10, 25]), loss => InTails((AdaptiveSoftmaxLoss<T>)loss)),
        (Loss.ArcFace<T>(40, Width, subCenters: 2), loss => Projected((PrototypeLoss<T>)loss)),
        (Loss.ProxyNca<T>(40, Width), loss => Projected((PrototypeLoss<T>)loss)),
        (Loss.ProxyAnchor<T>(40, Width), loss => Projected((PrototypeLoss<T>)loss)),
        (Loss.CosineEmbedding<T>(Width), loss => Paired((PairLoss<T>)loss)),
        (Loss.Triplet<T>(Width), loss => Tripled((TripletLoss<T>)loss)),
        (Loss.CosineEmbedding<T>(Width).OfIndexedPairs(), loss => Indexed((IndexedPairLoss<T>)loss)),
        (Loss.Triplet<T>(Width).OfIndexedTriplets(), loss => Indexed((IndexedTripletLoss<T>)loss)),
        (Loss.InfoNce<T>(Width), loss => Matched((MatchLoss<T>)loss)),
        (Loss.MatryoshkaInfoNce<T>(Width, [Width, 8]), loss => Matched((MatryoshkaLoss<T>)loss)),
        (Loss.BarlowTwins<T>(Width), loss => Matched((CorrelationLoss<T>)loss)),
        (Loss.Clip<T>(Width), loss => Retrieved((RetrievalLoss<T>)loss)),
        (Loss.SigLip<T>(Width), loss => Retrieved((RetrievalLoss<T>)loss)),
        (Loss.SimSiam<T>(Width), loss => Predicted((SimSiamLoss<T>)loss)),
        (Loss.CoSent<T>(Width), loss => Ordered((CoSentLoss<T>)loss)),
        (Loss.IntraPairVariance<T>(Width), loss => Labelled((PairVarianceLoss<T>)loss)),
        (Loss.Angular<T>(Width), loss => InTwos((LabelPairLoss<T>)loss)),
        (Loss.MultiSimilarity<T>(Width), loss => Labelled((InBatchLoss<T>)loss)),
        (Loss.SemiHardTriplet<T>(Width), loss => Labelled((MinedLoss<T>)loss)),
    ];

    [Fact]
    public void Any_degree_gives_the_same_bits()
    {
        foreach ((ParallelLoss loss, Func<ParallelLoss, T[]> run) in s_engines)
        {
            T[] expected = run(loss);
            expected.AsSpan().ContainsAnyExcept(T.Zero).Should().BeTrue();
            expected.Any(T.IsNaN).Should().BeFalse("{0} has numbers everywhere", loss.GetType().Name);
            loss.Degree.Should().Be(1);
            foreach (int degree in new[] { 2, 3, 7 })
            {
                ParallelLoss several = loss.InParallel(degree);
                several.Degree.Should().Be(degree);
                run(several).AsSpan().SequenceEqual(expected)
                    .Should().BeTrue("{0} threads change no bit of {1}", degree, loss.GetType().Name);
            }
        }
    }

    [Fact]
    public void Every_engine_is_tried()
    {
        HashSet<Type> tried = [];
        foreach ((ParallelLoss loss, _) in s_engines)
        {
            for (Type type = loss.GetType(); type != typeof(ParallelLoss); type = type.BaseType!)
            {
                tried.Add(type.IsGenericType ? type.GetGenericTypeDefinition() : type);
            }
        }

        typeof(ParallelLoss).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(ParallelLoss)) && !tried.Contains(type))
            .Should().BeEmpty("a line of this test's table has a loss of each engine");
    }

    [Fact]
    public void A_loss_made_of_one_on_several_threads_keeps_them()
    {
        Loss.SoftDice<T>().InParallel(3).OfClasses(2).Degree.Should().Be(3);
        Loss.PairwiseLogistic<T>().InParallel(3).OfRankings().Degree.Should().Be(3);
        Loss.Huber<T>().InParallel(3).OverRows(2).Degree.Should().Be(3);
        Loss.ForwardKl<T>(2).InParallel(3).OfTeacher().Degree.Should().Be(3);
        Loss.SoftmaxCrossEntropy<T>(2).InParallel(3).WithProbabilityTargets().Degree.Should().Be(3);
    }

    private static T[] Examples<TTarget>(ISecondOrderLoss<T, TTarget> loss, TTarget[] targets, T[] weights)
        where TTarget : unmanaged
    {
        T[] losses = new T[(loss.Shape.Losses ?? 1) * (Count / loss.Shape.Predictions)];
        T[] gradient = new T[Count];
        T[] hessian = new T[Count];
        Cost cost = loss.PerExample(s_first, targets, losses, weights);
        loss.ValueGradientAndHessian(s_first, targets, gradient, hessian, weights);
        return [.. losses, .. gradient, .. hessian, T.CreateTruncating(cost.Sum)];
    }

    private static T[] Grouped(GroupedLoss<T> loss)
    {
        T[] losses = new T[Rows];
        T[] gradient = new T[Count];
        T[] hessian = new T[Count];
        Groups groups = Groups.OfLengths(s_lengths);
        Cost cost = loss.PerExample(s_first, s_signs, groups, losses, s_weights);
        loss.ValueGradientAndHessian(s_first, s_signs, groups, gradient, hessian, s_weights);
        return [.. losses, .. gradient, .. hessian, T.CreateTruncating(cost.Sum)];
    }

    private static T[] Ranked(RankingsLoss<T> loss)
    {
        Rankings<T> batch = new() { Scores = s_first, Relevances = s_second, Lengths = s_lengths, Mask = s_mask };
        T[] gradient = new T[Count];
        T[] hessian = new T[Count];
        return All(loss, batch, new() { Scores = gradient, Hessian = hessian }, [gradient, hessian]);
    }

    private static T[] Rolled(PolicyLoss<T> loss)
    {
        T[] gradient = new T[Count];
        Rollouts<T> batch = new()
        {
            LogProbabilities = s_first,
            OldLogProbabilities = s_second,
            Advantages = s_signs,
            ReferenceLogProbabilities = s_second,
            Lengths = s_lengths,
            Mask = s_mask,
        };
        return All(loss, batch, new() { LogProbabilities = gradient }, [gradient]);
    }

    private static T[] Generated(ElboLoss<T> loss)
    {
        T[][] written = [new T[Count], new T[Count], new T[Count]];
        Variational<T> batch = new()
        {
            Rows = Rows,
            Predictions = s_first,
            Targets = s_signs,
            Means = s_second,
            LogVariances = s_first,
        };
        return All(
            loss,
            batch,
            new() { Predictions = written[0], Means = written[1], LogVariances = written[2] },
            written);
    }

    private static T[] Judged(AdversarialLoss<T> loss)
    {
        T[][] written = [new T[Count], new T[Count]];
        return All(
            loss, new() { Real = s_first, Fake = s_second }, new() { Real = written[0], Fake = written[1] }, written);
    }

    private static T[] Distilled(DistillationLoss<T> loss)
    {
        T[] gradient = new T[Count];
        Distillation<T> batch = new()
        {
            Logits = s_first,
            Teacher = s_second,
            Labels = s_labels,
            Mask = s_mask.AsSpan(0, Rows),
        };
        return All(loss, batch, new() { Logits = gradient }, [gradient]);
    }

    private static T[] Segmented(SegmentationLoss<T> loss)
    {
        T[] gradient = new T[Count];
        Segmentation<T> batch = new() { Predictions = s_first, Targets = s_signs, Pixels = 100, Mask = s_mask.AsSpan(0, Count / 5) };
        return All(loss, batch, new() { Predictions = gradient }, [gradient]);
    }

    private static T[] Pictured(ImageLoss<T> loss)
    {
        T[] gradient = new T[Count];
        Images<T> batch = new()
        {
            Predictions = s_first,
            Targets = s_second,
            Channels = 2,
            Height = 50,
            Width = 30,
        };
        return All(loss, batch, new() { Predictions = gradient }, [gradient]);
    }

    private static T[] Survived(CoxLoss<T> loss)
    {
        int[] events = [.. s_signs.Select(int.CreateTruncating)];
        T[] gradient = new T[Count];
        return All(
            loss, new() { Risks = s_first, Times = s_second, Events = events }, new() { Risks = gradient }, [gradient]);
    }

    private static T[] Timed(IntervalsLoss<T> loss)
    {
        T[] gradient = new T[Count];
        IntervalSurvival<T> batch = new()
        {
            Predictions = s_first,
            Intervals = s_labels.Select(label => label % Width).ToArray(),
            Events = s_signs.Take(Rows).Select(int.CreateTruncating).ToArray(),
        };
        return All(loss, batch, new() { Predictions = gradient }, [gradient]);
    }

    private static T[] Ranged(OrdinalLoss<T> loss)
    {
        T[] gradient = new T[Count];
        T[] ofThresholds = new T[3];
        OrdinalScores<T> batch = new()
        {
            Scores = s_first,
            Thresholds = [-T.One, T.Zero, T.One],
            Labels = Enumerable.Range(0, Count).Select(i => i * 7 % 4).ToArray(),
        };
        return All(loss, batch, new() { Scores = gradient, Thresholds = ofThresholds }, [gradient, ofThresholds]);
    }

    private static T[] Tagged(CrfLoss<T> loss)
    {
        T[] gradient = new T[Count];
        T[] ofTransitions = new T[Width * Width];
        int[] lengths = [.. Enumerable.Range(0, 100).Select(i => i % 31)];
        TaggedSequences<T> batch = new()
        {
            Emissions = s_first,
            Transitions = s_second.AsSpan(0, Width * Width),
            InputLengths = lengths,
            Labels = Enumerable.Range(0, lengths.Sum()).Select(i => i * 7 % Width).ToArray(),
        };
        return All(
            loss, batch, new() { Emissions = gradient, Transitions = ofTransitions }, [gradient, ofTransitions]);
    }

    private static T[] Aligned(SoftDtwLoss<T> loss)
    {
        int[] lengths = [.. Enumerable.Range(0, 50).Select(i => i % 2 == 0 ? 10 : 110)];
        T[] gradient = new T[Count];
        SeriesPairs<T> batch = new()
        {
            First = s_first,
            Second = s_second,
            FirstLengths = lengths,
            SecondLengths = Enumerable.Repeat(60, 50).ToArray(),
        };
        return All(loss, batch, new() { First = gradient }, [gradient]);
    }

    private static T[] Said(LatticeLoss<T> loss)
    {
        int[] inputs = [.. Enumerable.Repeat(30, 100)];
        int[] targets = [.. Enumerable.Range(0, 100).Select(i => i % 9)];
        int[] labels = [.. Enumerable.Range(0, targets.Sum()).Select(i => 1 + i % 40)];
        T[] gradient = new T[Count];
        Sequences<T> batch = new()
        {
            Logits = s_first,
            InputLengths = inputs,
            TargetLengths = targets,
            Labels = labels,
        };
        return All(loss, batch, new() { Logits = gradient }, [gradient]);
    }

    private static T[] Projected(PrototypeLoss<T> loss, int biases = 0)
    {
        T[] hidden = new T[Count];
        T[] prototypes = new T[40 * loss.SubCenters * Width];
        T[] bias = new T[biases];
        return All(
            loss,
            new()
            {
                Hidden = s_first,
                Prototypes = s_second.AsSpan(0, prototypes.Length),
                Bias = s_weights.AsSpan(0, bias.Length),
                Labels = s_labels,
            },
            new() { Hidden = hidden, Prototypes = prototypes, Bias = bias },
            [hidden, prototypes, bias]);
    }

    private static T[] InTails(AdaptiveSoftmaxLoss<T> loss)
    {
        T[] hidden = new T[Count];
        T[] head = new T[loss.HeadRows * Width];
        T[] projections = new T[loss.TailDimensions.Sum() * Width];
        T[] tails = new T[loss.TailDimensions.Sum() * 15];
        return All(
            loss,
            new()
            {
                Hidden = s_first,
                Head = s_second.AsSpan(0, head.Length),
                Projections = s_weights.AsSpan(0, projections.Length),
                Tails = s_second.AsSpan(head.Length, tails.Length),
                Labels = s_labels,
            },
            new() { Hidden = hidden, Head = head, Projections = projections, Tails = tails },
            [hidden, head, projections, tails]);
    }

    private static T[] Paired(PairLoss<T> loss)
    {
        int[] labels = [.. s_labels.Select(label => label % 2 == 0 ? 1 : -1)];
        T[] first = new T[Count];
        T[] second = new T[Count];
        return All(
            loss,
            new() { First = s_first, Second = s_second, Labels = labels },
            new() { First = first, Second = second },
            [first, second]);
    }

    private static T[] Tripled(TripletLoss<T> loss)
    {
        T[] first = new T[Count];
        T[] second = new T[Count];
        T[] third = new T[Count];
        return All(
            loss,
            new() { Anchors = s_first, Positives = s_second, Negatives = s_signs },
            new() { Anchors = first, Positives = second, Negatives = third },
            [first, second, third]);
    }

    private static T[] Indexed(IndexedPairLoss<T> loss)
    {
        int[] second = [.. Enumerable.Range(0, Rows)];
        int[] labels = [.. s_labels.Select(label => label % 2 == 0 ? 1 : -1)];
        T[] gradient = new T[Count];
        return All(
            loss,
            new() { Embeddings = s_first, First = s_labels, Second = second, Labels = labels },
            new() { Embeddings = gradient },
            [gradient]);
    }

    private static T[] Indexed(IndexedTripletLoss<T> loss)
    {
        int[] rows = [.. Enumerable.Range(0, Rows)];
        T[] gradient = new T[Count];
        return All(
            loss,
            new() { Embeddings = s_first, Anchors = rows, Positives = s_labels, Negatives = rows.Reverse().ToArray() },
            new() { Embeddings = gradient },
            [gradient]);
    }

    private static T[] Retrieved(RetrievalLoss<T> loss)
    {
        T[] first = new T[Count];
        T[] second = new T[Count];
        T[] scale = new T[1];
        return All(
            loss,
            new() { Queries = s_first, Keys = s_second },
            new() { Queries = first, Keys = second, Scale = scale },
            [first, second, scale]);
    }

    private static T[] Predicted(SimSiamLoss<T> loss)
    {
        T[] first = new T[Count];
        T[] second = new T[Count];
        return All(
            loss,
            new() { First = s_first, Second = s_second, FirstProjections = s_second, SecondProjections = s_second },
            new() { First = first, Second = second },
            [first, second]);
    }

    private static T[] Ordered(CoSentLoss<T> loss)
    {
        T[] first = new T[Count];
        T[] second = new T[Count];
        return All(
            loss,
            new() { First = s_first, Second = s_second, Targets = s_weights },
            new() { First = first, Second = second },
            [first, second]);
    }

    private static T[] InTwos(LabelledLoss<T> loss)
    {
        T[] gradient = new T[Count];
        return All(
            loss,
            new() { Embeddings = s_first, Labels = [.. Enumerable.Range(0, Rows).Select(row => row / 2)] },
            new() { Embeddings = gradient },
            [gradient]);
    }

    private static T[] Matched(EmbeddingLoss<T, Views<T>, ViewGradients<T>> loss)
    {
        T[] first = new T[Count];
        T[] second = new T[Count];
        return All(
            loss, new() { First = s_first, Second = s_second }, new() { First = first, Second = second }, [first, second]);
    }

    private static T[] Labelled(LabelledLoss<T> loss)
    {
        T[] gradient = new T[Count];
        return All(
            loss, new() { Embeddings = s_first, Labels = s_labels }, new() { Embeddings = gradient }, [gradient]);
    }

    private static T[] All<TBatch, TGradients>(
        BatchLoss<T, TBatch, TGradients> loss, TBatch batch, TGradients gradients, T[][] written)
        where TBatch : struct, allows ref struct
        where TGradients : struct, allows ref struct
    {
        T[] losses = new T[loss.Losses(batch)];
        Cost cost = loss.PerExample(batch, losses);
        loss.ValueAndGradient(batch, gradients).Should().Be(cost);
        return [.. losses, .. written.SelectMany(numbers => numbers), T.CreateTruncating(cost.Sum)];
    }

    private static T[] Shares() => [.. Enumerable.Repeat(T.One / T.CreateTruncating(Width), Count)];

    private static T[] Numbers(int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, Count).Select(_ => T.CreateTruncating(4 * random.NextDouble() - 2))];
    }
}

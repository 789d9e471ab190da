using System.Numerics;

namespace LossKit.Fuzz;

/// <summary>
/// How each kind of loss is called, by what losses implement and never by their names: a new factory is one of these.
/// </summary>
internal static class Kinds<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const string Predictions = "predictions";

    /// <summary>The loss with its calls; null if it is of a kind that nothing is known of.</summary>
    public static Subject<T>? Of(NamedMetric loss) => loss switch
    {
        MultilabelLoss<T> of => Examples(of, draw => Multilabel(of, draw), of),
        IMetric<T, T> of => Examples(of, draw => Rows(of, draw), loss),
        RowLoss<T, int> of => Examples(of, draw => Labels(of, draw), loss),
        GroupedLoss<T> of => Groups(of),
        RankingMetric<T> of => Metric(of),
        IBatchLoss<T, Rankings<T>, RankingGradients<T>> of => Batch(
            loss,
            of,
            Lists,
            x => new()
            {
                Scores = x.Numbers("scores"),
                Relevances = x.Numbers("relevances"),
                Lengths = x.Integers("lengths"),
                Mask = x.Mask("mask"),
                ItemWeights = x.Numbers("itemWeights"),
            },
            (g, h) => new() { Scores = g["scores"], Hessian = h is null ? default : h["scores"] },
            hasHessian: true),
        IBatchLoss<T, Survival<T>, SurvivalGradients<T>> of => Batch(
            loss,
            of,
            People,
            x => new()
            {
                Risks = x.Numbers("risks"),
                Times = x.Numbers("times"),
                Events = x.Integers("events"),
                Strata = x.Integers("strata"),
                Entries = x.Numbers("entries"),
            },
            (g, h) => new() { Risks = g["risks"], Hessian = h is null ? default : h["risks"] },
            hasHessian: true),
        IntervalsLoss<T> of => Batch(
            loss,
            of,
            draw => Intervals(of, draw),
            x => new()
            {
                Predictions = x.Numbers(Predictions),
                Intervals = x.Integers("intervals"),
                Events = x.Integers("events"),
                Fractions = x.Numbers("fractions"),
            },
            (g, h) => new() { Predictions = g[Predictions], Hessian = h is null ? default : h[Predictions] },
            hasHessian: of is IntervalLoss<T>),
        OrdinalLoss<T> of => Batch(
            loss,
            of,
            draw =>
            {
                int n = draw.Losses();
                return new FuzzBatch<T>(n, [
                    draw.Predicted("scores", Owners.Each(n)),
                    draw.Predicted("thresholds", Owners.Shared(of.Classes - 1)),
                    draw.Labels("labels", n, of.Classes, of.IgnoreIndex)])
                { IsIndependent = true }.Ignoring("labels", of.IgnoreIndex);
            },
            x => new()
            {
                Scores = x.Numbers("scores"),
                Thresholds = x.Numbers("thresholds"),
                Labels = x.Integers("labels"),
            },
            (g, _) => new() { Scores = g["scores"], Thresholds = g["thresholds"] }),
        DistillationLoss<T> of => Batch(
            loss,
            of,
            draw =>
            {
                int n = draw.Losses(of.Classes);
                return draw.Masked(new(n, [
                    draw.Predicted("logits", Owners.Each(n, of.Classes)),
                    draw.Numbers("teacher", Owners.Each(n, of.Classes)),
                    draw.Integers("labels", Owners.Each(n), of.Classes)])
                { IsIndependent = true }, "mask");
            },
            x => new()
            {
                Logits = x.Numbers("logits"),
                Teacher = x.Numbers("teacher"),
                Labels = x.Integers("labels"),
                Mask = x.Mask("mask"),
            },
            (g, _) => new() { Logits = g["logits"] }),
        ElboLoss<T> of => Batch(
            loss,
            of,
            draw =>
            {
                int n = draw.Losses(4);
                int width = draw.Random.Next(1, 4);
                int latent = draw.Random.Next(1, 4);
                return new(n, [
                    draw.Predicted(Predictions, Owners.Each(n, width)),
                    draw.Numbers("targets", Owners.Each(n, width), Meaning.Probability),
                    draw.Predicted("means", Owners.Each(n, latent)),
                    draw.Predicted("logVariances", Owners.Each(n, latent))])
                { IsIndependent = true };
            },
            x => new()
            {
                Rows = x.Losses,
                Predictions = x.Numbers(Predictions),
                Targets = x.Numbers("targets"),
                Means = x.Numbers("means"),
                LogVariances = x.Numbers("logVariances"),
            },
            (g, h) => new()
            {
                Predictions = g[Predictions],
                Means = g["means"],
                LogVariances = g["logVariances"],
                PredictionsHessian = h is null ? default : h[Predictions],
                MeansHessian = h is null ? default : h["means"],
                LogVariancesHessian = h is null ? default : h["logVariances"],
            },
            hasHessian: true),
        AdversarialLoss<T> of => Batch(
            loss,
            of,
            draw =>
            {
                int real = draw.Flip() ? 0 : draw.Losses();
                int fake = draw.Losses();
                return new(real + fake, [
                    draw.Predicted("real", Owners.Shared(real)), draw.Predicted("fake", Owners.Shared(fake))]);
            },
            x => new() { Real = x.Numbers("real"), Fake = x.Numbers("fake") },
            (g, h) => new()
            {
                Real = g["real"],
                Fake = g["fake"],
                RealHessian = h is null ? default : h["real"],
                FakeHessian = h is null ? default : h["fake"],
            },
            hasHessian: true),
        PolicyLoss<T> of => Batch(
            loss,
            of,
            draw => Sampled(of, draw),
            x => new()
            {
                LogProbabilities = x.Numbers("logProbabilities"),
                OldLogProbabilities = x.Numbers("oldLogProbabilities"),
                Advantages = x.Numbers("advantages"),
                ReferenceLogProbabilities = x.Numbers("referenceLogProbabilities"),
                Lengths = x.Integers("lengths"),
                Mask = x.Mask("mask"),
            },
            (g, _) => new() { LogProbabilities = g["logProbabilities"] }),
        LatticeLoss<T> of => Batch(
            loss,
            of,
            draw => Spoken(of, draw),
            x => new()
            {
                Logits = x.Numbers("logits"),
                InputLengths = x.Integers("inputLengths"),
                Labels = x.Integers("labels"),
                TargetLengths = x.Integers("targetLengths"),
            },
            (g, _) => new() { Logits = g["logits"] }),
        CrfLoss<T> of => Batch(
            loss,
            of,
            draw => Tagged(of, draw),
            x => new()
            {
                Emissions = x.Numbers("emissions"),
                Transitions = x.Numbers("transitions"),
                Start = x.Numbers("start"),
                End = x.Numbers("end"),
                InputLengths = x.Integers("inputLengths"),
                Labels = x.Integers("labels"),
            },
            (g, _) => new()
            {
                Emissions = g["emissions"],
                Transitions = g["transitions"],
                Start = g["start"],
                End = g["end"],
            }),
        SoftDtwLoss<T> of => Batch(
            loss,
            of,
            draw =>
            {
                int n = Math.Min(20, draw.Losses(6));
                int[] first = draw.Lengths(n);
                int[] second = draw.Lengths(n);
                return new(n, [
                    draw.Predicted("first", Owners.Of(first, of.Dimension)),
                    draw.Predicted("second", Owners.Of(second, of.Dimension)),
                    new Integers("firstLengths", Owners.Each(n), first),
                    new Integers("secondLengths", Owners.Each(n), second)])
                { IsIndependent = true };
            },
            x => new()
            {
                First = x.Numbers("first"),
                Second = x.Numbers("second"),
                FirstLengths = x.Integers("firstLengths"),
                SecondLengths = x.Integers("secondLengths"),
            },
            (g, _) => new() { First = g["first"], Second = g["second"] }),
        SegmentationLoss<T> of => Batch(
            loss,
            of,
            draw => Segmented(of, draw),
            x => new()
            {
                Predictions = x.Numbers(Predictions),
                Targets = x.Numbers("targets"),
                Labels = x.Integers("labels"),
                Mask = x.Mask("mask"),
                PredictionDistances = x.Numbers("predictionDistances"),
                TargetDistances = x.Numbers("targetDistances"),
                Pixels = x.Sizes["pixels"],
                Layout = (PixelLayout)x.Sizes["layout"],
            },
            (g, _) => new() { Predictions = g[Predictions] }),
        ImageLoss<T> of => Batch(loss, of, Pictures, Images, (g, _) => new() { Predictions = g[Predictions] }),
        ImageMetric<T> of => new(loss, Pictures, (batch, weights) => of.Value(Images(batch), weights)),
        AdaptiveSoftmaxLoss<T> of => Batch(
            loss,
            of,
            draw =>
            {
                int n = draw.Losses(4);
                int tails = of.TailDimensions.Count;
                return new(n, [
                    draw.Predicted("hidden", Owners.Each(n, of.Dimension)),
                    draw.Predicted("head", Owners.Shared(of.HeadRows * of.Dimension)),
                    draw.Predicted("headBias", Owners.Shared(draw.Flip() ? 0 : of.HeadRows)),
                    draw.Predicted("projections", Owners.Shared(of.ProjectionOf(tails - 1).End.Value)),
                    draw.Predicted("tails", Owners.Shared(of.PrototypesOf(tails - 1).End.Value)),
                    draw.Labels("labels", n, of.Classes, -100)])
                { IsIndependent = true };
            },
            x => new()
            {
                Hidden = x.Numbers("hidden"),
                Head = x.Numbers("head"),
                HeadBias = x.Numbers("headBias"),
                Projections = x.Numbers("projections"),
                Tails = x.Numbers("tails"),
                Labels = x.Integers("labels"),
            },
            (g, _) => new()
            {
                Hidden = g["hidden"],
                Head = g["head"],
                HeadBias = g["headBias"],
                Projections = g["projections"],
                Tails = g["tails"],
            }),
        PrototypeLoss<T> of => Batch(
            loss,
            of,
            draw =>
            {
                int n = draw.Losses(4);
                bool areRows = of is LinearLoss<T>;
                return new(areRows ? n : 1, [
                    draw.Predicted("hidden", areRows ? Owners.Each(n, of.Dimension) : Owners.Shared(n * of.Dimension)),
                    draw.Predicted("prototypes", Owners.Shared(of.Classes * of.SubCenters * of.Dimension)),
                    draw.Predicted("bias", Owners.Shared(draw.Flip(4) ? of.Classes : 0)),
                    areRows
                        ? draw.Labels("labels", n, of.Classes, -100)
                        : draw.Integers("labels", Owners.Shared(n), of.Classes)])
                { IsIndependent = areRows };
            },
            x => new()
            {
                Hidden = x.Numbers("hidden"),
                Prototypes = x.Numbers("prototypes"),
                Bias = x.Numbers("bias"),
                Labels = x.Integers("labels"),
            },
            (g, _) => new() { Hidden = g["hidden"], Prototypes = g["prototypes"], Bias = g["bias"] }),
        _ => OfEmbeddings(loss),
    };

    private static Subject<T>? OfEmbeddings(NamedMetric loss) => loss switch
    {
        IBatchLoss<T, Pairs<T>, PairGradients<T>> of => Batch(
            loss,
            of,
            draw => Compared(((IRowsOfNumbers)loss).Dimension, loss is PairLoss<T>, ["first", "second"], draw),
            x => new()
            {
                First = x.Numbers("first"),
                Second = x.Numbers("second"),
                Labels = x.Integers("labels"),
                Targets = x.Numbers("targets"),
            },
            (g, _) => new() { First = g["first"], Second = g["second"] }),
        TripletLoss<T> of => Batch(
            loss,
            of,
            draw => Compared(of.Dimension, areRows: true, ["anchors", "positives", "negatives"], draw),
            x => new()
            {
                Anchors = x.Numbers("anchors"),
                Positives = x.Numbers("positives"),
                Negatives = x.Numbers("negatives"),
            },
            (g, _) => new() { Anchors = g["anchors"], Positives = g["positives"], Negatives = g["negatives"] }),
        SimSiamLoss<T> of => Batch(
            loss,
            of,
            draw =>
            {
                int n = draw.Losses(4);
                return new(n, [
                    draw.Predicted("first", Owners.Each(n, Dimension(loss))),
                    draw.Predicted("second", Owners.Each(n, Dimension(loss))),
                    draw.Numbers("firstProjections", Owners.Each(n, Dimension(loss))),
                    draw.Numbers("secondProjections", Owners.Each(n, Dimension(loss)))])
                { IsIndependent = true };
            },
            x => new()
            {
                First = x.Numbers("first"),
                Second = x.Numbers("second"),
                FirstProjections = x.Numbers("firstProjections"),
                SecondProjections = x.Numbers("secondProjections"),
            },
            (g, _) => new() { First = g["first"], Second = g["second"] }),
        IndexedPairLoss<T> of => Batch(
            loss,
            of,
            draw => Indexed(Dimension(loss), ["first", "second"], draw),
            x => new()
            {
                Embeddings = x.Numbers("embeddings"),
                First = x.Integers("first"),
                Second = x.Integers("second"),
                Labels = x.Integers("labels"),
                Targets = x.Numbers("targets"),
            },
            (g, _) => new() { Embeddings = g["embeddings"] }),
        IndexedTripletLoss<T> of => Batch(
            loss,
            of,
            draw => Indexed(Dimension(loss), ["anchors", "positives", "negatives"], draw),
            x => new()
            {
                Embeddings = x.Numbers("embeddings"),
                Anchors = x.Integers("anchors"),
                Positives = x.Integers("positives"),
                Negatives = x.Integers("negatives"),
            },
            (g, _) => new() { Embeddings = g["embeddings"] }),
        LabelledLoss<T> of => Batch(
            loss,
            of,
            draw =>
            {
                int n = Math.Min(20, draw.Losses(2));
                int references = draw.Flip(3) ? draw.Random.Next(1, 9) : 0;
                return new(n, [
                    draw.Predicted("embeddings", Owners.Shared(n * of.Dimension)),
                    draw.Integers("labels", Owners.Shared(n), 3),
                    draw.Predicted("references", Owners.Shared(references * of.Dimension)),
                    draw.Integers("referenceLabels", Owners.Shared(references), 3),
                    draw.Predicted("boundaries", Owners.Shared(draw.Any(0, 0, 1, 3))),
                    draw.Predicted("scale", Owners.Shared(draw.Any(0, 0, 1)), Meaning.Positive)]);
            },
            x => new()
            {
                Embeddings = x.Numbers("embeddings"),
                Labels = x.Integers("labels"),
                References = x.Numbers("references"),
                ReferenceLabels = x.Integers("referenceLabels"),
                Boundaries = x.Numbers("boundaries"),
                Scale = x.Numbers("scale"),
            },
            (g, _) => new()
            {
                Embeddings = g["embeddings"],
                References = g["references"],
                Boundaries = g["boundaries"],
                Scale = g["scale"],
            }),
        RetrievalLoss<T> of => Batch(
            loss,
            of,
            draw =>
            {
                int n = Math.Min(20, draw.Losses(2));
                int keys = n + draw.Any(0, 0, 1, 3);
                return new(n, [
                    draw.Predicted("queries", Owners.Shared(n * of.Dimension)),
                    draw.Predicted("keys", Owners.Shared(keys * of.Dimension)),
                    draw.Predicted("negatives", Owners.Shared(draw.Any(0, 0, 1) * n * of.Dimension)),
                    draw.Integers("labels", Owners.Shared(draw.Any(0, keys)), 3),
                    draw.Predicted("scale", Owners.Shared(draw.Any(0, 0, 1)), Meaning.Positive),
                    draw.Predicted("bias", Owners.Shared(draw.Any(0, 0, 1)))]);
            },
            x => new()
            {
                Queries = x.Numbers("queries"),
                Keys = x.Numbers("keys"),
                Negatives = x.Numbers("negatives"),
                Labels = x.Integers("labels"),
                Scale = x.Numbers("scale"),
                Bias = x.Numbers("bias"),
            },
            (g, _) => new()
            {
                Queries = g["queries"],
                Keys = g["keys"],
                Negatives = g["negatives"],
                Scale = g["scale"],
                Bias = g["bias"],
            }),
        ViewsLoss<T> of => Batch(
            loss,
            of,
            draw =>
            {
                int n = Math.Min(20, draw.Losses(2));
                return new(n, [
                    draw.Predicted("first", Owners.Shared(n * of.Dimension)),
                    draw.Predicted("second", Owners.Shared(n * of.Dimension)),
                    draw.Predicted("scale", Owners.Shared(draw.Any(0, 0, 1)), Meaning.Positive)]);
            },
            x => new() { First = x.Numbers("first"), Second = x.Numbers("second"), Scale = x.Numbers("scale") },
            (g, _) => new() { First = g["first"], Second = g["second"], Scale = g["scale"] }),
        ConcordanceIndex<T> of => new(loss, People, (x, weights) => of.Value(
            new()
            {
                Risks = x.Numbers("risks"),
                Times = x.Numbers("times"),
                Events = x.Integers("events"),
                Strata = x.Integers("strata"),
                Entries = x.Numbers("entries"),
            },
            weights)),
        IntegratedBrierScore<T> of => new(loss, Curves, (x, weights) => of.Value(
            new()
            {
                Survival = x.Numbers("survival"),
                Grid = x.Numbers("grid"),
                Times = x.Numbers("times"),
                Events = x.Integers("events"),
                Censoring = KaplanMeier.OfCensoring<T>(x.Numbers("times"), x.Integers("events")),
            },
            weights)),
        _ => null,
    };

    private static int Dimension(NamedMetric loss) => ((IRowsOfNumbers)loss).Dimension;

    private static Subject<T> Examples<TTarget>(
        IMetric<T, TTarget> of, Func<Draw<T>, FuzzBatch<T>> draw, NamedMetric loss)
        where TTarget : unmanaged => new(
            loss,
            draw,
            (x, weights) => of.Value(x.Numbers(Predictions), Targets<TTarget>(x), weights))
        {
            PerExample = (x, losses, weights) =>
                of.PerExample(x.Numbers(Predictions), Targets<TTarget>(x), losses, weights),
            Derivatives = of is not ISecondOrderLoss<T, TTarget> second
                ? null
                : (x, g, h, weights, reduction) => h is null
                    ? second.ValueAndGradient(
                        x.Numbers(Predictions), Targets<TTarget>(x), g[Predictions], weights, reduction)
                    : second.ValueGradientAndHessian(
                        x.Numbers(Predictions),
                        Targets<TTarget>(x),
                        g[Predictions],
                        h[Predictions],
                        weights,
                        reduction),
            HasHessian = of is ISecondOrderLoss<T, TTarget>,
            Checked = of switch
            {
                PointwiseLoss<T> pointwise => (x, weights) =>
                    pointwise.Checked().Value(x.Numbers(Predictions), x.Numbers("targets"), weights),
                ExampleLoss<T, TTarget> example => (x, weights) =>
                    example.Checked().Value(x.Numbers(Predictions), Targets<TTarget>(x), weights),
                _ => null,
            },
        };

    private static ReadOnlySpan<TTarget> Targets<TTarget>(FuzzBatch<T> x) where TTarget : unmanaged =>
        typeof(TTarget) == typeof(int)
            ? System.Runtime.InteropServices.MemoryMarshal.Cast<int, TTarget>(x.Integers("targets"))
            : System.Runtime.InteropServices.MemoryMarshal.Cast<T, TTarget>(x.Numbers("targets"));

    private static FuzzBatch<T> Rows(IMetric<T, T> of, Draw<T> draw)
    {
        Shape shape = of.Shape;
        int n = draw.Losses(shape.Predictions);
        LossFacts? facts = of is ILoss<T, T> loss ? loss.Facts : null;
        Meaning predictions = MeaningOf(facts?.Predictions);
        Meaning targets = MeaningOf(facts?.Targets);
        if (facts is null || facts.Targets == Domain.Reals)
        {
            targets = draw.Any(Meaning.Score, Meaning.Probability, Meaning.Positive);
            predictions = draw.Any(predictions, targets);
        }

        return new(n, [
            draw.Predicted(Predictions, Layout(shape.Predictions), predictions),
            draw.Numbers("targets", Layout(shape.Targets), targets)])
        { IsIndependent = true };

        int[] Layout(int width) => shape.IsPlanar ? Owners.Planar(n, width) : Owners.Each(n, width);
    }

    private static FuzzBatch<T> Multilabel(MultilabelLoss<T> of, Draw<T> draw)
    {
        int n = draw.Losses(of.Columns) * of.Columns;
        Meaning targets = MeaningOf(of.Facts.Targets);
        return new(n, [
            draw.Predicted(Predictions, Owners.Each(n), MeaningOf(of.Facts.Predictions)),
            draw.Numbers("targets", Owners.Each(n), targets)]);
    }

    private static Meaning MeaningOf(Domain? domain) =>
        domain == Domain.Signs ? Meaning.Sign
        : domain == Domain.Probabilities ? Meaning.Probability
        : domain == Domain.Positive || domain == Domain.NotNegative ? Meaning.Positive
        : domain is not null && !domain.Contains(0.5) ? Meaning.Flag
        : Meaning.Score;

    private static FuzzBatch<T> Labels(RowLoss<T, int> of, Draw<T> draw)
    {
        int n = draw.Losses(of.Classes);
        return new FuzzBatch<T>(n, [
            draw.Predicted(Predictions, Owners.Each(n, of.Classes), MeaningOf(of.Facts.Predictions)),
            draw.Labels("targets", n, of.Classes, of.IgnoreIndex)])
        { IsIndependent = true }.Ignoring("targets", of.IgnoreIndex);
    }

    private static Subject<T> Groups(GroupedLoss<T> of) => new(
        of,
        draw =>
        {
            int n = draw.Losses(5);
            int[] lengths = draw.Lengths(n);
            Meaning targets = draw.Any(Meaning.Probability, Meaning.Flag, Meaning.Positive);
            return new(n, [
                draw.Predicted(Predictions, Owners.Of(lengths), draw.Any(Meaning.Probability, Meaning.Score)),
                draw.Numbers("targets", Owners.Of(lengths), targets) with { DecidesCount = true },
                new Integers("lengths", Owners.Each(n), lengths)])
            { IsIndependent = true };
        },
        (x, weights) => of.Value(
            x.Numbers(Predictions), x.Numbers("targets"), LossKit.Groups.OfLengths(x.Integers("lengths")), weights))
    {
        PerExample = (x, losses, weights) => of.PerExample(
            x.Numbers(Predictions),
            x.Numbers("targets"),
            LossKit.Groups.OfLengths(x.Integers("lengths")),
            losses,
            weights),
        Derivatives = (x, g, h, weights, reduction) => h is null
            ? of.ValueAndGradient(
                x.Numbers(Predictions),
                x.Numbers("targets"),
                LossKit.Groups.OfLengths(x.Integers("lengths")),
                g[Predictions],
                weights,
                reduction)
            : of.ValueGradientAndHessian(
                x.Numbers(Predictions),
                x.Numbers("targets"),
                LossKit.Groups.OfLengths(x.Integers("lengths")),
                g[Predictions],
                h[Predictions],
                weights,
                reduction),
        HasHessian = true,
        Checked = (x, weights) => of.Checked().Value(
            x.Numbers(Predictions), x.Numbers("targets"), LossKit.Groups.OfLengths(x.Integers("lengths")), weights),
    };

    private static Subject<T> Metric(RankingMetric<T> of) => new(
        of,
        draw =>
        {
            // A list that is NaN has a value, though it is of lists that have none.
            FuzzBatch<T> batch = Lists(draw);
            return batch with
            {
                Inputs = Array.ConvertAll(
                    batch.Inputs, input => input is Numbers<T> numbers ? numbers with { DecidesCount = true } : input),
            };
        },
        (x, weights) => of.Value(
            x.Numbers("scores"),
            x.Numbers("relevances"),
            LossKit.Groups.OfLengths(x.Integers("lengths")),
            weights,
            x.Numbers("itemWeights"),
            x.Mask("mask")))
    {
        PerExample = (x, losses, weights) => of.PerExample(
            x.Numbers("scores"),
            x.Numbers("relevances"),
            LossKit.Groups.OfLengths(x.Integers("lengths")),
            losses,
            weights,
            x.Numbers("itemWeights"),
            x.Mask("mask")),
    };

    private static FuzzBatch<T> Lists(Draw<T> draw)
    {
        int n = draw.Losses(5);
        int[] lengths = draw.Lengths(n);
        int[] owners = Owners.Of(lengths);
        return draw.Masked(new(n, [
            draw.Predicted("scores", owners),
            draw.Numbers("relevances", owners, Meaning.Flag) with { DecidesCount = true },
            draw.Numbers("itemWeights", draw.Flip(4) ? owners : [], Meaning.Positive),
            new Integers("lengths", Owners.Each(n), lengths)])
        { IsIndependent = true }, "mask", owners);
    }

    private static FuzzBatch<T> People(Draw<T> draw)
    {
        int n = draw.Losses();
        return new(n, [
            draw.Predicted("risks", Owners.Shared(n)),
            draw.Numbers("times", Owners.Shared(n), Meaning.Positive),
            draw.Integers("events", Owners.Shared(n), 2),
            draw.Integers("strata", Owners.Shared(draw.Flip(3) ? n : 0), 3),
            draw.Numbers("entries", Owners.Shared(draw.Flip(3) ? n : 0), Meaning.LogProbability)]);
    }

    private static FuzzBatch<T> Curves(Draw<T> draw)
    {
        int n = draw.Losses(3);
        Numbers<T> grid = draw.Numbers("grid", Owners.Shared(draw.Random.Next(1, 4)), Meaning.Positive);
        grid.Span.Sort();
        return new(n, [
            draw.Numbers("survival", Owners.Shared(n * grid.Length), Meaning.Probability),
            grid,
            draw.Numbers("times", Owners.Shared(n), Meaning.Positive),
            draw.Integers("events", Owners.Shared(n), 2)]);
    }

    private static FuzzBatch<T> Intervals(IntervalsLoss<T> of, Draw<T> draw)
    {
        int n = draw.Losses(of.Intervals);
        bool areApart = of is IntervalLoss<T>;
        return new(n, [
            draw.Predicted(Predictions, areApart ? Owners.Each(n, of.Intervals) : Owners.Shared(n * of.Intervals)),
            draw.Integers("intervals", areApart ? Owners.Each(n) : Owners.Shared(n), of.Intervals),
            draw.Integers("events", areApart ? Owners.Each(n) : Owners.Shared(n), 2),
            draw.Numbers("fractions", draw.Flip() ? Owners.Each(n) : [], Meaning.Probability)])
        { IsIndependent = areApart };
    }

    private static FuzzBatch<T> Sampled(PolicyLoss<T> of, Draw<T> draw)
    {
        int[] lengths = draw.Lengths(Math.Max(1, draw.Losses(5)));
        int tokens = lengths.Sum();
        bool areTokens = of.Aggregation == TokenAggregation.TokenMean;
        int n = areTokens ? tokens : lengths.Length;

        // What a sequence's ratio is of is all of its tokens.
        int[] owners = !areTokens ? Owners.Of(lengths)
            : of.Importance == ImportanceRatio.Token ? Owners.Each(tokens)
            : Owners.Shared(tokens);
        return draw.Masked(new(n, [
            draw.Predicted("logProbabilities", owners, Meaning.LogProbability),
            draw.Numbers("oldLogProbabilities", owners, Meaning.LogProbability),
            draw.Numbers("advantages", owners),
            draw.Numbers("referenceLogProbabilities", draw.Flip() ? [] : owners, Meaning.LogProbability),
            new Integers("lengths", areTokens ? Owners.Shared(lengths.Length) : Owners.Each(lengths.Length), lengths)])
        { IsIndependent = !areTokens }, "mask", owners);
    }

    private static FuzzBatch<T> Spoken(LatticeLoss<T> of, Draw<T> draw)
    {
        int n = Math.Min(20, draw.Losses(6));
        int frames = draw.Random.Next(1, 7);
        int[] targets = draw.Lengths(n, 3);

        // A transducer has a row of each frame for each place of the longest target.
        int rows = of.ToString().StartsWith("Rnn", StringComparison.Ordinal) ? targets.Append(0).Max() + 1 : 1;
        int width = rows * of.Classes;
        int[] lengths = draw.Lengths(n, frames);
        bool[] behind = [.. Enumerable.Range(0, n * frames * width).Select(
            i => i / width % frames >= lengths[i / width / frames])];
        return new(n, [
            draw.Predicted("logits", Owners.Each(n, frames * width)) with { Hidden = behind },
            new Integers("inputLengths", Owners.Each(n), lengths),
            draw.Integers("labels", Owners.Of(targets), of.Classes, Math.Min(1, of.Classes - 1)),
            new Integers("targetLengths", Owners.Each(n), targets)]);
    }

    private static FuzzBatch<T> Tagged(CrfLoss<T> of, Draw<T> draw)
    {
        int n = Math.Min(20, draw.Losses(6));
        int frames = draw.Random.Next(1, 7);
        int[] lengths = draw.Lengths(n, frames);
        bool[] behind = [.. Enumerable.Range(0, n * frames * of.Classes).Select(
            i => i / of.Classes % frames >= lengths[i / of.Classes / frames])];
        return new(n, [
            draw.Predicted("emissions", Owners.Each(n, frames * of.Classes)) with { Hidden = behind },
            draw.Predicted("transitions", Owners.Shared(of.Classes * of.Classes)),
            draw.Predicted("start", Owners.Shared(draw.Any(0, of.Classes))),
            draw.Predicted("end", Owners.Shared(draw.Any(0, of.Classes))),
            new Integers("inputLengths", Owners.Each(n), lengths),
            draw.Integers("labels", Owners.Of(lengths), of.Classes)])
        { IsIndependent = true };
    }

    private static FuzzBatch<T> Segmented(SegmentationLoss<T> of, Draw<T> draw)
    {
        int examples = Math.Min(5, draw.Losses(of.Classes));
        int pixels = draw.Random.Next(1, 40);
        PixelLayout layout = draw.Any(PixelLayout.ClassesFirst, PixelLayout.PixelsFirst);
        int numbers = examples * pixels * of.Classes;
        bool hasLabels = draw.Flip();
        bool hasDistances = draw.Flip();
        FuzzBatch<T> batch = new(0, [
            draw.Predicted(Predictions, Owners.Shared(numbers), draw.Any(Meaning.Probability, Meaning.Score)),
            draw.Numbers("targets", Owners.Shared(hasLabels ? 0 : numbers), Meaning.Probability),
            draw.Integers("labels", Owners.Shared(hasLabels ? examples * pixels : 0), Math.Max(2, of.Classes)),
            draw.Numbers("predictionDistances", Owners.Shared(hasDistances ? numbers : 0), Meaning.Positive),
            draw.Numbers("targetDistances", Owners.Shared(hasDistances ? numbers : 0), Meaning.Positive)])
        {
            Sizes = new() { ["pixels"] = pixels, ["layout"] = (int)layout },
        };
        Mask mask = draw.Mask("mask", Owners.Shared(draw.Flip() ? examples * pixels : 0));
        return mask.Length == 0 ? batch : batch.Covered(mask, i => layout == PixelLayout.PixelsFirst
            ? i / of.Classes
            : i / (pixels * of.Classes) * pixels + i % pixels);
    }

    private static FuzzBatch<T> Pictures(Draw<T> draw)
    {
        int n = Math.Min(4, draw.Losses(8));
        int channels = draw.Random.Next(1, 4);
        int height = draw.Flip(4) ? 1 : draw.Random.Next(1, 15);
        int width = draw.Random.Next(1, 15);
        int numbers = channels * height * width;
        FuzzBatch<T> batch = new(n, [
            draw.Predicted(Predictions, Owners.Each(n, numbers), Meaning.Probability),
            draw.Numbers("targets", draw.Flip(4) ? [] : Owners.Each(n, numbers), Meaning.Probability)])
        {
            Sizes = new() { ["channels"] = channels, ["height"] = height, ["width"] = width },
            IsIndependent = true,
        };
        if (draw.Flip())
        {
            return batch;
        }

        int pixels = height * width;
        Mask mask = draw.Mask("mask", Owners.Each(n, pixels));
        return batch.Covered(mask, i => i / numbers * pixels + i % pixels);
    }

    private static Images<T> Images(FuzzBatch<T> x) => new()
    {
        Predictions = x.Numbers(Predictions),
        Targets = x.Numbers("targets"),
        Channels = x.Sizes["channels"],
        Height = x.Sizes["height"],
        Width = x.Sizes["width"],
        Mask = x.Mask("mask"),
    };

    private static FuzzBatch<T> Compared(int dimension, bool areRows, string[] names, Draw<T> draw)
    {
        int n = draw.Losses(4);
        int other = draw.Any(-1, 0);
        int given = draw.Random.Next(3);
        int[] owners = areRows ? Owners.Each(n) : Owners.Shared(n);
        return new(areRows ? n : 1, [
            .. names.Select(name => draw.Predicted(
                name, areRows ? Owners.Each(n, dimension) : Owners.Shared(n * dimension))),
            draw.Signs("labels", given == 0 ? owners : [], other),
            draw.Numbers("targets", given == 1 ? owners : [])])
        { IsIndependent = areRows };
    }

    private static FuzzBatch<T> Indexed(int dimension, string[] names, Draw<T> draw)
    {
        int rows = draw.Random.Next(1, 9);
        int n = draw.Losses();
        int other = draw.Any(-1, 0);
        int given = draw.Random.Next(3);
        int[] owners = Owners.Each(n);
        return new(n, [
            draw.Predicted("embeddings", Owners.Shared(rows * dimension)),
            .. names.Select(name => draw.Integers(name, owners, rows)),
            draw.Signs("labels", given == 0 ? owners : [], other),
            draw.Numbers("targets", given == 1 ? owners : [])])
        { IsIndependent = true };
    }

    private static Subject<T> Batch<TBatch, TGradients>(
        NamedMetric loss,
        IBatchLoss<T, TBatch, TGradients> of,
        Func<Draw<T>, FuzzBatch<T>> draw,
        Func<FuzzBatch<T>, TBatch> batch,
        Func<Outputs<T>, Outputs<T>?, TGradients> gradients,
        bool hasHessian = false)
        where TBatch : struct, allows ref struct
        where TGradients : struct, allows ref struct => new(
            loss,
            draw,
            (x, weights) => of.Value(batch(x), weights))
        {
            Losses = x => of.Losses(batch(x)),
            WeighsLosses = loss is not (LabelledLoss<T> or ViewsLoss<T>),
            PerExample = (x, losses, weights) => of.PerExample(batch(x), losses, weights),
            Derivatives = (x, g, h, weights, reduction) =>
                of.ValueAndGradient(batch(x), gradients(g, h), weights, reduction),
            HasHessian = hasHessian,
            Checked = of is not BatchLoss ? null : (x, weights) =>
                ((IBatchLoss<T, TBatch, TGradients>)((BatchLoss)of).Checked()).Value(batch(x), weights),
        };
}

using System.Numerics;

namespace LossKit.Conformance;

/// <summary>
/// Which kind of loss takes which arrays of a case: the one place that knows, by what losses implement, never by their
/// names.
/// </summary>
internal static class Bindings<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The calls to make; none if the loss does not take the arrays that the case has.</summary>
    public static IEnumerable<LossCall<T>> Of(FoundLoss found, Case given) => found.Loss switch
    {
        IBatchLoss<T, Survival<T>, SurvivalGradients<T>> loss
            when given.Takes("predictions", "times events", "strata entries") =>
        [
            Batch(
                loss,
                Gathering<T>.Of(given, "predictions"),
                x => new()
                {
                    Risks = x["predictions"],
                    Times = Numbers(given, "times"),
                    Events = Integers(given, "events"),
                    Strata = Integers(given, "strata"),
                    Entries = Numbers(given, "entries"),
                },
                gradient => new() { Risks = gradient["predictions"] },
                (gradient, hessian) =>
                    new() { Risks = gradient["predictions"], Hessian = hessian["predictions"] }),
        ],
        IBatchLoss<T, OrdinalScores<T>, OrdinalGradients<T>> loss when given.Takes("predictions thresholds", "labels") =>
        [
            Batch(
                loss,
                Gathering<T>.Of(given, "predictions", "thresholds"),
                x => new()
                {
                    Scores = x["predictions"],
                    Thresholds = x["thresholds"],
                    Labels = Integers(given, "labels"),
                },
                gradient => new() { Scores = gradient["predictions"], Thresholds = gradient["thresholds"] }),
        ],
        IBatchLoss<T, IntervalSurvival<T>, IntervalSurvivalGradients<T>> loss
            when given.Takes("predictions", "labels events", "fractions") =>
        [
            Batch(
                loss,
                Gathering<T>.Of(given, "predictions"),
                x => new()
                {
                    Predictions = x["predictions"],
                    Intervals = Integers(given, "labels"),
                    Events = Integers(given, "events"),
                    Fractions = Numbers(given, "fractions"),
                },
                gradient => new() { Predictions = gradient["predictions"] },
                given.Results.ContainsKey(FieldNames.Hessian)
                    ? (gradient, hessian) =>
                        new() { Predictions = gradient["predictions"], Hessian = hessian["predictions"] }
                    : null),
        ],
        IBatchLoss<T, Distillation<T>, DistillationGradients<T>> loss
            when given.Takes("predictions", "teacher", "labels mask") =>
        [
            Batch(
                loss,
                Gathering<T>.Of(given, "predictions"),
                x => new()
                {
                    Logits = x["predictions"],
                    Teacher = Numbers(given, "teacher"),
                    Labels = Integers(given, "labels"),
                    Mask = Flags(given, "mask"),
                },
                gradient => new() { Logits = gradient["predictions"] }),
        ],
        IBatchLoss<T, Variational<T>, VariationalGradients<T>> loss
            when given.Takes("predictions mean log_variance", "targets") =>
        [
            Batch(
                loss,
                Gathering<T>.Of(given, "predictions", "mean", "log_variance"),
                x => new()
                {
                    Rows = given.Dimensions[0],
                    Predictions = x["predictions"],
                    Targets = Numbers(given, "targets"),
                    Means = x["mean"],
                    LogVariances = x["log_variance"],
                },
                gradient => new()
                {
                    Predictions = gradient["predictions"],
                    Means = gradient["mean"],
                    LogVariances = gradient["log_variance"],
                },
                (gradient, hessian) => new()
                {
                    Predictions = gradient["predictions"],
                    Means = gradient["mean"],
                    LogVariances = gradient["log_variance"],
                    PredictionsHessian = hessian["predictions"],
                    MeansHessian = hessian["mean"],
                    LogVariancesHessian = hessian["log_variance"],
                }),
        ],
        IBatchLoss<T, Adversarial<T>, AdversarialGradients<T>> loss when given.Takes("real fake") =>
            [Adversarial(loss, given, "real", "fake")],
        IBatchLoss<T, Adversarial<T>, AdversarialGradients<T>> loss when given.Takes("fake") =>
            [Adversarial(loss, given, "fake")],
        IBatchLoss<T, Rollouts<T>, RolloutGradients<T>> loss
            when given.Takes("predictions", "old advantages groups", "reference mask") =>
        [
            Batch(
                loss,
                Gathering<T>.Of(given, "predictions"),
                x => new()
                {
                    LogProbabilities = x["predictions"],
                    OldLogProbabilities = Numbers(given, "old"),
                    Advantages = Numbers(given, "advantages"),
                    ReferenceLogProbabilities = Numbers(given, "reference"),
                    Lengths = Integers(given, "groups"),
                    Mask = Flags(given, "mask"),
                },
                gradient => new() { LogProbabilities = gradient["predictions"] }),
        ],
        IBatchLoss<T, Sequences<T>, SequenceGradients<T>> loss
            when given.Takes("predictions", "input_lengths target_lengths labels") =>
        [
            Batch(
                loss,
                Gathering<T>.Of(given, "predictions"),
                x => new()
                {
                    Logits = x["predictions"],
                    InputLengths = Integers(given, "input_lengths"),
                    Labels = Integers(given, "labels"),
                    TargetLengths = Integers(given, "target_lengths"),
                },
                gradient => new() { Logits = gradient["predictions"] }),
        ],
        IBatchLoss<T, TaggedSequences<T>, TaggedSequenceGradients<T>> loss
            when given.Takes("predictions transitions start end", "input_lengths labels") =>
            [Tagged(loss, given, "predictions", "transitions", "start", "end")],
        IBatchLoss<T, TaggedSequences<T>, TaggedSequenceGradients<T>> loss
            when given.Takes("predictions transitions", "input_lengths labels", "start end") =>
            [Tagged(loss, given, "predictions", "transitions")],
        SoftDtwLoss<T> loss when given.Takes("first second") => [Aligned(loss, given)],
        IBatchLoss<T, Rankings<T>, RankingGradients<T>> loss
            when given.Takes("predictions", "targets groups", "mask item_weights") =>
        [
            Batch(
                loss,
                Gathering<T>.Of(given, "predictions"),
                x => new()
                {
                    Scores = x["predictions"],
                    Relevances = Numbers(given, "targets"),
                    Lengths = Integers(given, "groups"),
                    Mask = Flags(given, "mask"),
                    ItemWeights = Numbers(given, "item_weights"),
                },
                gradient => new() { Scores = gradient["predictions"] },
                (gradient, hessian) =>
                    new() { Scores = gradient["predictions"], Hessian = hessian["predictions"] }),
        ],
        SegmentationLoss<T> loss
            when given.Takes("predictions", "", "targets labels mask distances prediction_distances target_distances") =>
        [
            Batch(
                loss,
                Gathering<T>.Of(given, "predictions"),
                x => new()
                {
                    Predictions = x["predictions"],
                    Targets = Numbers(given, given.Inputs.ContainsKey("distances") ? "distances" : "targets"),
                    Labels = Integers(given, "labels"),
                    Pixels = given.Dimensions[1..].Aggregate((all, axis) => all * axis) / loss.Classes,
                    Mask = Flags(given, "mask"),
                    PredictionDistances = Numbers(given, "prediction_distances"),
                    TargetDistances = Numbers(given, "target_distances"),
                },
                gradient => new() { Predictions = gradient["predictions"] }),
        ],
        ImageLoss<T> loss when given.Takes("predictions", "", "targets") =>
        [
            Batch(
                loss,
                Gathering<T>.Of(given, "predictions"),
                x => new()
                {
                    Predictions = x["predictions"],
                    Targets = Numbers(given, "targets"),
                    Channels = given.Dimensions.Length > 2 ? given.Dimensions[1] : 1,
                    Height = given.Dimensions.Length > 3 ? given.Dimensions[^2] : 1,
                    Width = given.Dimensions[^1],
                },
                gradient => new() { Predictions = gradient["predictions"] }),
        ],
        IBatchLoss<T, Linear<T>, LinearGradients<T>> loss when given.Takes("hidden prototypes bias", "labels") =>
            [Linear(loss, given, "hidden", "prototypes", "bias")],
        IBatchLoss<T, Linear<T>, LinearGradients<T>> loss when given.Takes("hidden prototypes", "labels", "bias") =>
            [Linear(loss, given, "hidden", "prototypes")],
        IBatchLoss<T, Linear<T>, LinearGradients<T>> loss when given.Takes("predictions prototypes", "labels") =>
            [Linear(loss, given, "predictions", "prototypes")],
        IBatchLoss<T, Linear<T>, LinearGradients<T>> loss when given.Takes("predictions proxies", "labels") =>
            [Linear(loss, given, "predictions", "proxies")],
        IGroupedLoss<T, T> loss
            when given.Takes("predictions", "targets", "groups") && given.Dimensions.Length < 3 => [Groups(loss, given)],
        IBatchLoss<T, Labelled<T>, LabelledGradients<T>> loss
            when given.Takes("predictions boundaries", "labels") =>
        [
            Batch(
                loss,
                Gathering<T>.Of(given, "predictions", "boundaries"),
                x => new()
                {
                    Embeddings = x["predictions"],
                    Boundaries = x["boundaries"],
                    Labels = Integers(given, "labels"),
                },
                gradient => new() { Embeddings = gradient["predictions"], Boundaries = gradient["boundaries"] }),
        ],
        IBatchLoss<T, Labelled<T>, LabelledGradients<T>> loss when given.Takes("predictions", "labels") =>
        [
            Batch(
                loss,
                Gathering<T>.Of(given, "predictions"),
                x => new() { Embeddings = x["predictions"], Labels = Integers(given, "labels") },
                gradient => new() { Embeddings = gradient["predictions"] }),
        ],
        IBatchLoss<T, Pairs<T>, PairGradients<T>> loss when given.Takes("first second", "labels") =>
        [
            Batch(
                loss,
                Gathering<T>.Of(given, "first", "second"),
                x => new() { First = x["first"], Second = x["second"], Labels = Integers(given, "labels") },
                gradient => new() { First = gradient["first"], Second = gradient["second"] }),
        ],
        IBatchLoss<T, Pairs<T>, PairGradients<T>> loss when given.Takes("first second", "targets") =>
        [
            Batch(
                loss,
                Gathering<T>.Of(given, "first", "second"),
                x => new() { First = x["first"], Second = x["second"], Targets = Numbers(given, "targets") },
                gradient => new() { First = gradient["first"], Second = gradient["second"] }),
        ],
        IBatchLoss<T, Pairs<T>, PairGradients<T>> loss when given.Takes("predictions", "targets") =>
        [
            Batch(
                loss,
                Gathering<T>.Of(given, "predictions"),
                x => new() { First = x["predictions"], Second = Numbers(given, "targets") },
                gradient => new() { First = gradient["predictions"] }),
        ],
        IBatchLoss<T, Triplets<T>, TripletGradients<T>> loss when given.Takes("anchors positives negatives") =>
        [
            Batch(
                loss,
                Gathering<T>.Of(given, "anchors", "positives", "negatives"),
                x => new() { Anchors = x["anchors"], Positives = x["positives"], Negatives = x["negatives"] },
                gradient => new()
                {
                    Anchors = gradient["anchors"],
                    Positives = gradient["positives"],
                    Negatives = gradient["negatives"],
                }),
        ],
        IBatchLoss<T, SiameseViews<T>, PairGradients<T>> loss
            when given.Takes("first second first_projections second_projections") =>
        [
            Batch(
                loss,
                Gathering<T>.Of(given, "first", "second"),
                x => new()
                {
                    First = x["first"],
                    Second = x["second"],
                    FirstProjections = Numbers(given, "first_projections"),
                    SecondProjections = Numbers(given, "second_projections"),
                },
                gradient => new() { First = gradient["first"], Second = gradient["second"] }),
        ],
        IBatchLoss<T, Retrieval<T>, RetrievalGradients<T>> loss when given.Takes("anchors positives", "labels") =>
            [Retrieval(loss, given, "anchors", "positives")],
        IBatchLoss<T, Retrieval<T>, RetrievalGradients<T>> loss when given.Takes("queries keys scale bias") =>
            [Retrieval(loss, given, "queries", "keys", "scale", "bias")],
        IBatchLoss<T, Retrieval<T>, RetrievalGradients<T>> loss
            when given.Takes("queries keys scale", "", "labels") =>
            [Retrieval(loss, given, "queries", "keys", "scale")],
        IBatchLoss<T, Retrieval<T>, RetrievalGradients<T>> loss when given.Takes("queries keys", "", "labels") =>
            [Retrieval(loss, given, "queries", "keys")],
        IBatchLoss<T, Retrieval<T>, RetrievalGradients<T>> loss when given.Takes("queries keys negatives") =>
            [Retrieval(loss, given, "queries", "keys", "negatives")],
        IBatchLoss<T, Views<T>, ViewGradients<T>> loss when given.Takes("queries keys") =>
            [Views(loss, given, "queries", "keys")],
        IBatchLoss<T, Views<T>, ViewGradients<T>> loss when given.Takes("first second") =>
            [Views(loss, given, "first", "second")],
        TupleLoss<T> loss => Tuples(loss, given, found.Targets),
        TupleRowsLoss<T> loss => TupleRows(loss, given),
        IMetric<T, int> loss when given.Takes("predictions", "labels") =>
            [Examples(loss, Gathering<T>.Of(given, "predictions"), Integers(given, "labels"))],
        CategoricalLoss<T> loss when given.Takes("predictions", "targets") =>
            [Examples(loss.WithProbabilityTargets(), Gathering<T>.Of(given, "predictions"), Numbers(given, "targets"))],
        IMetric<T, T> loss when given.Takes("predictions", "targets") =>
            [Examples(loss, Gathering<T>.Of(given, "predictions"), Numbers(given, "targets"))],
        RowLoss<T, T> loss when given.Takes("predictions", "labels") =>
            [Examples(loss, Gathering<T>.Of(given, "predictions"), Members(given, "labels", loss.Classes))],
        IMetric<T, T> loss when given.Takes("predictions", "labels") =>
            [Examples(loss, Gathering<T>.Of(given, "predictions"), Numbers(given, "labels"))],
        RowLoss<T, T> loss when loss.Shape.Targets == 0 && given.Takes("predictions") =>
            [Examples(loss, Gathering<T>.Of(given, "predictions"), [])],
        RowLoss<T, T> loss when loss.Shape.Targets > 0 && given.Takes("predictions", "prior_logits") =>
            [Examples(loss, Gathering<T>.Of(given, "predictions"), Numbers(given, "prior_logits"))],
        PointwiseLoss<T> loss when given.Takes("predictions", "reference") =>
            [Examples(loss, Gathering<T>.Of(given, "predictions"), Numbers(given, "reference"))],
        _ => [],
    };

    private static LossCall<T> Tagged(
        IBatchLoss<T, TaggedSequences<T>, TaggedSequenceGradients<T>> loss, Case given, params string[] inputs) =>
        Batch(
            loss,
            Gathering<T>.Of(given, inputs),
            x => new()
            {
                Emissions = x["predictions"],
                Transitions = x["transitions"],
                Start = inputs.Contains("start") ? x["start"] : Numbers(given, "start"),
                End = inputs.Contains("end") ? x["end"] : Numbers(given, "end"),
                InputLengths = Integers(given, "input_lengths"),
                Labels = Integers(given, "labels"),
            },
            gradient => new()
            {
                Emissions = gradient["predictions"],
                Transitions = gradient["transitions"],
                Start = gradient["start"],
                End = gradient["end"],
            });

    private static LossCall<T> Aligned(SoftDtwLoss<T> loss, Case given)
    {
        int[] first = [given.Inputs["first"].Length / loss.Dimension];
        int[] second = [given.Inputs["second"].Length / loss.Dimension];
        return Batch(
            loss,
            Gathering<T>.Of(given, "first", "second"),
            x => new() { First = x["first"], Second = x["second"], FirstLengths = first, SecondLengths = second },
            gradient => new() { First = gradient["first"], Second = gradient["second"] });
    }

    private static LossCall<T> Linear(
        IBatchLoss<T, Linear<T>, LinearGradients<T>> loss,
        Case given,
        string hidden,
        string prototypes,
        string bias = "") => Batch(
            loss,
            Gathering<T>.Of(given, bias.Length > 0 ? [hidden, prototypes, bias] : [hidden, prototypes]),
            x => new()
            {
                Hidden = x[hidden],
                Prototypes = x[prototypes],
                Bias = x[bias],
                Labels = Integers(given, "labels"),
            },
            gradient => new()
            {
                Hidden = gradient[hidden],
                Prototypes = gradient[prototypes],
                Bias = gradient[bias],
            });

    private static LossCall<T> Retrieval(
        IBatchLoss<T, Retrieval<T>, RetrievalGradients<T>> loss,
        Case given,
        string first,
        string second,
        params string[] more) =>
        Batch(
            loss,
            Gathering<T>.Of(given, [first, second, .. more]),
            x => new()
            {
                Queries = x[first],
                Keys = x[second],
                Negatives = x["negatives"],
                Scale = x["scale"],
                Bias = x["bias"],
                Labels = Integers(given, "labels"),
            },
            gradient => new()
            {
                Queries = gradient[first],
                Keys = gradient[second],
                Negatives = gradient["negatives"],
                Scale = gradient["scale"],
                Bias = gradient["bias"],
            });

    private static LossCall<T> Examples<TTarget>(
        IMetric<T, TTarget> loss, Gathering<T> inputs, TTarget[] targets, string way = "")
        where TTarget : unmanaged => new(inputs)
        {
            Way = way,
            Value = weights => loss.Value(inputs.Numbers, targets, weights),
            PerExample = (losses, weights) => loss.PerExample(inputs.Numbers, targets, losses, weights),
            ValueAndGradient = loss is not ILoss<T, TTarget> first
                ? null
                : (gradient, weights, reduction) =>
                    first.ValueAndGradient(inputs.Numbers, targets, gradient, weights, reduction),
            ValueGradientAndHessian = loss is not ISecondOrderLoss<T, TTarget> second
                ? null
                : (gradient, hessian, weights, reduction) =>
                    second.ValueGradientAndHessian(inputs.Numbers, targets, gradient, hessian, weights, reduction),
        };

    /// <summary>
    /// Example by example and column by column. Arrays with a gradient are predictions, and all others targets unless
    /// it is said which.
    /// </summary>
    private static IEnumerable<LossCall<T>> Tuples(TupleLoss<T> loss, Case given, string[]? targets)
    {
        int examples = given.Results.GetValueOrDefault(FieldNames.PerSample)?.Length ?? 0;
        string[] all = [.. given.Constants];
        if (examples == 0
            || all.Any(FieldNames.IsStructure)
            || all.Concat(given.Differentiated).Any(name => given.Inputs[name].Length % examples != 0)
            || (targets is not null && !targets.ToHashSet().SetEquals(all)))
        {
            return [];
        }

        Gathering<T> ofPredictions = Gathering<T>.ByExample(given, [.. given.Differentiated], examples);
        Gathering<T> ofTargets = Gathering<T>.ByExample(given, targets ?? all, examples);
        return ofPredictions.Places.Count != examples * loss.Predictions
            || ofTargets.Places.Count != examples * loss.Targets
            ? []
            :
            [
                Examples(loss, ofPredictions, ofTargets.Numbers),
                Examples(
                    loss.Planar(),
                    ofPredictions.Planar(loss.Predictions),
                    ofTargets.Planar(loss.Targets).Numbers,
                    " (planar)"),
            ];
    }

    /// <summary>Row by row, all numbers of an array before those of the next.</summary>
    private static IEnumerable<LossCall<T>> TupleRows(TupleRowsLoss<T> loss, Case given)
    {
        int rows = given.Dimensions[0];
        Gathering<T> predictions = Gathering<T>.ByExample(given, [.. given.Differentiated], rows);
        Gathering<T> targets = Gathering<T>.ByExample(given, [.. given.Constants], rows);
        return predictions.Places.Count != rows * loss.Shape.Predictions
            || targets.Places.Count != rows * loss.Shape.Targets
            ? []
            : [Examples(loss, predictions, targets.Numbers)];
    }

    private static LossCall<T> Adversarial(
        IBatchLoss<T, Adversarial<T>, AdversarialGradients<T>> loss, Case given, params string[] inputs) => Batch(
            loss,
            Gathering<T>.Of(given, inputs),
            x => new() { Real = x["real"], Fake = x["fake"] },
            gradient => new() { Real = gradient["real"], Fake = gradient["fake"] },
            (gradient, hessian) => new()
            {
                Real = gradient["real"],
                Fake = gradient["fake"],
                RealHessian = hessian["real"],
                FakeHessian = hessian["fake"],
            });

    private static LossCall<T> Groups(IGroupedLoss<T, T> loss, Case given)
    {
        Gathering<T> inputs = Gathering<T>.Of(given, "predictions");
        T[] targets = Numbers(given, "targets");
        int[] lengths = given.Inputs.ContainsKey("groups") ? Integers(given, "groups") : [targets.Length];
        return new(inputs)
        {
            Value = weights => loss.Value(inputs.Numbers, targets, LossKit.Groups.OfLengths(lengths), weights),
            PerExample = (losses, weights) =>
                loss.PerExample(inputs.Numbers, targets, LossKit.Groups.OfLengths(lengths), losses, weights),
            ValueAndGradient = (gradient, weights, reduction) => loss.ValueAndGradient(
                inputs.Numbers, targets, LossKit.Groups.OfLengths(lengths), gradient, weights, reduction),
            ValueGradientAndHessian = loss is not ISecondOrderGroupedLoss<T, T> second
                ? null
                : (gradient, hessian, weights, reduction) => second.ValueGradientAndHessian(
                    inputs.Numbers, targets, LossKit.Groups.OfLengths(lengths), gradient, hessian, weights, reduction),
        };
    }

    private static LossCall<T> Batch<TBatch, TGradients>(
        IBatchLoss<T, TBatch, TGradients> loss,
        Gathering<T> inputs,
        Func<Parts<T>, TBatch> batch,
        Func<Parts<T>, TGradients> gradients,
        Func<Parts<T>, Parts<T>, TGradients>? withHessian = null)
        where TBatch : struct, allows ref struct
        where TGradients : struct, allows ref struct => new(inputs)
        {
            Value = weights => loss.Value(batch(inputs.Parts()), weights),
            PerExample = (losses, weights) => loss.PerExample(batch(inputs.Parts()), losses, weights),
            ValueAndGradient = (gradient, weights, reduction) =>
                loss.ValueAndGradient(batch(inputs.Parts()), gradients(inputs.Parts(gradient)), weights, reduction),
            ValueGradientAndHessian = withHessian is null
                ? null
                : (gradient, hessian, weights, reduction) => loss.ValueAndGradient(
                    batch(inputs.Parts()),
                    withHessian(inputs.Parts(gradient), inputs.Parts(hessian)),
                    weights,
                    reduction),
        };

    private static LossCall<T> Views(
        IBatchLoss<T, Views<T>, ViewGradients<T>> loss, Case given, string first, string second) => Batch(
            loss,
            Gathering<T>.Of(given, first, second),
            x => new() { First = x[first], Second = x[second] },
            gradient => new() { First = gradient[first], Second = gradient[second] });

    private static T[] Numbers(Case given, string array) =>
        Array.ConvertAll(given.Inputs.GetValueOrDefault(array, []), T.CreateTruncating);

    /// <summary>1 for the classes that are listed in each row, up to a negative number, and 0 for all others.</summary>
    private static T[] Members(Case given, string array, int classes) =>
    [
        .. Integers(given, array).Chunk(classes).SelectMany(row =>
        {
            HashSet<int> members = [.. row.TakeWhile(label => label >= 0)];
            return Enumerable.Range(0, classes).Select(label => members.Contains(label) ? T.One : T.Zero);
        }),
    ];

    private static int[] Integers(Case given, string array) =>
        Array.ConvertAll(given.Inputs.GetValueOrDefault(array, []), number => (int)number);

    private static bool[] Flags(Case given, string array) =>
        Array.ConvertAll(given.Inputs.GetValueOrDefault(array, []), number => number != 0);
}

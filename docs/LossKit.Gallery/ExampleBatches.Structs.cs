namespace LossKit.Gallery;

// Batches that have names for their inputs.
internal static partial class ExampleBatches
{
    private const string Turned = "angle of the second row, in radians";

    private static readonly double[] s_rows = [1, 0, 0.36, 0.93, 0.62, 0.78, -0.59, 0.81];
    private static readonly double[] s_others = [0.95, 0.31, 0.17, 0.98, 0.81, 0.59, -0.9, 0.44];

    private static ExampleBatch OfStruct(Factory factory) => factory.BatchName switch
    {
        "Pairs" => Pairs(factory.Name),
        "Triplets" => Struct(
            "Triplets",
            Slice.Around("positives", 0, "angle between the anchor and what it is to be near to, in radians"),
            ["Anchors", "Positives", "Negatives"],
            ExampleArray.Numbers("Anchors", 1, 0),
            ExampleArray.Numbers("Positives", 0.88, 0.48),
            ExampleArray.Numbers("Negatives", 0.7, 0.71)),
        "Views" => Struct(
            "Views",
            Slice.Around("second", 1, Turned),
            ["First", "Second"],
            ExampleArray.Numbers("First", s_rows),
            ExampleArray.Numbers("Second", s_others)),
        "SiameseViews" => Struct(
            "SiameseViews",
            Slice.Around("first", 0, "angle of the first prediction, in radians"),
            ["First", "Second"],
            ExampleArray.Numbers("First", s_rows[..4]),
            ExampleArray.Numbers("Second", s_others[..4]),
            ExampleArray.Numbers("FirstProjections", s_others[4..]),
            ExampleArray.Numbers("SecondProjections", s_rows[4..])),
        "Retrieval" => Retrieval(factory.Name),
        "Labelled" => Labelled(factory.Name),
        "Linear" => Struct(
            "Linear",
            Slice.Around("hidden", 0, "angle of the first row, whose class lies at 0, in radians"),
            ["Hidden", "Prototypes"],
            ExampleArray.Numbers("Hidden", s_rows[2..6]),
            ExampleArray.Numbers("Prototypes", 1, 0, -0.5, 0.87, -0.5, -0.87),
            ExampleArray.Integers("Labels", 0, 1)),
        "AdaptiveLinear" => Struct(
            "AdaptiveLinear",
            Slice.Along("hidden", 0, "first number of the first row", -6, 6),
            ["Hidden"],
            ExampleArray.Numbers("Hidden", s_rows),
            ExampleArray.Numbers("Head", s_others),
            ExampleArray.Numbers("Projections", s_rows[..4]),
            ExampleArray.Numbers("Tails", 0.7, -0.7),
            ExampleArray.Integers("Labels", 0, 2)),
        "OrdinalScores" => Struct(
            "OrdinalScores",
            Slice.Along("scores", 0, "score of the first example, whose class is 1", -6, 6),
            ["Scores", "Thresholds"],
            ExampleArray.Numbers("Scores", 0.3, -1.5, 2),
            ExampleArray.Numbers("Thresholds", -1, 1),
            ExampleArray.Integers("Labels", 1, 0, 2)),
        "Rankings" => Struct(
            "Rankings",
            Slice.Along("scores", 0, "score of the most relevant item", -6, 6),
            ["Scores"],
            ExampleArray.Numbers("Scores", 0.4, 1.1, -0.3, 0.7),
            ExampleArray.Numbers("Relevances", 3, 1, 0, 0),
            ExampleArray.Integers("Lengths", 4)) with
        { Hessian = "Hessian" },
        "Survival" => Struct(
            "Survival",
            Slice.Along("risks", 0, "risk of who has the first event", -4, 4),
            ["Risks"],
            ExampleArray.Numbers("Risks", 0.5, -0.3, 1.2, 0.1),
            ExampleArray.Numbers("Times", 1, 2, 3, 4),
            ExampleArray.Integers("Events", 1, 0, 1, 1)) with
        { Hessian = "Hessian" },
        "IntervalSurvival" => IntervalSurvival(factory.Name),
        "SurvivalCurves" => Struct(
            "SurvivalCurves",
            Slice.Along("survival", 1, "predicted share of the first person's like that is left at time 2", 0.4, 0.9),
            [],
            ExampleArray.Numbers("Survival", 0.9, 0.6, 0.4, 0.95, 0.8, 0.7, 0.8, 0.5, 0.2),
            ExampleArray.Numbers("Grid", 1, 2, 3),
            ExampleArray.Numbers("Times", 2, 4, 1.5),
            ExampleArray.Integers("Events", 1, 0, 1)) with
        {
            Properties = [("Censoring", "KaplanMeier.OfCensoring<double>(times, events)")],
        },
        "Segmentation" => Segmentation(factory.Name),
        "Images" => Images(factory),
        "Sequences" => Sequences(factory.Name),
        "TaggedSequences" => Struct(
            "TaggedSequences",
            Slice.Along("emissions", 0, "what the first frame scores as its true tag", -6, 6),
            ["Emissions", "Transitions"],
            ExampleArray.Numbers("Emissions", 0.5, 0.1, -0.4, 0.2, 0.9, -0.1),
            ExampleArray.Numbers("Transitions", 0.3, 0.1, -0.5, -0.2, 0.4, 0, 0.1, -0.3, 0.2),
            ExampleArray.Integers("InputLengths", 2),
            ExampleArray.Integers("Labels", 0, 1)),
        "SeriesPairs" => Struct(
            "SeriesPairs",
            Slice.Along("first", 1, "second point of the first series", -4, 6),
            ["First", "Second"],
            new("First", "double", "[0, 1, 2, 1]"),
            new("Second", "double", "[0, 0.5, 2, 2, 1, 0]"),
            ExampleArray.Integers("FirstLengths", 4),
            ExampleArray.Integers("SecondLengths", 6)),
        "Rollouts" => Struct(
            "Rollouts",
            Slice.Along("logProbabilities", 0, "log-probability of the first token, −1 before", -2.5, 0),
            ["LogProbabilities"],
            ExampleArray.Numbers("LogProbabilities", -0.9, -0.4, -1.7, -0.6),
            ExampleArray.Numbers("OldLogProbabilities", -1, -0.5, -1.5, -0.6),
            ExampleArray.Numbers("Advantages", 1, 1, -0.5, -0.5),
            ExampleArray.Integers("Lengths", 2, 2)),
        "Adversarial" => Struct(
            "Adversarial",
            Slice.Along("fake", 0, "score of the first generated example", -5, 5),
            ["Fake"],
            ExampleArray.Numbers("Real", 1.2, 0.3, 0.8),
            ExampleArray.Numbers("Fake", -0.7, 0.4)) with
        { Hessian = "FakeHessian" },
        "Variational" => Struct(
            "Variational",
            Slice.Along("means", 0, "mean of the first posterior", -4, 4),
            ["Predictions", "Means", "LogVariances"],
            ExampleArray.Numbers("Predictions", 1.5, -0.5, 0.4, 2),
            ExampleArray.Numbers("Targets", 1, 0, 0, 1),
            ExampleArray.Numbers("Means", 0.3, -0.6),
            ExampleArray.Numbers("LogVariances", -0.2, 0.1)) with
        { Properties = [("Rows", "2")] },
        "Distillation" => Struct(
            "Distillation",
            Slice.Along("logits", 0, "logit of the true class of the first row", -6, 6),
            ["Logits"],
            ExampleArray.Numbers("Logits", 1.2, 0.3, -0.8, -0.6, 0.1, 0.7),
            ExampleArray.Numbers("Teacher", 2, 0.1, -1, -0.5, 0, 1.5),
            ExampleArray.Integers("Labels", 0, 2)),
        _ => throw new NotSupportedException(
            $"{factory.Name} takes {factory.BatchName ?? factory.Loss.GetType().Name}, of which the gallery has no "
            + $"example: add one to {nameof(ExampleBatches)}."),
    };

    private static ExampleBatch Struct(
        string name, Slice slice, IReadOnlyList<string> differentiated, params ExampleArray[] arrays) => new()
        {
            Struct = name,
            Arrays = arrays,
            Differentiated = differentiated,
            Slice = slice,
        };

    private static ExampleArray[] If(bool isTaken, ExampleArray array) => isTaken ? [array] : [];

    private static ExampleBatch Pairs(string name)
    {
        ExampleArray[] rows =
        [
            ExampleArray.Numbers("First", 1, 0, 0, 1),
            ExampleArray.Numbers("Second", 0.88, 0.48, 0.6, 0.8),
        ];
        Slice slice = Slice.Around("second", 0, "angle between the rows of the first pair, in radians");
        return name switch
        {
            nameof(Loss.MarginRanking) => Struct(
                "Pairs",
                Slice.Along("first", 0, "first score of a pair whose second is 0.5 and is to be lower", -3, 3),
                ["First", "Second"],
                ExampleArray.Numbers("First", 1.2, 0.3),
                ExampleArray.Numbers("Second", 0.5, 0.2),
                ExampleArray.Integers("Labels", 1, -1)),
            nameof(Loss.CosineEmbedding) => Struct(
                "Pairs", slice, ["First", "Second"], [.. rows, ExampleArray.Integers("Labels", 1, -1)]),
            nameof(Loss.CosineRegression) or nameof(Loss.CoSent) => Struct(
                "Pairs", slice, ["First", "Second"], [.. rows, ExampleArray.Numbers("Targets", 0.9, 0.2)]),
            nameof(Loss.NegativeCosine) => Struct("Pairs", slice, ["First", "Second"], rows),
            _ => Struct("Pairs", slice, ["First", "Second"], [.. rows, ExampleArray.Integers("Labels", 1, 0)]),
        };
    }

    private static ExampleBatch Retrieval(string name) => Struct(
        "Retrieval",
        Slice.Around("queries", 0, "angle of the first query, in radians"),
        ["Queries", "Keys"],
        [
            ExampleArray.Numbers("Queries", s_rows),
            ExampleArray.Numbers("Keys", s_others),
            .. If(name == nameof(Loss.NPairs), ExampleArray.Integers("Labels", 0, 0, 1, 1)),
        ]);

    private static ExampleBatch Labelled(string name) => Struct(
        "Labelled",
        Slice.Around("embeddings", 1, Turned),
        ["Embeddings"],
        [
            ExampleArray.Numbers("Embeddings", s_rows),
            ExampleArray.Integers("Labels", 0, 0, 1, 1),
            .. If(name == nameof(Loss.MarginBased), ExampleArray.Numbers("Boundaries", 1.2)),
        ]);

    private static ExampleBatch IntervalSurvival(string name) => Struct(
        "IntervalSurvival",
        Slice.Along("predictions", 1, "first person's prediction of the interval of the event", -6, 6),
        ["Predictions"],
        [
            ExampleArray.Numbers("Predictions", 0.2, -0.5, 0.7, -0.1, 0.4, -0.9),
            ExampleArray.Integers("Intervals", 1, 2),
            ExampleArray.Integers("Events", 1, 0),
            .. If(name == nameof(Loss.PiecewiseConstantHazard), ExampleArray.Numbers("Fractions", 0.5, 0.25)),
        ]);

    private static ExampleBatch Segmentation(string name)
    {
        if (name == nameof(Loss.LovaszHinge))
        {
            return Struct(
                "Segmentation",
                Slice.Along("predictions", 0, "score of a pixel of the foreground", -4, 4),
                ["Predictions"],
                ExampleArray.Numbers("Predictions", 0.4, 1.1, -0.3, 0.7),
                ExampleArray.Integers("Labels", 1, 1, 0, 0)) with
            { Properties = [("Pixels", "4")] };
        }

        ExampleArray predictions = ExampleArray.Numbers(
            "Predictions", 0.9, 0.1, -0.4, 0.2, 0.3, 0.8, 0.1, -0.6, -0.5, 0.2, 0.7, 0.4);
        string distances = "[-1, -1, 1, 2, 1, 1, -1, 1, 2, 2, 1, -1]";
        ExampleArray[] rest = name switch
        {
            nameof(Loss.Boundary) => [new("Targets", "double", distances)],
            nameof(Loss.HausdorffDt) =>
            [
                new("Targets", "double", "[1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]"),
                new("PredictionDistances", "double", "[0, 1, 1, 2, 1, 0, 1, 1, 2, 2, 1, 0]"),
                new("TargetDistances", "double", "[0, 0, 1, 2, 1, 1, 0, 1, 2, 2, 1, 0]"),
            ],
            _ => [ExampleArray.Integers("Labels", 0, 0, 1, 2)],
        };
        return Struct(
            "Segmentation",
            Slice.Along("predictions", 0, "logit of the true class of the first pixel", -6, 6),
            ["Predictions"],
            [predictions, .. rest]) with
        { Properties = [("Pixels", "4")] };
    }

    private static ExampleBatch Images(Factory factory)
    {
        bool isOfFeatures = factory.Name == nameof(Loss.FeatureDistance);
        int side = isOfFeatures ? 0 : 24;
        ExampleArray[] arrays = isOfFeatures
            ?
            [
                ExampleArray.Numbers("Predictions", 0.9, 0.1, 0.4, 0.2, 0.3, 0.8, 0.1, 0.6),
                ExampleArray.Numbers("Targets", 0.7, 0.2, 0.5, 0.1, 0.3, 0.9, 0.2, 0.6),
            ]
            :
            [
                ExampleArray.Many("Predictions", side * side, "0.5 + 0.4 * Math.Sin(i)"),
                ExampleArray.Many("Targets", side * side, "0.5 + 0.3 * Math.Sin(i + 0.4)"),
            ];
        return Struct(
            "Images",
            Slice.Along("predictions", 0, "the first pixel", 0, 1),
            factory.Loss is ImageMetric<double> ? [] : ["Predictions"],
            factory.Name == nameof(Loss.TotalVariation) ? arrays[..1] : arrays) with
        {
            Properties = isOfFeatures
                ? [("Channels", "2"), ("Height", "1"), ("Width", "4")]
                : [("Channels", "1"), ("Height", $"{side}"), ("Width", $"{side}")],
        };
    }

    private static ExampleBatch Sequences(string name) => name == nameof(Loss.RnnTransducer)
        ? Struct(
            "Sequences",
            Slice.Along("logits", 1, "logit of the true label at the first place", -6, 6),
            ["Logits"],
            ExampleArray.Numbers("Logits", 0.1, 0.8, -0.2, 0.4, 0, 0.3, 0.2, 0.5, -0.6, 0.9, -0.1, 0.2),
            ExampleArray.Integers("InputLengths", 2),
            ExampleArray.Integers("Labels", 1),
            ExampleArray.Integers("TargetLengths", 1))
        : Struct(
            "Sequences",
            Slice.Along("logits", 1, "logit of the first label in the first frame", -6, 6),
            ["Logits"],
            ExampleArray.Numbers("Logits", 0.1, 0.8, -0.2, 0.4, 0, 0.3, 0.2, -0.5, 0.6),
            ExampleArray.Integers("InputLengths", 3),
            ExampleArray.Integers("Labels", 1, 2),
            ExampleArray.Integers("TargetLengths", 2));
}

using LossKit.Formulas;

namespace LossKit.Gallery;

/// <summary>Where a loss stands in the gallery's index: by what it takes.</summary>
internal static class Family
{
    /// <summary>All, in the order of the index, with what is said of each.</summary>
    public static IReadOnlyList<(string Name, string Words)> All { get; } =
    [
        (Regression, "One prediction and one number to be met."),
        (Counts, "One prediction and a count or an amount that is not negative, often through a logarithm."),
        (Binary, "One logit or probability, and a target from 0 to 1."),
        (Margins, "One score, and a target of −1 or +1."),
        (Classes, "A row of logits or probabilities, and a label or a row of targets."),
        (Ordinal, "Classes that have an order."),
        (Distributions, "Several predictions that are a distribution, a set of quantiles, or an ensemble."),
        (Boxes, "Two boxes."),
        (Embeddings, "Rows of embeddings: pairs, triplets, views, labelled batches, queries with keys."),
        (Heads, "The last linear layer of a model together with its loss."),
        (Rankings, "Scores of the items of a list."),
        (Segmentation, "Pixels, region by region."),
        (Images, "Whole images, of which neighbours count together."),
        (Survival, "Times until an event, some of them censored."),
        (Sequences, "Sequences with their alignments or tags."),
        (Language, "Log-probabilities of answers or tokens: preferences, policies."),
        (Generative, "Adversarial, variational, diffusion and flow models."),
        (Metrics, "Numbers without a gradient."),
    ];

    private const string Regression = "Regression";
    private const string Counts = "Counts and amounts";
    private const string Binary = "Yes or no, of logits and probabilities";
    private const string Margins = "Yes or no, of margins";
    private const string Classes = "Classes";
    private const string Ordinal = "Ordered classes";
    private const string Distributions = "Distributions and forecasts";
    private const string Boxes = "Boxes";
    private const string Embeddings = "Embeddings";
    private const string Heads = "Heads";
    private const string Rankings = "Rankings and groups";
    private const string Segmentation = "Segmentation";
    private const string Images = "Images";
    private const string Survival = "Survival";
    private const string Sequences = "Sequences";
    private const string Language = "Preferences and policies";
    private const string Generative = "Generative models";
    private const string Metrics = "Metrics";

    public static string Of(Factory factory) => factory.Loss switch
    {
        NamedMetric and not ParallelLoss => Metrics,
        PointwiseLoss<double> { Facts: var facts } =>
            facts.Targets == Domain.Signs ? Margins
            : facts.Targets == Domain.Probabilities ? Binary
            : facts.Targets.Contains(-1) ? Regression
            : Counts,
        IMetric<double, int> => factory.Parameters[0].Name == "tasks" ? Ordinal : Classes,
        TupleLoss<double> { Predictions: 4, Targets: 4 } => Boxes,
        TupleLoss<double> => OfTuples(factory),
        TupleRowsLoss<double> => Generative,
        IMetric<double, double> => Classes,
        IGroupedLoss<double, double> => factory.Documentation.Summary.Contains("pixels", StringComparison.Ordinal)
            ? Segmentation
            : Rankings,
        _ => factory.BatchName switch
        {
            "Linear" or "AdaptiveLinear" => Heads,
            "OrdinalScores" => Ordinal,
            "Rankings" => Rankings,
            "Segmentation" => Segmentation,
            "Images" => Images,
            "Survival" or "IntervalSurvival" or "SurvivalCurves" => Survival,
            "Sequences" or "TaggedSequences" or "SeriesPairs" => Sequences,
            "Rollouts" => Language,
            "Adversarial" or "Variational" => Generative,
            "Distillation" => Classes,
            _ => Embeddings,
        },
    };

    private static string OfTuples(Factory factory)
    {
        Type? formula = factory.Formula?.GetType();
        bool isPreference = formula is { IsGenericType: true }
            && (formula.GetGenericTypeDefinition() == typeof(Preference<>)
                || formula.GetGenericTypeDefinition() == typeof(PreferenceAlone<>));
        return isPreference || factory.Formula is BradleyTerry or BradleyTerryMargin or Kto or ClippedValue ? Language
            : factory.Documentation.Conventions.Contains("censored", StringComparison.Ordinal)
                || factory.Documentation.Summary.Contains("censored", StringComparison.Ordinal) ? Survival
            : Distributions;
    }
}

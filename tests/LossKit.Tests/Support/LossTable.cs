using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using LossKit.Gallery;

namespace LossKit.Tests.Support;

/// <summary>The tables of all losses on docs/losses.md, made from the factories, their documentation and their facts.</summary>
internal static partial class LossTable
{
    /// <summary>What metrics take, by their class.</summary>
    private static readonly Dictionary<string, string> s_metrics = new()
    {
        [nameof(PointwiseMetric<>)] = "predictions, targets",
        [nameof(RankingMetric<>)] = "scores, relevances, `Groups`",
        [nameof(ConcordanceIndex<>)] = "`Survival`",
        [nameof(IntegratedBrierScore<>)] = "`SurvivalCurves`",
        [nameof(ImageMetric<>)] = "`Images`",
    };

    /// <summary>All tables, by the names that pages ask for them by.</summary>
    public static IEnumerable<(string Name, string Markdown)> All =>
    [
        ("losses", Pointwise()),
        ("row losses", Rows()),
        ("tuple losses", Tuples()),
        ("group losses", Groups()),
        ("embedding losses", Embeddings()),
        ("batch losses", Batches()),
        ("metrics", Metrics()),
    ];

    public static IEnumerable<MethodInfo> Factories => typeof(Loss)
        .GetMethods(BindingFlags.Public | BindingFlags.Static)
        .Where(method => !method.Name.Contains("From", StringComparison.Ordinal) && method.Name != nameof(Loss.Parse))
        .OrderBy(method => method.MetadataToken);

    private static IEnumerable<MethodInfo> PointwiseFactories => Factories.Where(factory => Returns(factory, typeof(PointwiseLoss<,>)));

    private static IEnumerable<MethodInfo> MetricFactories =>
        Factories.Where(factory => factory.ReturnType.Name.Split('`')[0] is { } name && s_metrics.ContainsKey(name));

    private static IEnumerable<MethodInfo> RowFactories => Factories.Where(
        factory => Returns(factory, typeof(RowLoss<,>)) || Returns(factory, typeof(CategoricalLoss<>)));

    /// <summary>Those of losses of tuples.</summary>
    public static IEnumerable<MethodInfo> TupleFactories => Factories.Where(
        factory => Returns(factory, typeof(TupleLoss<>)) || Returns(factory, typeof(TupleLoss<,>)));

    /// <summary>Those of losses of batches of several inputs.</summary>
    public static IEnumerable<MethodInfo> BatchFactories => Factories.Where(
        factory => Base(factory, typeof(BatchLoss<,,>)) is not null);

    /// <summary>Those of losses of groups.</summary>
    public static IEnumerable<MethodInfo> GroupFactories =>
        Factories.Where(factory => Returns(factory, typeof(GroupedLoss<>)));

    /// <summary>Losses of one prediction and one target.</summary>
    private static string Pointwise()
    {
        StringBuilder table = new();
        table.Append("| `Loss.` | the loss of one example | targets | link | convex | second derivative |\n");
        table.Append("| --- | --- | --- | --- | --- | --- |\n");
        foreach (MethodInfo factory in PointwiseFactories)
        {
            string targets = FactsOf.Describe(factory, Targets);
            string link = FactsOf.Describe(factory, facts => facts.Link.Name);
            string convexity = FactsOf.Describe(factory, Convexity);
            string curvature = FactsOf.Describe(factory, Curvature);
            table.Append(
                $"| {Signature(factory)} | {Summary(factory)} | {targets} | {link} | {convexity} | {curvature} |\n");
        }

        return table.ToString();
    }

    /// <summary>Losses of rows of classes.</summary>
    private static string Rows() => Table("the loss of one row", "targets", RowFactories, factory =>
        Returns(factory, typeof(CategoricalLoss<>)) ? "labels or probabilities"
        : factory.ReturnType.GetGenericArguments()[1] == typeof(int) ? "labels"
        : TargetsOfRow(factory));

    private static string TargetsOfRow(MethodInfo factory)
    {
        object?[] arguments = [3, .. factory.GetParameters().Skip(1).Select(parameter => parameter.DefaultValue)];
        RowLoss<double, double> loss = (RowLoss<double, double>)factory.MakeGenericMethod(typeof(double))
            .Invoke(null, arguments)!;
        return loss.Shape.Targets switch
        {
            0 => "none",
            1 => "one number",
            _ => loss.Facts.Targets == Domain.Logits ? "the teacher's logits" : "probabilities",
        };
    }

    /// <summary>Losses of several predictions of an example.</summary>
    private static string Tuples() => Table("the loss of one example", "predictions and targets", TupleFactories.Concat(
        Factories.Where(factory => Returns(factory, typeof(TupleRowsLoss<>)))), factory =>
    {
        // "Predictions log m and log k; one target, above 0; in nats", or whatever else is said of them first.
        Match said = Regex.Match(Text(factory, "remarks"), @"(?:^|(?<=\. ))[^.]*(?:[Pp]rediction|A row).*?(?=\.(?: |$))");
        if (said.Success)
        {
            return said.Value;
        }

        if (Returns(factory, typeof(TupleRowsLoss<>)))
        {
            object?[] arguments = [1, .. factory.GetParameters().Skip(1).Select(parameter => parameter.DefaultValue)];
            Shape shape = ((TupleRowsLoss<double>)factory.MakeGenericMethod(typeof(double)).Invoke(null, arguments)!).Shape;
            return $"{shape.Predictions}, {shape.Targets} a column";
        }

        TupleLoss<double> loss = TupleOracles.All.First(oracle => oracle.Factory == factory.Name).InDouble;
        return $"{loss.Predictions}, {loss.Targets}";
    });

    /// <summary>Losses of groups.</summary>
    private static string Groups() =>
        Table("the loss of one group", "takes", GroupFactories, _ => "targets, one an entry");

    /// <summary>Losses of embeddings.</summary>
    private static string Embeddings() => Table(
        "the loss",
        "takes",
        BatchFactories.Where(IsOfEmbeddings),
        Batch);

    /// <summary>Losses of batches that have names for their inputs.</summary>
    private static string Batches() => Table(
        "the loss", "takes", BatchFactories.Where(factory => !IsOfEmbeddings(factory)), Batch);

    /// <summary>What has no gradient.</summary>
    private static string Metrics() => Table(
        "the value", "takes", MetricFactories, factory => s_metrics[factory.ReturnType.Name.Split('`')[0]]);

    private static string Batch(MethodInfo factory) =>
        $"`{Base(factory, typeof(BatchLoss<,,>))!.GetGenericArguments()[1].Name.Split('`')[0]}`";

    private static bool IsOfEmbeddings(MethodInfo factory) => Base(factory, typeof(EmbeddingLoss<,,>)) is not null;

    private static Type? Base(MethodInfo factory, Type definition)
    {
        Type? type = factory.ReturnType;
        while (type is not null && !(type.IsGenericType && type.GetGenericTypeDefinition() == definition))
        {
            type = type.BaseType;
        }

        return type;
    }

    private static string Table(
        string loss, string lastColumn, IEnumerable<MethodInfo> factories, Func<MethodInfo, string> last)
    {
        StringBuilder table = new();
        table.Append($"| `Loss.` | {loss} | {lastColumn} |\n| --- | --- | --- |\n");
        foreach (MethodInfo factory in factories)
        {
            table.Append($"| {Signature(factory)} | {Summary(factory)} | {last(factory)} |\n");
        }

        return table.ToString();
    }

    private static string Signature(MethodInfo factory) =>
        $"`{factory.Name}({string.Join(", ", factory.GetParameters().Select(parameter => parameter.Name))})`";

    private static bool Returns(MethodInfo factory, Type definition) =>
        factory.ReturnType.GetGenericTypeDefinition() == definition;

    /// <summary>The summary in the documentation of a factory, or of the formula that it inherits it from.</summary>
    public static string Summary(MethodInfo factory) => ErrorDefinition().Replace(
        Text(factory, "summary"),
        match => match.Groups[1].Value switch
        {
            " and " or ", " => ", with ",
            string rest => rest,
        });

    private static string Text(MethodInfo factory, string part)
    {
        XElement? text = MemberDocumentation.Find(MemberDocumentation.Of(factory), part);
        foreach (XElement reference in (text?.Descendants("see") ?? []).ToList())
        {
            reference.ReplaceWith("`" + reference.Attribute("cref")!.Value.Split('(')[0].Split('.')[^1].Split('`')[0] + "`");
        }

        // What is a type of the formula is a parameter of the factory.
        foreach (XElement reference in (text?.Descendants("typeparamref") ?? []).ToList())
        {
            string name = reference.Attribute("name")!.Value[1..];
            reference.ReplaceWith($"`{char.ToLowerInvariant(name[0])}{name[1..]}`");
        }

        return Blank().Replace(text?.Value.Trim() ?? "", " ").Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static string Targets(LossFacts facts) =>
        facts.Targets == Domain.Reals ? "any"
        : facts.Targets == Domain.Signs ? "−1, +1"
        : facts.Targets == Domain.Probabilities ? "[0, 1]"
        : facts.Targets == Domain.Positive ? "> 0"
        : "≥ 0";

    private static string Convexity(LossFacts facts) => facts.Convexity switch
    {
        LossKit.Convexity.Strict => "strictly",
        LossKit.Convexity.Convex => "yes",
        LossKit.Convexity.None => "no",
        _ => "",
    };

    private static string Curvature(LossFacts facts) => facts.Curvature switch
    {
        LossKit.Curvature.Zero => "0",
        LossKit.Curvature.NotNegative => "≥ 0",
        LossKit.Curvature.AnySign => "any sign",
        _ => "",
    };

    /// <summary>What the page says once for the whole table.</summary>
    [GeneratedRegex(", with d = prediction − target( and |, |)")]
    private static partial Regex ErrorDefinition();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();
}

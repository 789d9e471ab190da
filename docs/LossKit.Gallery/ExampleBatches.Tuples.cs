using LossKit.Formulas;

namespace LossKit.Gallery;

// Losses of several predictions of an example, and of groups.
internal static partial class ExampleBatches
{
    /// <summary>What numbers of an example are tried, in this order, until one may be what is asked for.</summary>
    private static readonly double[] s_numbers = [-0.4, 0.6, 1.5, 2, 3, 0.25];

    private static ExampleBatch Tuples(Factory factory)
    {
        TupleLoss<double> loss = (TupleLoss<double>)factory.Loss;
        IFormulaDomains? domains = factory.Formula as IFormulaDomains;
        double[] predictions, targets;
        if (IsOfBoxes(loss))
        {
            (predictions, targets) = ([0, 0, 2, 2], [0.5, 0.5, 3, 2.5]);
        }
        else if (IsOfLogProbabilities(factory))
        {
            predictions = [.. new[] { -12.0, -14, -13 }.Take(loss.Predictions)];
            targets = [.. Enumerable.Range(0, loss.Targets).Select(k =>
                Fitting(domains?.TargetDomain(k) ?? Domain.Reals, -13))];
        }
        else
        {
            predictions = [.. Enumerable.Range(0, loss.Predictions).Select(k =>
                Fitting(domains?.PredictionDomain(k) ?? Domain.Reals, s_numbers[k % 3]))];
            targets = [.. Enumerable.Range(0, loss.Targets).Select(k =>
                Fitting(domains?.TargetDomain(k) ?? Domain.Reals, s_numbers[1 + k % 3]))];
        }

        Domain first = domains is null ? Domain.Reals : domains.PredictionDomain(0);
        double reach = IsOfLogProbabilities(factory) ? 30 : 4;
        double[] grid = [.. Enumerable.Range(0, 801).Select(i => predictions[0] + reach * (i / 400.0 - 1))];
        double[] possible = [.. grid.Where(first.Contains)];
        return Flat(
            predictions,
            new("targets", "double", CodeText.Of(targets)),
            Slice.Along(
                "predictions",
                0,
                IsOfBoxes(loss) ? "left side of the predicted box"
                    : IsOfLogProbabilities(factory) ? "log-probability of the first answer"
                    : loss.Predictions == 1 ? "prediction"
                    : "first prediction",
                possible[0],
                IsOfBoxes(loss) ? 1.9 : possible[^1]));
    }

    private static bool IsOfBoxes(TupleLoss<double> loss) => loss is { Predictions: 4, Targets: 4 };

    private static bool IsOfLogProbabilities(Factory factory) =>
        factory.Documentation.Conventions.Contains("log-probabilit", StringComparison.Ordinal)
        || factory.Documentation.Summary.Contains("log-probabilit", StringComparison.Ordinal);

    private static double Fitting(Domain domain, double preferred) =>
        s_numbers.Prepend(preferred).Concat([1, 0]).First(domain.Contains);

    private static ExampleBatch TupleRows(TupleRowsLoss<double> loss)
    {
        Shape shape = loss.Shape;
        return Flat(
            [.. Enumerable.Range(0, shape.Predictions).Select(i => s_numbers[i % s_numbers.Length])],
            ExampleArray.Numbers(
                "targets", Enumerable.Range(0, shape.Targets).Select(i => s_numbers[(i + 3) % s_numbers.Length])),
            Slice.Along("predictions", 0, "first prediction", -4, 4));
    }

    /// <summary>One list of five, of which some are relevant.</summary>
    private static ExampleBatch Groups(Factory factory)
    {
        IFormulaDomains? domains = factory.Formula as IFormulaDomains;
        bool isOfLabels = factory.Documentation.Summary.Contains("in \\[0, 1\\]", StringComparison.Ordinal)
            || factory.Documentation.Summary.Contains("in [0, 1]", StringComparison.Ordinal);
        _ = domains;
        return Flat(
            [0.4, 1.1, -0.3, 0.7, -0.9],
            ExampleArray.Numbers("targets", isOfLabels ? [1, 1, 0, 0, 0] : [2, 1, 0, 0, 1]),
            Slice.Along("scores", 0, "score of the first entry, which has the largest target", -4, 4),
            after: "Groups.OfWidth(5)",
            name: "scores");
    }
}

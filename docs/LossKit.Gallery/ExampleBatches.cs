namespace LossKit.Gallery;

/// <summary>
/// Which batch the example of a loss has, and along what its picture is drawn: by its kind, as far as that says enough.
/// </summary>
internal static partial class ExampleBatches
{
    /// <summary>What the page shows.</summary>
    public static ExampleBatch Of(Factory factory) => factory.Loss switch
    {
        PointwiseLoss<double> loss => Pointwise(loss),
        PointwiseMetric<double> => PointwiseMetric(factory.Name),
        IMetric<double, int> => Labels(factory),
        TupleLoss<double> => Tuples(factory),
        TupleRowsLoss<double> loss => TupleRows(loss),
        IMetric<double, double> metric => Rows(factory, metric),
        IGroupedLoss<double, double> or IGroupedMetric<double> => Groups(factory),
        _ => OfStruct(factory),
    };

    /// <summary>What the picture is drawn of: one example, where one is enough to see everything.</summary>
    public static ExampleBatch ForPicture(Factory factory) => factory.Loss switch
    {
        PointwiseLoss<double> loss => One(loss),
        _ => Of(factory),
    };

    private static ExampleBatch Flat(
        double[] predictions,
        ExampleArray targets,
        Slice slice,
        string after = "",
        string name = "predictions") => new()
        {
            Arrays = [ExampleArray.Numbers(name, predictions), targets],
            After = after,
            Differentiated = [name],
            Slice = slice,
        };

    private static ExampleBatch Pointwise(PointwiseLoss<double> loss)
    {
        LossFacts facts = loss.Facts;
        bool isRaw = facts.Predictions.Contains(-1);
        (double[] predictions, double[] targets) =
            facts.Targets == Domain.Signs ? (new[] { 1.5, -0.5, 0.2, -2 }, new double[] { 1, 1, -1, -1 })
            : facts.Targets == Domain.Probabilities
                ? (isRaw ? [2.5, -0.5, 0.2, -3] : [0.9, 0.4, 0.55, 0.05], [1, 1, 0, 0])
            : !facts.Targets.Contains(-1)
                ? (isRaw ? [0.5, 1.2, -0.3, 2] : [1.5, 3, 0.8, 6], [2, 3, 1, 9])
            : ([2.1, 0.4, -1.3, 7.9], IsOrdinary(loss, 0) ? [2, 0, -1, 1] : [2, 0.5, -1, 4]);
        if (!isRaw && facts.Targets.Contains(-1))
        {
            predictions = [.. predictions.Select(Math.Abs)];
        }

        return Flat(predictions, ExampleArray.Numbers("targets", targets), PointwiseSlice(loss, out _));
    }

    /// <summary>One example, whose prediction goes from far below its target to far above.</summary>
    private static ExampleBatch One(PointwiseLoss<double> loss)
    {
        Slice slice = PointwiseSlice(loss, out double target);
        return Flat([0], ExampleArray.Numbers("targets", target), slice);
    }

    private static Slice PointwiseSlice(PointwiseLoss<double> loss, out double target)
    {
        LossFacts facts = loss.Facts;
        target = facts.Targets == Domain.Signs || facts.Targets == Domain.Probabilities ? 1
            : !facts.Targets.Contains(0) || !facts.Targets.Contains(-1) ? 2
            : IsOrdinary(loss, 0) ? 0
            : 2;
        string what =
            facts.Targets == Domain.Signs ? "margin: score × target"
            : facts.Targets == Domain.Probabilities
                ? facts.Predictions.Contains(-1) ? "logit, of a target of 1" : "probability, of a target of 1"
            : facts.Link == Link.Log ? "prediction (a logarithm), of a target of 2"
            : target == 0 ? "error: prediction − target"
            : "prediction, of a target of 2";
        bool isOfProbabilities = facts.Targets == Domain.Probabilities;
        double center = facts.Targets.Contains(-1) && facts.Targets != Domain.Signs ? target : 0;
        double reach = isOfProbabilities && facts.Predictions.Contains(-1) ? 6 : Reach(loss, target);
        (double from, double to) = (center - reach, center + reach);
        if (!facts.Predictions.Contains(from))
        {
            (from, to) = facts.Predictions.Contains(2) ? (0.02 * reach, center + reach) : (0.002, 0.998);
        }

        double origin = facts.KinkVariable == KinkVariable.Error ? target : 0;
        return Slice.Along("predictions", 0, what, from, to) with
        {
            Kinks = [.. (facts.Kinks ?? []).Select(kink => origin + kink).Where(kink => kink > from && kink < to)],
        };
    }

    /// <summary>Whether a target leaves something to be seen: relative errors of 0 are out of any scale.</summary>
    private static bool IsOrdinary(PointwiseLoss<double> loss, double target) =>
        loss.Value([target + 1], [target]).Mean < 1e6;

    /// <summary>How far from its target there is nothing new to see: the slope has become what it stays.</summary>
    private static double Reach(PointwiseLoss<double> loss, double target)
    {
        double farthest = (loss.Facts.Kinks ?? []).Select(Math.Abs).Append(0).Max();
        foreach (double reach in new[] { 3.0, 5, 8, 12, 20 })
        {
            double[] slopes = [.. new[] { -2, -1, 1, 2, 0.5, 0.2 }.Select(part => Slope(target + part * reach))];
            double largest = slopes.Max(Math.Abs);
            bool isSettled = Math.Abs(slopes[0] - slopes[1]) < 0.15 * largest
                && Math.Abs(slopes[3] - slopes[2]) < 0.15 * largest;
            if (isSettled && 1.3 * farthest <= reach)
            {
                return reach;
            }
        }

        return Math.Max(3, 1.3 * farthest);

        double Slope(double prediction)
        {
            double[] gradient = new double[1];
            loss.ValueAndGradient([prediction], [target], gradient);
            return gradient[0];
        }
    }

    private static ExampleBatch PointwiseMetric(string name) => name switch
    {
        nameof(Loss.Misclassification) => Flat(
            [1, 2, 0, 2],
            ExampleArray.Integers("targets", 1, 2, 2, 2) with { Type = "double" },
            Slice.Along("predictions", 0, "predicted label of the first example, whose label is 1", -0.5, 3.5)),
        _ => Flat(
            [1.5, -0.5, 0.2, -2],
            ExampleArray.Numbers("targets", 1, 1, -1, -1),
            Slice.Along("predictions", 0, "prediction of the first example, whose target is 1", -3, 3)),
    };

    /// <summary>Rows with an integer label each.</summary>
    private static ExampleBatch Labels(Factory factory)
    {
        int width = ((IMetric<double, int>)factory.Loss).Shape.Predictions;
        double[] row = OfDomain(factory.Facts!.Predictions, [1.2, 0.3, -0.8, 0.5, -0.2, 0.9]);
        double[] other = OfDomain(factory.Facts.Predictions, [0.7, 0.1, -0.6, 0.4, -0.3, -1]);
        bool isProbability = !factory.Facts.Predictions.Contains(-1);
        return Flat(
            [.. row[..width], .. other[..width]],
            ExampleArray.Integers("labels", 0, width - 1),
            Slice.Along(
                "predictions",
                0,
                $"{(isProbability ? "probability" : "logit")} of the true class of the first row",
                isProbability ? 0.01 : -6,
                isProbability ? 0.99 : 6) with
            { Kinks = [] });
    }

    /// <summary>Numbers of a domain near those that are given.</summary>
    private static double[] OfDomain(Domain domain, double[] numbers) =>
        domain.Contains(-1) ? numbers
        : domain.Contains(2) ? [.. numbers.Select(Math.Exp)]
        // Rows of three that add up to 1.
        : [.. numbers.Chunk(3).SelectMany(row => row.Select(x => Math.Round(Math.Exp(x) / row.Sum(Math.Exp), 3)))];

    /// <summary>Rows with a number, or a row of numbers, to be met.</summary>
    private static ExampleBatch Rows(Factory factory, IMetric<double, double> metric)
    {
        LossFacts facts = factory.Facts ?? LossFacts.Unknown;
        double[] predictions = OfDomain(facts.Predictions, [1.2, 0.3, -0.8, -0.6, 0.1, 0.7]);
        double[] targets = metric.Shape.Targets switch
        {
            0 => [],
            1 => [0.6, 1.5],
            _ when factory.Loss is MultilabelLoss<double> => [1, 0, 1, 0, 1, 1],
            _ when facts.Targets == Domain.Probabilities => [0.7, 0.2, 0.1, 0.1, 0.3, 0.6],
            _ => [0.9, 0.4, -1, -0.2, 0.3, 0.9],
        };
        return Flat(
            predictions,
            new("targets", "double", CodeText.Of(targets)),
            facts.Predictions.Contains(-1)
                ? Slice.Along("predictions", 0, "first prediction of the first row", -6, 6)
                : Slice.Along("predictions", 0, "first prediction of the first row", 0.01, 0.99));
    }
}

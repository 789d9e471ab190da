namespace LossKit.Tests.Support;

// Definitions in plain arithmetic, which differentiates itself.
internal sealed partial class EmbeddingReference
{
    private static EmbeddingDefinition OfPositives(
        bool normalizes, Func<EmbeddingReference, Number[][], int, int, Number> loss) => Of((batch, points) =>
    {
        Number[][] rows = normalizes ? [.. points.Select(Number.Normalized)] : points;
        return Enumerable.Range(0, batch.Rows)
            .SelectMany(row => batch.Positives(row).Select(other => (row, (Number?)loss(batch, rows, row, other))));
    });

    public static EmbeddingDefinition LiftedStructure(double margin, Metric? metric = null) => Of((batch, points) =>
    {
        Number[][] rows = (metric ?? Metric.Euclidean).Rows(points);
        Number Of(int row, int other) => (metric ?? Metric.Euclidean).Between(rows[row], rows[other]);
        return Enumerable.Range(0, batch.Rows).SelectMany(row => batch.Positives(row).Where(other => other > row)
            .Select(other => (row, (Number?)(0.5 * Number.Square(Number.PositivePart(Of(row, other) + Number.LogSumExp(
                (batch._hasReferences ? [row] : new[] { row, other })
                    .SelectMany(end => batch.Negatives(end).Select(far => margin - Of(end, far))))))))));
    });

    public static EmbeddingDefinition TupletMargin(double margin, double scale) =>
        OfPositives(normalizes: true, (batch, rows, row, other) =>
        {
            Number cosine = Number.Dot(rows[row], rows[other]);
            double c = cosine.Value;
            double sine = 1 - c * c < 1e-6 ? 0 : Math.Sqrt(1 - c * c);
            Number turned = Number.Of(
                cosine,
                c * Math.Cos(margin) + sine * Math.Sin(margin),
                sine == 0 ? 0 : Math.Cos(margin) - c / sine * Math.Sin(margin));
            return Number.Softplus(Number.LogSumExp(
                batch.Negatives(row).Select(far => scale * (Number.Dot(rows[row], rows[far]) - turned))));
        });

    public static EmbeddingDefinition Angular(double angle) =>
        OfPositives(normalizes: true, (batch, rows, row, other) =>
        {
            double tangent = Math.Tan(angle) * Math.Tan(angle);
            return Number.Softplus(Number.LogSumExp(batch.Negatives(row).Select(far =>
                4 * tangent * (Number.Dot(rows[row], rows[far]) + Number.Dot(rows[other], rows[far]))
                - 2 * (1 + tangent) * Number.Dot(rows[row], rows[other]))));
        });

    public static EmbeddingDefinition MarginBased(double margin, double boundary, Metric? metric = null) =>
        OfPairs(metric ?? Metric.Euclidean, (distance, areAlike) =>
        {
            Number beyond = distance - boundary;
            Number loss = Number.PositivePart(margin + (areAlike ? beyond : -beyond));
            return loss.Value > 0 ? loss : null;
        });

    public static EmbeddingDefinition BatchContrastive(double margin, Metric? metric = null) => OfPairs(
        metric ?? Metric.Euclidean,
        (distance, areAlike) => Number.Square(areAlike ? distance : Number.PositivePart(margin - distance)));

    public static EmbeddingDefinition BatchLinearContrastive(double near, double far, Metric? metric = null) => OfPairs(
        metric ?? Metric.Euclidean,
        (distance, areAlike) => Number.PositivePart(areAlike ? distance - near : far - distance));

    public static EmbeddingDefinition BatchNtXent(double temperature) =>
        OfPositives(normalizes: true, (batch, rows, row, other) =>
        {
            Number[] logits =
            [
                .. batch.Negatives(row).Prepend(other).Select(each => Number.Dot(rows[row], rows[each]) / temperature),
            ];
            return Number.LogSumExp(logits) - logits[0];
        });

    public static EmbeddingDefinition BatchHardTriplet(double margin, Metric? metric = null) =>
        Hardest(by => Number.PositivePart(margin - by), metric);

    public static EmbeddingDefinition BatchHardSoftTriplet(Metric? metric = null) =>
        Hardest(by => Number.Softplus(-by), metric);

    public static EmbeddingDefinition BatchAllTriplet(double margin, bool activeOnly, Metric? metric = null) =>
        OfAnchors(metric ?? Metric.Euclidean, (batch, row, to) =>
            from positive in batch.Positives(row)
            from negative in batch.Negatives(row)
            let loss = batch.Triplet(Number.PositivePart(margin - (to[negative] - to[positive])))
            select loss.Value > 0 || !activeOnly ? loss : null);

    public static EmbeddingDefinition SemiHardTriplet(double margin, Metric? metric = null) =>
        OfAnchors(metric ?? Metric.Squared, (batch, row, to) =>
        {
            int[] negatives = batch.Negatives(row);
            return (negatives.Length == 0 ? [] : batch.Positives(row)).Select(positive =>
            {
                int[] farther = [.. negatives.Where(other => to[other].Value > to[positive].Value)];
                int negative = farther.Length > 0
                    ? farther.MinBy(other => to[other].Value)
                    : negatives.MaxBy(other => to[other].Value);
                return (Number?)batch.Triplet(Number.PositivePart(margin - (to[negative] - to[positive])));
            });
        });

    public static EmbeddingDefinition Nca(double scale, Metric metric) => OfAnchors(metric, (batch, row, to) =>
    {
        int[] positives = batch.Positives(row);
        Number Among(int[] others) => Number.LogSumExp(others.Select(other => -(scale * to[other])));
        return positives.Length == 0 ? [null] : [Among([.. batch.Others(row)]) - Among(positives)];
    });

    public static EmbeddingDefinition GeneralizedLiftedStructure(double margin, Metric metric) =>
        OfAnchors(metric, (batch, row, to) =>
        {
            int[] positives = batch.Positives(row);
            int[] negatives = batch.Negatives(row);
            return positives.Length == 0 || negatives.Length == 0
                ? [null]
                : [Number.PositivePart(
                    Number.LogSumExp(positives.Select(other => to[other]))
                    + Number.LogSumExp(negatives.Select(other => margin - to[other])))];
        });

    private static EmbeddingDefinition Hardest(Func<Number, Number> formula, Metric? metric) =>
        OfAnchors(metric ?? Metric.Euclidean, (batch, row, to) =>
        {
            int[] positives = batch.Positives(row);
            int[] negatives = batch.Negatives(row);
            return positives.Length == 0 || negatives.Length == 0
                ? [null]
                : [batch.Triplet(formula(
                    to[negatives.MinBy(other => to[other].Value)] - to[positives.MaxBy(other => to[other].Value)]))];
        });

    /// <summary>On what lies between each row and every other, and whether both have the same label.</summary>
    private static EmbeddingDefinition OfPairs(Metric metric, Func<Number, bool, Number?> loss) =>
        OfAnchors(metric, (batch, row, to) =>
            batch.Others(row).Select(other => loss(to[other], batch.AreAlike(row, other))));

    /// <summary>On the distances of each row to all.</summary>
    private static EmbeddingDefinition OfAnchors(
        Metric metric, Func<EmbeddingReference, int, Number[], IEnumerable<Number?>> losses) => Of((batch, points) =>
    {
        Number[][] rows = metric.Rows(points);
        return Enumerable.Range(0, batch.Rows).SelectMany(row =>
            losses(batch, row, [.. rows.Select(other => metric.Between(rows[row], other))])
                .Select(loss => (row, loss)));
    });

    private Number Triplet(Number loss)
    {
        Triplets++;
        Active += loss.Value > 0 ? 1 : 0;
        return loss;
    }

    public static EmbeddingDefinition SnrContrastive(double near, double far) => Of((batch, points) =>
        from row in Enumerable.Range(0, batch.Rows)
        from other in batch.Others(row)
        let noise = Spread([.. points[row].Zip(points[other], (x, y) => x - y)])
        let signal = Spread(points[row])
        let ratio = signal.Value == 0 ? 0 : noise / signal
        select (row, (Number?)Number.PositivePart(
            batch.AreAlike(row, other) ? ratio - near : far - ratio)));

    private static Number Spread(Number[] numbers)
    {
        Number mean = Number.Sum(numbers) / numbers.Length;
        return Number.Sum(numbers.Select(x => Number.Square(x - mean)));
    }

    public static EmbeddingDefinition FastAp(int bins) => Of((batch, points) =>
    {
        Number[][] rows = [.. points.Select(Number.Normalized)];
        return Enumerable.Range(0, batch.Rows).Select(row => (row, Loss(row)));

        Number? Loss(int row)
        {
            int[] positives = batch.Positives(row);
            Number[] near = Histogram(row, positives);
            Number[] far = Histogram(row, batch.Negatives(row));
            Number nearSoFar = 0;
            Number farSoFar = 0;
            List<Number> terms = [1];
            for (int bin = 0; bin <= bins; bin++)
            {
                nearSoFar += near[bin];
                farSoFar += far[bin];
                if (near[bin].Value > 0)
                {
                    terms.Add(-(near[bin] * nearSoFar / (nearSoFar + farSoFar) / positives.Length));
                }
            }

            return positives.Length == 0 ? null : Number.Sum(terms);
        }

        Number[] Histogram(int row, int[] others)
        {
            Number[] at = [.. others.Select(other => bins / 4.0 * Number.SquaredDistance(rows[row], rows[other]))];
            return
            [
                .. Enumerable.Range(0, bins + 1).Select(bin => Number.Sum(at.Select(x =>
                    Number.PositivePart(1 - Number.Of(x, Math.Abs(x.Value - bin), Math.Sign(x.Value - bin)))))),
            ];
        }
    });

    public static EmbeddingDefinition DecoupledContrastive(double temperature, double? sigma = null) =>
        Of((batch, points) =>
        {
            Number[][] rows = [.. points.Select(Number.Normalized)];
            int n = batch.Rows;
            double[] shares = [.. Enumerable.Range(0, n).Select(item =>
                Math.Exp(Number.Dot(rows[item], rows[item + n]).Value / (sigma ?? 1)))];
            return Enumerable.Range(0, 2 * n).Select(row =>
            {
                int item = row % n;
                double weight = sigma is null ? 1 : 2 - n * shares[item] / shares.Sum();
                Number all = Number.LogSumExp(Enumerable.Range(0, 2 * n).Where(other => other % n != item)
                    .Select(other => Number.Dot(rows[row], rows[other]) / temperature));
                return (row, (Number?)(all - weight * Number.Dot(rows[row], rows[(row + n) % (2 * n)]) / temperature));
            });
        });

    public static EmbeddingDefinition MatryoshkaInfoNce(
        double temperature, Func<int, (int Length, double Weight)[]> cuts) =>
        Of((batch, points) => Enumerable.Range(0, batch.Rows).Select(row => (row, (Number?)Number.Sum(
            cuts(points[0].Length).Select(cut =>
            {
                Number[] Row(int point) => Number.Normalized(points[point][..cut.Length]);
                Number Score(int key) => Number.Dot(Row(row), Row(batch.Rows + key)) / temperature;
                return cut.Weight
                    * (Number.LogSumExp(Enumerable.Range(0, batch.Rows).Select(Score)) - Score(row));
            })))));
}

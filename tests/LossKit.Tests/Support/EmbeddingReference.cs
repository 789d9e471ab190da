namespace LossKit.Tests.Support;

/// <summary>Writes the losses of a batch, and pushes their gradients, as the definition says.</summary>
internal delegate void EmbeddingDefinition(EmbeddingReference batch);

/// <summary>
/// Losses of embeddings by definition, term by term in double. All rows of all inputs are points: those of the second
/// input come after those of the first.
/// </summary>
internal sealed class EmbeddingReference
{
    private const double LeastNorm = 1e-12;
    private const double CosineEpsilon = 1e-12;

    private readonly double[][] _points;
    private readonly double[] _weights;

    /// <summary>Negative where they are not known yet.</summary>
    private readonly double[,] _squaredDistances;

    private int _anchor;

    private EmbeddingReference(EmbeddingSample<double> sample)
    {
        Rows = sample.Rows;
        Labels = sample.Labels;
        _weights = sample.Weights;
        _points = [.. sample.Inputs.SelectMany(input => input.Chunk(sample.Dimension))];
        _squaredDistances = new double[_points.Length, _points.Length];
        for (int i = 0; i < _squaredDistances.Length; i++)
        {
            _squaredDistances[i / _points.Length, i % _points.Length] = -1;
        }

        Gradients = Zeros(_points);
        Sizes = Zeros(_points);
    }

    public int Rows { get; }

    public int[] Labels { get; }

    private double WeightOfAnchor => _weights.Length == 0 ? 1 : _weights[_anchor];

    /// <summary>All losses, counted or not, before weights.</summary>
    public List<double> Losses { get; } = [];

    public double Sum { get; private set; }

    public double Weight { get; private set; }

    public long Count { get; private set; }

    public long Triplets { get; private set; }

    public long Active { get; private set; }

    /// <summary>The gradient of the weighted sum, for each point.</summary>
    public double[][] Gradients { get; }

    /// <summary>The same with all terms positive: what rounding errors are relative to.</summary>
    public double[][] Sizes { get; }

    public static EmbeddingReference Of(EmbeddingDefinition definition, EmbeddingSample<double> sample)
    {
        EmbeddingReference reference = new(sample);
        definition(reference);
        return reference;
    }

    /// <summary>Losses in plain arithmetic, each of an anchor; those of null do not count.</summary>
    public static EmbeddingDefinition Of(
        Func<EmbeddingReference, Number[][], IEnumerable<(int Anchor, Number? Loss)>> losses) => batch =>
    {
        Number[][] points = [.. batch._points.Select(point => (Number[])[.. point.Select(x => (Number)x)])];
        List<Number> weighted = [];
        foreach ((int anchor, Number? loss) in losses(batch, points))
        {
            batch._anchor = anchor;
            if (loss is null)
            {
                batch.Losses.Add(0);
                continue;
            }

            batch.AddLoss(loss.Value);
            if (batch.WeightOfAnchor != 0)
            {
                weighted.Add(batch.WeightOfAnchor * loss);
            }
        }

        Number.Sum(weighted).Differentiate();
        for (int point = 0; point < points.Length; point++)
        {
            batch.Gradients[point] = [.. points[point].Select(x => x.Gradient)];
            batch.Sizes[point] = [.. points[point].Select(x => x.Size)];
        }
    };

    public int[] Positives(int row) =>
        [.. Enumerable.Range(0, Rows).Where(other => other != row && Labels[other] == Labels[row])];

    public int[] Negatives(int row) => [.. Enumerable.Range(0, Rows).Where(other => Labels[other] != Labels[row])];

    private static EmbeddingDefinition OfPositives(
        bool normalizes, Func<EmbeddingReference, Number[][], int, int, Number> loss) => Of((batch, points) =>
    {
        Number[][] rows = normalizes ? [.. points.Select(Number.Normalized)] : points;
        return Enumerable.Range(0, batch.Rows)
            .SelectMany(row => batch.Positives(row).Select(other => (row, (Number?)loss(batch, rows, row, other))));
    });

    public static EmbeddingDefinition LiftedStructure(double margin) => Of((batch, points) =>
    {
        Number Of(int row, int other) => Number.Sqrt(Number.SquaredDistance(points[row], points[other]));
        return Enumerable.Range(0, batch.Rows).SelectMany(row => batch.Positives(row).Where(other => other > row)
            .Select(other => (row, (Number?)(0.5 * Number.Square(Number.PositivePart(Of(row, other) + Number.LogSumExp(
                new[] { row, other }
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

    public static EmbeddingDefinition MarginBased(double margin, double boundary) => Of((batch, points) =>
        from row in Enumerable.Range(0, batch.Rows)
        from other in Enumerable.Range(0, batch.Rows)
        where other != row
        let beyond = Number.Sqrt(Number.SquaredDistance(points[row], points[other])) - boundary
        let loss = Number.PositivePart(margin + (batch.Labels[row] == batch.Labels[other] ? beyond : -beyond))
        select (row, loss.Value > 0 ? loss : null));

    public static EmbeddingDefinition SnrContrastive(double near, double far) => Of((batch, points) =>
        from row in Enumerable.Range(0, batch.Rows)
        from other in Enumerable.Range(0, batch.Rows)
        where other != row
        let noise = Spread([.. points[row].Zip(points[other], (x, y) => x - y)])
        let signal = Spread(points[row])
        let ratio = signal.Value == 0 ? 0 : noise / signal
        select (row, (Number?)Number.PositivePart(
            batch.Labels[row] == batch.Labels[other] ? ratio - near : far - ratio)));

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

    public static EmbeddingDefinition Contrastive(double margin) => batch =>
    {
        for (int row = 0; row < batch.Rows; row++)
        {
            batch._anchor = row;
            batch.Contrast(row, batch.Rows + row, batch.Labels[row] == 1, margin);
        }
    };

    public static EmbeddingDefinition CosineEmbedding(double margin) => batch =>
    {
        for (int row = 0; row < batch.Rows; row++)
        {
            batch._anchor = row;
            int other = batch.Rows + row;
            double squareU = batch.Dot(row, row) + CosineEpsilon;
            double squareV = batch.Dot(other, other) + CosineEpsilon;
            double norms = Math.Sqrt(squareU) * Math.Sqrt(squareV);
            double cosine = batch.Dot(row, other) / norms;
            bool isAlike = batch.Labels[row] == 1;
            batch.AddLoss(isAlike ? 1 - cosine : Math.Max(0, cosine - margin));
            double slope = isAlike ? -1 : cosine > margin ? 1 : 0;
            batch.Push(row, slope / norms, batch._points[other]);
            batch.Push(row, -slope * cosine / squareU, batch._points[row]);
            batch.Push(other, slope / norms, batch._points[row]);
            batch.Push(other, -slope * cosine / squareV, batch._points[other]);
        }
    };

    /// <summary>On the cosine of two rows, and the derivative with respect to it.</summary>
    public static EmbeddingDefinition OfCosine(Func<double, int, (double Loss, double Slope)> formula) => batch =>
    {
        for (int row = 0; row < batch.Rows; row++)
        {
            batch._anchor = row;
            int other = batch.Rows + row;
            (double D, double[][] Left, double[][] Right) distance =
                CosineDistance(batch._points[row], batch._points[other]);
            (double loss, double slope) = formula(1 - distance.D, batch.Labels[row]);
            batch.AddLoss(loss);
            Array.ForEach(distance.Left, term => batch.Push(row, -slope, term));
            Array.ForEach(distance.Right, term => batch.Push(other, -slope, term));
        }
    };

    public static EmbeddingDefinition MarginRanking(double margin) => batch =>
    {
        for (int row = 0; row < batch.Rows; row++)
        {
            batch._anchor = row;
            int other = batch.Rows + row;
            double sign = batch.Labels[row];
            double argument = margin - sign * (batch._points[row][0] - batch._points[other][0]);
            batch.AddLoss(Math.Max(0, argument));
            batch.Push(row, argument > 0 ? -sign : 0, [1]);
            batch.Push(other, argument > 0 ? sign : 0, [1]);
        }
    };

    public static EmbeddingDefinition Triplet(double margin, bool isSquared = false, bool swaps = false) =>
        Triplet(Hinge(margin), isSquared, swaps);

    public static EmbeddingDefinition SoftTriplet(bool swaps) => Triplet(
        margin => (Math.Log(1 + Math.Exp(-margin)), -1 / (1 + Math.Exp(margin))), isSquared: false, swaps);

    public static EmbeddingDefinition SquaredSoftTriplet(double margin) => Triplet(
        by => (GroupReference.Softplus(margin - by), -1 / (1 + Math.Exp(by - margin))), isSquared: true, swaps: false);

    /// <summary>On the distance of two rows, which comes with the terms of its gradients.</summary>
    public static EmbeddingDefinition TripletWithDistance(
        double margin, bool swaps, Func<double[], double[], (double D, double[][] Left, double[][] Right)> distance) =>
        batch =>
        {
            for (int row = 0; row < batch.Rows; row++)
            {
                batch._anchor = row;
                int positive = batch.Rows + row;
                int negative = 2 * batch.Rows + row;
                (double near, double[][] ofAnchor, double[][] ofPositive) =
                    distance(batch._points[row], batch._points[positive]);
                (double far, double[][] ofFrom, double[][] ofNegative) =
                    distance(batch._points[row], batch._points[negative]);
                (double D, double[][] Left, double[][] Right) other =
                    distance(batch._points[positive], batch._points[negative]);
                bool isSwapped = swaps && other.D < far;
                if (isSwapped)
                {
                    (far, ofFrom, ofNegative) = other;
                }

                double loss = Math.Max(0, margin + near - far);
                batch.AddLoss(loss);
                batch.Triplets++;
                batch.Active += loss > 0 ? 1 : 0;
                double slope = loss > 0 ? 1 : 0;
                Array.ForEach(ofAnchor, term => batch.Push(row, slope, term));
                Array.ForEach(ofPositive, term => batch.Push(positive, slope, term));
                Array.ForEach(ofFrom, term => batch.Push(isSwapped ? positive : row, -slope, term));
                Array.ForEach(ofNegative, term => batch.Push(negative, -slope, term));
            }
        };

    public static (double D, double[][] Left, double[][] Right) Manhattan(double[] left, double[] right)
    {
        double[] signs = [.. left.Zip(right, (a, b) => (double)Math.Sign(a - b))];
        return (left.Zip(right, (a, b) => Math.Abs(a - b)).Sum(), [signs], [[.. signs.Select(sign => -sign)]]);
    }

    public static (double D, double[][] Left, double[][] Right) Chebyshev(double[] left, double[] right)
    {
        double[] sizes = [.. left.Zip(right, (a, b) => Math.Abs(a - b))];
        int at = Array.IndexOf(sizes, sizes.Max());
        double[] signs = new double[left.Length];
        signs[at] = Math.Sign(left[at] - right[at]);
        return (sizes[at], [signs], [[.. signs.Select(sign => -sign)]]);
    }

    public static (double D, double[][] Left, double[][] Right) CosineDistance(double[] left, double[] right)
    {
        double normLeft = Math.Sqrt(Dot(left, left));
        double normRight = Math.Sqrt(Dot(right, right));
        double lengthLeft = Math.Max(normLeft, LeastNorm);
        double lengthRight = Math.Max(normRight, LeastNorm);
        double cosine = Dot(left, right) / lengthLeft / lengthRight;
        return (1 - cosine, Gradient(left, right, normLeft), Gradient(right, left, normRight));

        double[][] Gradient(double[] row, double[] other, double norm) =>
        [
            [.. row.Select(a => norm < LeastNorm ? 0 : cosine * a / norm / norm)],
            [.. other.Select(b => -b / lengthLeft / lengthRight)],
        ];
    }

    public static EmbeddingDefinition GeneralizedLiftedStructure(double margin) => batch =>
        batch.ForEachAnchor((anchor, positives, negatives) =>
        {
            if (positives.Length == 0 || negatives.Length == 0)
            {
                batch.Losses.Add(0);
                return;
            }

            double Of(int other) => Math.Sqrt(batch.SquaredDistance(anchor, other));
            double near = GroupReference.LogSumExp(positives.Select(Of));
            double far = GroupReference.LogSumExp(negatives.Select(other => margin - Of(other)));
            batch.AddLoss(Math.Max(0, near + far));
            double slope = near + far > 0 ? 1 : 0;
            foreach (int other in positives)
            {
                batch.Stretch(anchor, other, slope * Math.Exp(Of(other) - near), isSquared: false);
            }

            foreach (int other in negatives)
            {
                batch.Stretch(anchor, other, -slope * Math.Exp(margin - Of(other) - far), isSquared: false);
            }
        });

    public static EmbeddingDefinition Nca(double scale) => batch =>
        batch.ForEachAnchor((anchor, positives, negatives) =>
        {
            if (positives.Length == 0)
            {
                batch.Losses.Add(0);
                return;
            }

            double Of(int other) => -scale * batch.SquaredDistance(anchor, other);
            double near = GroupReference.LogSumExp(positives.Select(Of));
            double far = GroupReference.LogSumExp(negatives.Select(Of));
            batch.AddLoss(GroupReference.Softplus(far - near));
            double slope = -scale / (1 + Math.Exp(near - far));
            foreach (int other in positives)
            {
                batch.Stretch(anchor, other, -slope * Math.Exp(Of(other) - near), isSquared: true);
            }

            foreach (int other in negatives)
            {
                batch.Stretch(anchor, other, slope * Math.Exp(Of(other) - far), isSquared: true);
            }
        });

    public static EmbeddingDefinition InfoNce(double temperature, bool normalizes) => batch =>
    {
        Similarities similarities = new(batch, temperature, normalizes);
        int[] keys = [.. Enumerable.Range(batch.Rows, batch.Rows)];
        for (int row = 0; row < batch.Rows; row++)
        {
            batch._anchor = row;
            batch.AddLoss(similarities.Choose(row, keys, [batch.Rows + row]));
        }

        similarities.Finish();
    };

    public static EmbeddingDefinition NtXent(double temperature) => batch =>
    {
        Similarities similarities = new(batch, temperature, normalizes: true);
        int[] views = [.. Enumerable.Range(0, 2 * batch.Rows)];
        foreach (int view in views)
        {
            batch._anchor = view;
            int match = view < batch.Rows ? view + batch.Rows : view - batch.Rows;
            batch.AddLoss(similarities.Choose(view, [.. views.Where(other => other != view)], [match]));
        }

        similarities.Finish();
    };

    public static EmbeddingDefinition SupervisedContrastive(double temperature, bool normalizes) => batch =>
    {
        Similarities similarities = new(batch, temperature, normalizes);
        batch.ForEachAnchor((anchor, positives, negatives) =>
        {
            if (positives.Length == 0)
            {
                batch.Losses.Add(0);
                return;
            }

            batch.AddLoss(similarities.Choose(anchor, [.. positives, .. negatives], positives));
        });
        similarities.Finish();
    };

    public static EmbeddingDefinition MultiSimilarity(
        double alpha,
        double beta,
        double center,
        bool normalizes = true,
        bool needsBoth = false,
        double? epsilon = null) => batch =>
    {
        Similarities similarities = new(batch, temperature: 1, normalizes);
        batch.ForEachAnchor((anchor, positives, negatives) =>
        {
            if (needsBoth && (positives.Length == 0 || negatives.Length == 0))
            {
                batch.Losses.Add(0);
                return;
            }

            if (epsilon is { } least)
            {
                double Of(int other) => similarities.Similarity(anchor, other);
                double nearest = negatives.Select(Of).Append(double.NegativeInfinity).Aggregate(double.MaxNumber);
                double farthest = positives.Select(Of).Append(double.PositiveInfinity).Aggregate(double.MinNumber);
                positives = [.. positives.Where(other => !(Of(other) - least >= nearest))];
                negatives = [.. negatives.Where(other => !(Of(other) + least <= farthest))];
            }

            double near = similarities.LogSum(anchor, positives, s => -alpha * (s - center));
            double far = similarities.LogSum(anchor, negatives, s => beta * (s - center));
            batch.AddLoss(GroupReference.Softplus(near) / alpha + GroupReference.Softplus(far) / beta);
            similarities.Pull(anchor, positives, s => -Math.Exp(-alpha * (s - center) - GroupReference.Softplus(near)));
            similarities.Pull(anchor, negatives, s => Math.Exp(beta * (s - center) - GroupReference.Softplus(far)));
        });
        similarities.Finish();
    };

    public static EmbeddingDefinition Circle(double margin, double gamma, bool stopsWeights) => batch =>
    {
        Similarities similarities = new(batch, temperature: 1, normalizes: true);
        batch.ForEachAnchor((anchor, positives, negatives) =>
        {
            if (positives.Length == 0 || negatives.Length == 0)
            {
                batch.Losses.Add(0);
                return;
            }

            Func<double, double> ofNear = s => -gamma * Math.Max(0, 1 + margin - s) * (s - 1 + margin);
            Func<double, double> ofFar = s => gamma * Math.Max(0, s + margin) * (s - margin);
            double near = similarities.LogSum(anchor, positives, ofNear);
            double far = similarities.LogSum(anchor, negatives, ofFar);
            batch.AddLoss(GroupReference.Softplus(near + far));
            double slope = Math.Exp(near + far - GroupReference.Softplus(near + far));
            similarities.Pull(anchor, positives, s => slope * Math.Exp(ofNear(s) - near)
                * -gamma * (Math.Max(0, 1 + margin - s) - (stopsWeights || s >= 1 + margin ? 0 : s - 1 + margin)));
            similarities.Pull(anchor, negatives, s => slope * Math.Exp(ofFar(s) - far)
                * gamma * (Math.Max(0, s + margin) + (stopsWeights || s <= -margin ? 0 : s - margin)));
        });
        similarities.Finish();
    };

    public static EmbeddingDefinition BatchContrastive(double margin) => batch =>
        batch.ForEachAnchor((anchor, positives, negatives) =>
        {
            foreach (int other in positives.Concat(negatives).Order())
            {
                batch.Contrast(anchor, other, positives.Contains(other), margin);
            }
        });

    public static EmbeddingDefinition BatchHardTriplet(double margin) => BatchHardTriplet(Hinge(margin));

    public static EmbeddingDefinition BatchHardSoftTriplet => BatchHardTriplet(
        by => (GroupReference.Softplus(-by), -1 / (1 + Math.Exp(by))));

    private static EmbeddingDefinition BatchHardTriplet(Func<double, (double Loss, double Slope)> formula) => batch =>
        batch.ForEachAnchor((anchor, positives, negatives) =>
        {
            if (positives.Length == 0 || negatives.Length == 0)
            {
                batch.Losses.Add(0);
                return;
            }

            int positive = positives.MaxBy(other => batch.SquaredDistance(anchor, other));
            int negative = negatives.MinBy(other => batch.SquaredDistance(anchor, other));
            batch.CountTriplet(formula, anchor, positive, anchor, negative, isSquared: false);
        });

    public static EmbeddingDefinition BatchAllTriplet(double margin, bool activeOnly) => batch =>
        batch.ForEachAnchor((anchor, positives, negatives) =>
        {
            foreach (int positive in positives)
            {
                foreach (int negative in negatives)
                {
                    batch.CountTriplet(
                        Hinge(margin), anchor, positive, anchor, negative, isSquared: false, activeOnly);
                }
            }
        });

    public static EmbeddingDefinition SemiHardTriplet(double margin) => batch =>
        batch.ForEachAnchor((anchor, positives, negatives) =>
        {
            foreach (int positive in negatives.Length == 0 ? [] : positives)
            {
                double near = batch.SquaredDistance(anchor, positive);
                int[] farther = [.. negatives.Where(other => batch.SquaredDistance(anchor, other) > near)];
                int negative = farther.Length > 0
                    ? farther.MinBy(other => batch.SquaredDistance(anchor, other))
                    : negatives.MaxBy(other => batch.SquaredDistance(anchor, other));
                batch.CountTriplet(Hinge(margin), anchor, positive, anchor, negative, isSquared: true);
            }
        });

    private static EmbeddingDefinition Triplet(
        Func<double, (double Loss, double Slope)> formula, bool isSquared, bool swaps) => batch =>
    {
        for (int row = 0; row < batch.Rows; row++)
        {
            batch._anchor = row;
            int positive = batch.Rows + row;
            int negative = 2 * batch.Rows + row;
            bool isSwapped = swaps
                && batch.SquaredDistance(positive, negative) < batch.SquaredDistance(row, negative);
            batch.CountTriplet(formula, row, positive, isSwapped ? positive : row, negative, isSquared);
        }
    };

    private static Func<double, (double Loss, double Slope)> Hinge(double margin) =>
        by => margin - by > 0 ? (margin - by, -1) : (0, 0);

    private static double[][] Zeros(double[][] points) => [.. points.Select(point => new double[point.Length])];

    private void ForEachAnchor(Action<int, int[], int[]> action)
    {
        for (int anchor = 0; anchor < Rows; anchor++)
        {
            _anchor = anchor;
            int label = Labels[anchor];
            int self = anchor;
            int[] others = [.. Enumerable.Range(0, Rows).Where(row => row != self)];
            action(
                anchor,
                [.. others.Where(row => Labels[row] == label)],
                [.. others.Where(row => Labels[row] != label)]);
        }
    }

    private void Contrast(int left, int right, bool areSimilar, double margin)
    {
        double distance = Math.Sqrt(SquaredDistance(left, right));
        double gap = Math.Max(0, margin - distance);
        AddLoss(areSimilar ? distance * distance : gap * gap);
        Stretch(left, right, areSimilar ? 2 * distance : -2 * gap, isSquared: false);
    }

    private void CountTriplet(
        Func<double, (double Loss, double Slope)> formula,
        int anchor,
        int positive,
        int from,
        int negative,
        bool isSquared,
        bool activeOnly = false)
    {
        double near = SquaredDistance(anchor, positive);
        double far = SquaredDistance(from, negative);
        (double loss, double slope) = formula(isSquared ? far - near : Math.Sqrt(far) - Math.Sqrt(near));
        Triplets++;
        Active += loss > 0 ? 1 : 0;
        if (activeOnly && loss == 0)
        {
            Losses.Add(0);
            return;
        }

        AddLoss(loss);
        Stretch(anchor, positive, -slope, isSquared);
        Stretch(from, negative, slope, isSquared);
    }

    private void AddLoss(double loss)
    {
        double weight = WeightOfAnchor;
        Losses.Add(loss);
        Sum += weight * loss;
        Weight += weight;
        Count++;
    }

    /// <summary>The gradient of a distance, or of its square, times <paramref name="slope"/>.</summary>
    private void Stretch(int left, int right, double slope, bool isSquared)
    {
        double distance = Math.Sqrt(SquaredDistance(left, right));
        if (distance > 0 && slope != 0)
        {
            double[] difference = new double[_points[left].Length];
            for (int k = 0; k < difference.Length; k++)
            {
                difference[k] = _points[left][k] - _points[right][k];
            }

            double force = isSquared ? 2 * slope : slope / distance;
            Push(left, force, difference);
            Push(right, -force, difference);
        }
    }

    private void Push(int point, double factor, double[] vector)
    {
        double weight = WeightOfAnchor;
        Add(Gradients[point], Sizes[point], weight * factor, vector);
    }

    private static void Add(double[] sum, double[] size, double factor, double[] vector)
    {
        for (int k = 0; k < vector.Length; k++)
        {
            sum[k] += factor * vector[k];
            size[k] += Math.Abs(factor * vector[k]);
        }
    }

    private double SquaredDistance(int left, int right)
    {
        double known = _squaredDistances[left, right];
        if (known >= 0)
        {
            return known;
        }

        double sum = 0;
        for (int k = 0; k < _points[left].Length; k++)
        {
            double difference = _points[left][k] - _points[right][k];
            sum += difference * difference;
        }

        _squaredDistances[left, right] = sum;
        return sum;
    }

    private double Dot(int left, int right) => Dot(_points[left], _points[right]);

    private static double Dot(double[] left, double[] right)
    {
        double sum = 0;
        for (int k = 0; k < left.Length; k++)
        {
            sum += left[k] * right[k];
        }

        return sum;
    }

    /// <summary>Softmax over similarities of the points, normalised or not, and its way back to them.</summary>
    private sealed class Similarities
    {
        private readonly EmbeddingReference _batch;
        private readonly double _temperature;
        private readonly bool _normalizes;
        private readonly double[] _norms;
        private readonly double[][] _vectors;
        private readonly double[][] _gradients;
        private readonly double[][] _sizes;

        public Similarities(EmbeddingReference batch, double temperature, bool normalizes)
        {
            _batch = batch;
            _temperature = temperature;
            _norms = [.. batch._points.Select((_, point) => normalizes ? Math.Sqrt(batch.Dot(point, point)) : 1)];
            _vectors = [.. batch._points.Select((vector, point) => Divide(vector, point))];
            _gradients = Zeros(batch._points);
            _sizes = Zeros(batch._points);
            _normalizes = normalizes;
        }

        /// <summary>The mean of −log softmax over all <paramref name="others"/>, at the chosen ones.</summary>
        public double Choose(int anchor, int[] others, int[] chosen)
        {
            double weight = _batch.WeightOfAnchor;
            double[] similarities = [.. others.Select(other => Similarity(anchor, other))];
            double largest = similarities.Max();
            double total = similarities.Sum(similarity => Math.Exp(similarity - largest));
            double share = 1.0 / chosen.Length;
            for (int k = 0; k < others.Length; k++)
            {
                Pull(anchor, others[k], weight * Math.Exp(similarities[k] - largest) / total);
            }

            foreach (int other in chosen)
            {
                Pull(anchor, other, -weight * share);
            }

            return chosen.Sum(other => share * (largest + Math.Log(total) - Similarity(anchor, other)));
        }

        /// <summary>log Σ e^f(s) over the similarities s to <paramref name="others"/>.</summary>
        public double LogSum(int anchor, int[] others, Func<double, double> f) =>
            GroupReference.LogSumExp(others.Select(other => f(Similarity(anchor, other))));

        /// <summary>Pulls at <paramref name="others"/> with slopes that depend on their similarities.</summary>
        public void Pull(int anchor, int[] others, Func<double, double> slope)
        {
            foreach (int other in others)
            {
                Pull(anchor, other, _batch.WeightOfAnchor * slope(Similarity(anchor, other)));
            }
        }

        /// <summary>Through the norms: z = x/‖x‖ has the derivative (I − zzᵀ)/‖x‖.</summary>
        public void Finish()
        {
            for (int point = 0; point < _vectors.Length; point++)
            {
                double[] z = _vectors[point];
                double[] g = _gradients[point];
                double along = _normalizes && _norms[point] >= LeastNorm ? g.Zip(z, (a, b) => a * b).Sum() : 0;
                double alongSize = _sizes[point].Zip(z, (a, b) => Math.Abs(a * b)).Sum();
                _batch.Gradients[point] = Divide([.. g.Zip(z, (a, b) => a - along * b)], point);
                _batch.Sizes[point] =
                    Divide([.. _sizes[point].Zip(z, (a, b) => a + alongSize * Math.Abs(b))], point);
            }
        }

        private double[] Divide(double[] vector, int point) =>
            [.. vector.Select(x => x / Math.Max(_norms[point], LeastNorm))];

        public double Similarity(int left, int right) =>
            Dot(_vectors[left], _vectors[right]) / _temperature;

        private void Pull(int anchor, int other, double slope)
        {
            Add(_gradients[anchor], _sizes[anchor], slope / _temperature, _vectors[other]);
            Add(_gradients[other], _sizes[other], slope / _temperature, _vectors[anchor]);
        }
    }
}

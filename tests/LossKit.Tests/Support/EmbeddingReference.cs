namespace LossKit.Tests.Support;

/// <summary>Writes the losses of a batch, and pushes their gradients, as the definition says.</summary>
internal delegate void EmbeddingDefinition(EmbeddingReference batch);

/// <summary>
/// Losses of embeddings by definition, term by term in double. All rows of all inputs are points: those of the second
/// input come after those of the first.
/// </summary>
internal sealed partial class EmbeddingReference
{
    private const double LeastNorm = 1e-12;
    private const double CosineEpsilon = 1e-12;

    private readonly double[][] _points;
    private readonly double[] _weights;

    /// <summary>Negative where they are not known yet.</summary>
    private readonly double[,] _squaredDistances;

    private int _anchor;
    private bool _hasReferences;

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

    /// <summary>The same of rows that are compared with those of the second input, which have their labels.</summary>
    public static EmbeddingDefinition WithReferences(EmbeddingDefinition definition) => batch =>
    {
        batch._hasReferences = true;
        definition(batch);
    };

    public int[] Positives(int row) => [.. Others(row).Where(other => AreAlike(row, other))];

    public int[] Negatives(int row) => [.. Others(row).Where(other => !AreAlike(row, other))];

    private IEnumerable<int> Others(int row) => _hasReferences
        ? Enumerable.Range(Rows, Rows)
        : Enumerable.Range(0, Rows).Where(other => other != row);

    private bool AreAlike(int row, int other) => Labels[row] == Labels[other % Rows];

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
            action(anchor, Positives(anchor), Negatives(anchor));
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
        bool isSquared)
    {
        double near = SquaredDistance(anchor, positive);
        double far = SquaredDistance(from, negative);
        (double loss, double slope) = formula(isSquared ? far - near : Math.Sqrt(far) - Math.Sqrt(near));
        Triplets++;
        Active += loss > 0 ? 1 : 0;
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

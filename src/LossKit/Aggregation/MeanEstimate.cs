using System.Globalization;
using System.Text.Json.Serialization;

namespace LossKit;

/// <summary>
/// The weighted mean Σwx / Σw of numbers that are a sample, with its standard error: what it would differ by in another
/// sample. Estimates of parts merge by <c>+</c>, as a <see cref="Cost"/> does.
/// </summary>
/// <remarks>
/// <para>
/// The standard error is √(Σw²(x − mean)²) / Σw · √(n/(n − 1)), where n = (Σw)² / Σw² is the effective count (Kish
/// 1965): of equal weights s/√n, with the usual s. Weights say how much an example counts, not how often it was seen:
/// an example seen twice is to be given twice. Examples are taken to be independent.
/// </para>
/// <para>
/// Sums are compensated and second moments about a mean of their own, which merge exactly (Chan, Golub and LeVeque,
/// "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances", 1979); numbers and weights are held
/// with a power of two each, so that no square leaves the range of double. Weight 0 hides a number, even a NaN.
/// System.Text.Json writes the <see cref="State"/> and reads it back to the last bit.
/// </para>
/// </remarks>
public readonly record struct MeanEstimate
{
    private const int Chunk = 512;

    /// <summary>Where all numbers are 0.</summary>
    private const int LeastExponent = -1100;

    private readonly CompensatedSum _weight;
    private readonly CompensatedSum _sum;
    private readonly CompensatedSum _squares;
    private readonly CompensatedSum _squareSum;
    private readonly CompensatedSum _spread;
    private readonly int _exponent;
    private readonly int _weightExponent;

    /// <summary>What another process has estimated.</summary>
    /// <param name="state">Its <see cref="State"/>.</param>
    /// <exception cref="ArgumentException">A number of the state cannot be.</exception>
    [JsonConstructor]
    public MeanEstimate(MeanState state)
    {
        if (state.Count < 0 || state.Weight < 0 || state.Squares < 0 || state.Spread < 0
            || !Cost.IsExponent(state.Exponent) || !Cost.IsExponent(state.WeightExponent))
        {
            throw new ArgumentException(
                $"'state' is {state}: count, weight, squares and spread must be at least 0, and exponents within "
                + $"{-Cost.FarthestExponent} and {Cost.FarthestExponent}.",
                nameof(state));
        }

        Count = state.Count;
        _weight = new(state.Weight, state.WeightError);
        _sum = new(state.Sum, state.SumError);
        _squares = new(state.Squares, state.SquaresError);
        _squareSum = new(state.SquareSum, state.SquareSumError);
        _spread = new(state.Spread, state.SpreadError);
        _exponent = state.Exponent;
        _weightExponent = state.WeightExponent;
    }

    private MeanEstimate(
        long count,
        CompensatedSum weight,
        CompensatedSum sum,
        CompensatedSum squares,
        CompensatedSum squareSum,
        CompensatedSum spread,
        int exponent,
        int weightExponent)
    {
        Count = count;
        _weight = weight;
        _sum = sum;
        _squares = squares;
        _squareSum = squareSum;
        _spread = spread;
        _exponent = exponent;
        _weightExponent = weightExponent;
    }

    /// <summary>How many numbers there were, those of weight 0 included.</summary>
    [JsonIgnore]
    public long Count { get; }

    /// <summary>
    /// (Σw)² / Σw²: how many numbers of equal weight say as much; NaN where there is no weight.
    /// </summary>
    [JsonIgnore]
    public double EffectiveCount => _weight.Total * _weight.Total / _squares.Total;

    /// <summary>The weighted mean; NaN where there is no weight.</summary>
    [JsonIgnore]
    public double Mean => Math.ScaleB(_sum.Total / _weight.Total, _exponent);

    /// <summary>The standard error of the mean; NaN of fewer than two numbers.</summary>
    [JsonIgnore]
    public double StandardError
    {
        get
        {
            double off = _squareSum.Total / _squares.Total - _sum.Total / _weight.Total;
            double spread = _spread.Total + _squares.Total * off * off;

            // One number says nothing of others.
            double free = _weight.Total * _weight.Total - _squares.Total;
            return free > 0 ? Math.ScaleB(Math.Sqrt(Math.Max(0, spread) / free), _exponent) : double.NaN;
        }
    }

    /// <summary>All of it, as plain numbers for any serialiser.</summary>
    public MeanState State => new(
        Count,
        _weight.Sum,
        _weight.Error,
        _sum.Sum,
        _sum.Error,
        _squares.Sum,
        _squares.Error,
        _squareSum.Sum,
        _squareSum.Error,
        _spread.Sum,
        _spread.Error,
        _exponent,
        _weightExponent);

    private bool HasWeight => _weight.Sum != 0;

    /// <summary>The estimate of both together.</summary>
    /// <exception cref="OverflowException">Together they are of more than 2⁶³ − 1 numbers.</exception>
    public static MeanEstimate operator +(MeanEstimate left, MeanEstimate right)
    {
        long count = Cost.AddCounts(left.Count, right.Count);
        if (!left.HasWeight || !right.HasWeight)
        {
            return (left.HasWeight ? left : right).Counted(count);
        }

        // To the larger units: what is lost is too small to be seen beside the other.
        int exponent = Math.Max(left._exponent, right._exponent);
        int weightExponent = Math.Max(left._weightExponent, right._weightExponent);
        (left, right) = (left.At(exponent, weightExponent), right.At(exponent, weightExponent));
        CompensatedSum squares = left._squares + right._squares;
        CompensatedSum spread = left._spread + right._spread;
        if (left._squares.Total > 0 && right._squares.Total > 0)
        {
            double apart = right._squareSum.Total / right._squares.Total - left._squareSum.Total / left._squares.Total;
            spread += left._squares.Total / squares.Total * right._squares.Total * apart * apart;
        }

        return new(
            count,
            left._weight + right._weight,
            left._sum + right._sum,
            squares,
            left._squareSum + right._squareSum,
            spread,
            exponent,
            weightExponent);
    }

    /// <inheritdoc cref="op_Addition"/>
    public static MeanEstimate Add(MeanEstimate left, MeanEstimate right) => left + right;

    /// <summary>The estimate from some numbers. Allocates nothing.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="numbers">The numbers, such as losses of examples.</param>
    /// <param name="weights">What each counts; none means 1 each.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a weight is negative or not finite.</exception>
    public static MeanEstimate Of<T>(ReadOnlySpan<T> numbers, ReadOnlySpan<T> weights = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        BatchChecks.LengthIfGiven(nameof(weights), weights.Length, nameof(numbers), numbers.Length);
        EntryChecks.Weights(weights);
        return OfDifferences(numbers, default, weights);
    }

    /// <summary>
    /// The interval that covers the true mean with a probability of <paramref name="confidence"/>, mean ± t · standard
    /// error.
    /// </summary>
    /// <remarks>
    /// t is Student's quantile of n − 1 degrees of freedom, n the effective count: wider than the normal one for few
    /// numbers, and the same for many. It is exact for numbers of a normal distribution and equal weights, and close
    /// for others once a mean of n of them is nearly normal. NaN of fewer than two numbers.
    /// </remarks>
    /// <param name="confidence">Strictly between 0 and 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public ConfidenceInterval Interval(double confidence = 0.95)
    {
        double tail = (1 - Parameter.InnerProbability(confidence).Value) / 2;
        double error = StandardError;
        double half = error == 0 ? 0 : Distributions.StudentQuantile(tail, EffectiveCount - 1) * error;
        return new(Mean - half, Mean + half, confidence);
    }

    /// <summary>Mean, standard error and count, for logs.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"mean {Mean:G6}, standard error {StandardError:G3} ({Count} examples)");

    /// <summary>Of first − second, in double, or of the first alone, of weights that have been checked.</summary>
    [SkipLocalsInit]
    internal static MeanEstimate OfDifferences<T>(
        ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<double> numbers = stackalloc double[Chunk];
        Span<double> counts = stackalloc double[Chunk];
        MeanEstimate total = default;
        for (int start = 0; start < first.Length; start += Chunk)
        {
            int length = Math.Min(Chunk, first.Length - start);
            for (int i = 0; i < length; i++)
            {
                double number = double.CreateTruncating(first[start + i]);
                numbers[i] = second.IsEmpty ? number : number - double.CreateTruncating(second[start + i]);
                counts[i] = weights.IsEmpty ? 1 : double.CreateTruncating(weights[start + i]);
            }

            total += OfChunk(numbers[..length], counts[..length]);
        }

        return total;
    }

    /// <summary>In two passes, the second of which has the mean.</summary>
    internal static MeanEstimate OfChunk(Span<double> numbers, Span<double> weights)
    {
        double largest = 0;
        double heaviest = 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            double size = weights[i] > 0 && double.IsFinite(numbers[i]) ? Math.Abs(numbers[i]) : 0;
            largest = Math.Max(largest, size);
            heaviest = Math.Max(heaviest, weights[i]);
        }

        if (heaviest == 0)
        {
            return default(MeanEstimate).Counted(numbers.Length);
        }

        int exponent = largest > 0 ? Math.ILogB(largest) : LeastExponent;
        int weightExponent = Math.ILogB(heaviest);
        CompensatedSum weight = default;
        CompensatedSum sum = default;
        CompensatedSum squares = default;
        CompensatedSum squareSum = default;
        for (int i = 0; i < numbers.Length; i++)
        {
            double counts = weights[i] = Math.ScaleB(weights[i], -weightExponent);
            if (counts > 0)
            {
                double number = numbers[i] = Math.ScaleB(numbers[i], -exponent);
                weight += counts;
                sum += counts * number;
                squares += counts * counts;
                squareSum += counts * counts * number;
            }
        }

        double centre = squareSum.Total / squares.Total;
        CompensatedSum spread = default;
        for (int i = 0; i < numbers.Length; i++)
        {
            double off = weights[i] > 0 ? weights[i] * (numbers[i] - centre) : 0;
            spread += off * off;
        }

        return new(numbers.Length, weight, sum, squares, squareSum, spread, exponent, weightExponent);
    }

    private MeanEstimate Counted(long count) =>
        new(count, _weight, _sum, _squares, _squareSum, _spread, _exponent, _weightExponent);

    private MeanEstimate At(int exponent, int weightExponent)
    {
        int numbers = _exponent - exponent;
        int weights = _weightExponent - weightExponent;
        return new(
            Count,
            _weight.Scaled(weights),
            _sum.Scaled(weights + numbers),
            _squares.Scaled(2 * weights),
            _squareSum.Scaled(2 * weights + numbers),
            _spread.Scaled(2 * (weights + numbers)),
            exponent,
            weightExponent);
    }
}

namespace LossKit.Plots;

/// <summary>A band between two predicted quantiles.</summary>
/// <param name="LowLevel">The level of the lower quantile.</param>
/// <param name="HighLevel">The level of the upper one.</param>
/// <param name="Low">The lower quantile of each example.</param>
/// <param name="High">The upper one.</param>
/// <param name="Covered">
/// The share of the targets within the band, its ends included; NaN without targets. Of a calibrated forecast it is
/// <see cref="Nominal"/>.
/// </param>
public sealed record QuantileBand(
    double LowLevel, double HighLevel, IReadOnlyList<double> Low, IReadOnlyList<double> High, double Covered)
{
    /// <summary>The share of the targets that is to be within the band.</summary>
    public double Nominal => HighLevel - LowLevel;
}

/// <summary>Predicted quantiles of a series, as bands around a middle: the numbers of a picture.</summary>
public sealed class QuantileFan
{
    private QuantileFan(double[] positions, QuantileBand[] bands, double[] middle, double[] targets) =>
        (Positions, Bands, Middle, Targets) = (positions, bands, middle, targets);

    /// <summary>Where each example is on the horizontal axis.</summary>
    public IReadOnlyList<double> Positions { get; }

    /// <summary>The bands, from the widest to the narrowest.</summary>
    public IReadOnlyList<QuantileBand> Bands { get; }

    /// <summary>The quantile in the middle, if the number of levels is odd; none otherwise.</summary>
    public IReadOnlyList<double> Middle { get; }

    /// <summary>The level of the quantile in the middle; NaN if there is none.</summary>
    public double MiddleLevel { get; private init; }

    /// <summary>What came true; none if it was not given.</summary>
    public IReadOnlyList<double> Targets { get; }

    /// <summary>The fan of forecasts as <see cref="Loss.QuantileVector"/> scores them.</summary>
    /// <param name="levels">The levels, in ascending order, within 0 and 1; at least two.</param>
    /// <param name="quantiles">Examples × levels: a row of quantiles for each example, one after another.</param>
    /// <param name="targets">What came true, one for each example; none if it is not known.</param>
    /// <param name="positions">Where each example is, in ascending order; 0, 1, 2 and so on if there are none.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, or levels or positions do not ascend.</exception>
    public static QuantileFan Of<T>(
        IReadOnlyList<double> levels,
        ReadOnlySpan<T> quantiles,
        ReadOnlySpan<T> targets = default,
        ReadOnlySpan<T> positions = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(levels);
        int width = levels.Count;
        if (width < 2 || !levels.All(level => level > 0 && level < 1) || !IsAscending(levels))
        {
            throw new ArgumentException(
                "'levels' must be at least two, in ascending order, greater than 0 and less than 1.", nameof(levels));
        }

        int count = quantiles.Length / width;
        Check(quantiles.Length == count * width && count > 0, nameof(quantiles), quantiles.Length, $"rows of {width}");
        Check(targets.IsEmpty || targets.Length == count, nameof(targets), targets.Length, $"{count} or none");
        Check(positions.IsEmpty || positions.Length == count, nameof(positions), positions.Length, $"{count} or none");
        double[][] columns = new double[width][];
        for (int level = 0; level < width; level++)
        {
            columns[level] = new double[count];
            for (int i = 0; i < count; i++)
            {
                columns[level][i] = double.CreateChecked(quantiles[i * width + level]);
            }
        }

        double[] truths = Numbers(targets);
        double[] places = positions.IsEmpty
            ? [.. Enumerable.Range(0, count).Select(i => (double)i)]
            : Numbers(positions);
        if (!IsAscending(places))
        {
            throw new ArgumentException("'positions' must be in ascending order.", nameof(positions));
        }

        QuantileBand[] bands =
        [
            .. Enumerable.Range(0, width / 2).Select(i => new QuantileBand(
                levels[i],
                levels[width - 1 - i],
                columns[i],
                columns[width - 1 - i],
                Covered(columns[i], columns[width - 1 - i], truths))),
        ];
        return width % 2 == 0
            ? new(places, bands, [], truths) { MiddleLevel = double.NaN }
            : new(places, bands, columns[width / 2], truths) { MiddleLevel = levels[width / 2] };
    }

    private static double Covered(double[] low, double[] high, double[] targets) => targets.Length == 0
        ? double.NaN
        : Enumerable.Range(0, targets.Length).Average(i => low[i] <= targets[i] && targets[i] <= high[i] ? 1.0 : 0);

    private static bool IsAscending(IReadOnlyList<double> numbers) =>
        Enumerable.Range(1, numbers.Count - 1).All(i => numbers[i - 1] < numbers[i]);

    private static double[] Numbers<T>(ReadOnlySpan<T> given) where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[] numbers = new double[given.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = double.CreateChecked(given[i]);
        }

        return numbers;
    }

    private static void Check(bool isRight, string name, int given, FormattableString expected)
    {
        if (!isRight)
        {
            string must = FormattableString.Invariant(expected);
            throw new ArgumentException(
                FormattableString.Invariant($"'{name}' has {given} entries: expected {must}."), name);
        }
    }
}

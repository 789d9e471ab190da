namespace LossKit.Plots;

/// <summary>The share whose event comes later than a time, over time: the numbers of a picture.</summary>
public sealed class SurvivalCurve
{
    private readonly bool _isStep;

    private SurvivalCurve(string name, double[] times, double[] shares, bool isStep)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        (Name, Times, Shares, _isStep) = (name, times, shares, isStep);
    }

    /// <summary>Whose curve it is.</summary>
    public string Name { get; }

    /// <summary>Times in ascending order, from 0 on.</summary>
    public IReadOnlyList<double> Times { get; }

    /// <summary>The share at each of the times.</summary>
    public IReadOnlyList<double> Shares { get; }

    /// <summary>The first of <see cref="Times"/> at which at most half are left; ∞ if more always are.</summary>
    public double Median =>
        Enumerable.Range(0, Times.Count).Where(i => Shares[i] <= 0.5 * (1 + 1e-12)).Select(i => Times[i])
            .DefaultIfEmpty(double.PositiveInfinity).First();

    /// <summary>An observed curve, which is a step function.</summary>
    /// <param name="name">Whose it is.</param>
    /// <param name="observed">The estimate.</param>
    public static SurvivalCurve Of(string name, KaplanMeier observed)
    {
        ArgumentNullException.ThrowIfNull(observed);
        return new(name, [0, .. observed.Times], [1, .. observed.Shares], isStep: true);
    }

    /// <summary>A predicted curve of one person or group.</summary>
    /// <param name="name">Whose it is.</param>
    /// <param name="grid">Times, not negative and in ascending order; at least one.</param>
    /// <param name="survival">The share whose event comes later than each of them.</param>
    /// <exception cref="ArgumentException">Lengths differ, or the times do not ascend.</exception>
    public static SurvivalCurve Of<T>(string name, ReadOnlySpan<T> grid, ReadOnlySpan<T> survival)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        List<double> times = [0];
        List<double> shares = [1];
        if (grid.IsEmpty || survival.Length != grid.Length)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"'survival' has {survival.Length} entries, 'grid' {grid.Length}: ")
                + "expected as many, and at least one.",
                nameof(survival));
        }

        for (int i = 0; i < grid.Length; i++)
        {
            double time = double.CreateChecked(grid[i]);
            if (!(time >= times[^1] && (i == 0 || time > times[^1]) && double.IsFinite(time)))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"grid[{i}] is {time}: must be a later time than the one before it."),
                    nameof(grid));
            }

            if (time == 0)
            {
                (times, shares) = ([], []);
            }

            times.Add(time);
            shares.Add(double.CreateChecked(survival[i]));
        }

        return new(name, [.. times], [.. shares], isStep: false);
    }

    /// <summary>The mean of the curves that were predicted for people.</summary>
    /// <param name="name">Whose they are.</param>
    /// <param name="batch">People with their curves; at least one.</param>
    /// <exception cref="ArgumentException">Lengths do not fit.</exception>
    public static SurvivalCurve MeanOf<T>(string name, SurvivalCurves<T> batch)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int width = batch.Grid.Length;
        int people = width == 0 ? 0 : batch.Survival.Length / width;
        if (people == 0 || batch.Survival.Length != people * width)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"'Survival' has {batch.Survival.Length} entries: ")
                    + FormattableString.Invariant($"expected rows of {width}."),
                nameof(batch));
        }

        double[] grid = new double[width];
        double[] means = new double[width];
        for (int i = 0; i < batch.Survival.Length; i++)
        {
            means[i % width] += double.CreateChecked(batch.Survival[i]) / people;
        }

        for (int i = 0; i < width; i++)
        {
            grid[i] = double.CreateChecked(batch.Grid[i]);
        }

        return Of<double>(name, grid, means);
    }

    /// <summary>The points that a line goes through: two at each step.</summary>
    internal (double[] Times, double[] Shares) Path()
    {
        if (!_isStep)
        {
            return ([.. Times], [.. Shares]);
        }

        return (
            [.. Enumerable.Range(0, 2 * Times.Count - 1).Select(i => Times[(i + 1) / 2])],
            [.. Enumerable.Range(0, 2 * Times.Count - 1).Select(i => Shares[i / 2])]);
    }
}

namespace LossKit.Plots;

/// <summary>What slices of an objective in one and in two directions have in common.</summary>
internal static class SliceChecks
{
    public static void SameLength(string name, ReadOnlySpan<double> direction, ReadOnlySpan<double> point)
    {
        if (direction.Length != point.Length)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"'{name}' has {direction.Length} entries, but 'point' {point.Length}."),
                name);
        }
    }

    public static double[] Positions(double radius, int points)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 3);
        if (!(radius > 0 && double.IsFinite(radius)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(radius), radius, "'radius' must be a positive finite number.");
        }

        return [.. Enumerable.Range(0, points).Select(i => radius * (2.0 * i / (points - 1) - 1))];
    }
}

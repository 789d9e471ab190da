namespace LossKit.Tests.Support;

/// <summary>How far apart two rows are, in plain arithmetic.</summary>
/// <param name="IsOfUnitRows">Whether rows are normalised before.</param>
/// <param name="Between">The distance.</param>
internal sealed record Metric(bool IsOfUnitRows, Func<Number[], Number[], Number> Between)
{
    public static Metric Euclidean { get; } =
        new(false, (left, right) => Number.Sqrt(Number.SquaredDistance(left, right)));

    public static Metric Squared { get; } = new(false, Number.SquaredDistance);

    public static Metric Cosine { get; } = new(true, (left, right) => 1 - Number.Dot(left, right));

    public Number[][] Rows(Number[][] points) => IsOfUnitRows ? [.. points.Select(Number.Normalized)] : points;
}

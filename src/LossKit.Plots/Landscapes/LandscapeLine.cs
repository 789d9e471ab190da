namespace LossKit.Plots;

/// <summary>An objective along a line through a point: the numbers of a picture.</summary>
public sealed class LandscapeLine
{
    private LandscapeLine(string name, double[] positions, double[] values, double[] slopes) =>
        (Name, Positions, Values, Slopes) = (name, positions, values, slopes);

    /// <summary>What the direction is.</summary>
    public string Name { get; }

    /// <summary>How many times the direction each place is away from the point, in ascending order.</summary>
    public IReadOnlyList<double> Positions { get; }

    /// <summary>The value at each of them.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>The derivative along the direction at each of them.</summary>
    public IReadOnlyList<double> Slopes { get; }

    /// <summary>The objective at point + t · direction, for t evenly from −radius to radius.</summary>
    /// <param name="function">The objective.</param>
    /// <param name="point">The parameters in the middle.</param>
    /// <param name="direction">The direction, as long as one step is to be.</param>
    /// <param name="radius">How many times the direction to either side; positive and finite.</param>
    /// <param name="points">How many places, at least 3; if it is odd, the point is one.</param>
    /// <param name="name">What the direction is.</param>
    /// <exception cref="ArgumentException">
    /// The direction has not as many entries as the point, or another number is not what it has to be.
    /// </exception>
    public static LandscapeLine Along(
        DifferentiableFunction function,
        ReadOnlySpan<double> point,
        ReadOnlySpan<double> direction,
        double radius = 1,
        int points = 101,
        string name = "direction")
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentException.ThrowIfNullOrEmpty(name);
        SliceChecks.SameLength(nameof(direction), direction, point);
        double[] positions = SliceChecks.Positions(radius, points);
        (double[] values, double[] slopes) = (new double[points], new double[points]);
        (double[] place, double[] gradient) = (new double[point.Length], new double[point.Length]);
        for (int i = 0; i < points; i++)
        {
            point.CopyTo(place);
            Vectors.Add(place, positions[i], direction);
            values[i] = function(place, gradient);
            slopes[i] = Vectors.Dot(gradient, direction);
        }

        return new(name, positions, values, slopes);
    }
}

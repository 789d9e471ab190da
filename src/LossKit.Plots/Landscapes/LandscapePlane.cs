namespace LossKit.Plots;

/// <summary>An objective on a plane through a point: the numbers of a picture.</summary>
public sealed class LandscapePlane
{
    private readonly double[,] _values;

    private LandscapePlane(double[] positions, double[,] values) => (Positions, _values) = (positions, values);

    /// <summary>
    /// How many times each direction the places are away from the point, in ascending order: the same for both.
    /// </summary>
    public IReadOnlyList<double> Positions { get; }

    /// <summary>What the first direction is.</summary>
    public string FirstName { get; private init; } = "";

    /// <summary>What the second direction is.</summary>
    public string SecondName { get; private init; } = "";

    /// <summary>The value at the place that is so far along the first and along the second direction.</summary>
    /// <param name="first">Which of <see cref="Positions"/> along the first.</param>
    /// <param name="second">Which of <see cref="Positions"/> along the second.</param>
    public double Value(int first, int second) => _values[first, second];

    /// <summary>The objective at point + s · first + t · second, for both evenly from −radius to radius.</summary>
    /// <param name="function">The objective, which is asked for as many values as there are places.</param>
    /// <param name="point">The parameters in the middle.</param>
    /// <param name="first">The first direction, as long as one step is to be.</param>
    /// <param name="second">The second one.</param>
    /// <param name="radius">How many times the directions to either side; positive and finite.</param>
    /// <param name="points">How many places along each, at least 3; if it is odd, the point is one.</param>
    /// <param name="firstName">What the first direction is.</param>
    /// <param name="secondName">What the second direction is.</param>
    /// <exception cref="ArgumentException">
    /// A direction has not as many entries as the point, or another number is not what it has to be.
    /// </exception>
    public static LandscapePlane Along(
        DifferentiableFunction function,
        ReadOnlySpan<double> point,
        ReadOnlySpan<double> first,
        ReadOnlySpan<double> second,
        double radius = 1,
        int points = 41,
        string firstName = "first direction",
        string secondName = "second direction")
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentException.ThrowIfNullOrEmpty(firstName);
        ArgumentException.ThrowIfNullOrEmpty(secondName);
        SliceChecks.SameLength(nameof(first), first, point);
        SliceChecks.SameLength(nameof(second), second, point);
        double[] positions = SliceChecks.Positions(radius, points);
        double[,] values = new double[points, points];
        (double[] place, double[] gradient) = (new double[point.Length], new double[point.Length]);
        for (int i = 0; i < points; i++)
        {
            for (int j = 0; j < points; j++)
            {
                point.CopyTo(place);
                Vectors.Add(place, positions[i], first);
                Vectors.Add(place, positions[j], second);
                values[i, j] = function(place, gradient);
            }
        }

        return new(positions, values) { FirstName = firstName, SecondName = secondName };
    }
}

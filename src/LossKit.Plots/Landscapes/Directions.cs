namespace LossKit.Plots;

/// <summary>Directions in which to look at an objective.</summary>
public static class Directions
{
    /// <summary>A direction of length 1, each as likely as any other.</summary>
    /// <param name="dimensions">How many parameters there are, at least 1.</param>
    /// <param name="seed">The same seed draws the same direction.</param>
    public static double[] Random(int dimensions, int seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        return Vectors.RandomUnit(dimensions, new Random(seed));
    }

    /// <summary>
    /// A random direction in which each filter is as long as the filter of the point is: so that landscapes of networks
    /// compare, whose filters may be scaled without changing what they compute.
    /// </summary>
    /// <remarks>
    /// d ← d · ‖θ‖ / ‖d‖, filter by filter; a filter is what makes one output of a layer. Of a length of 1, as biases
    /// and the scales of a normalisation are, the direction is 0, as in the authors' experiments. Source: Li, Xu,
    /// Taylor, Studer and Goldstein, "Visualizing the Loss Landscape of Neural Nets", NeurIPS 2018.
    /// </remarks>
    /// <param name="point">The parameters θ, filter after filter.</param>
    /// <param name="filters">How many parameters each filter has, at least 1; they sum to those of the point.</param>
    /// <param name="seed">The same seed draws the same direction.</param>
    /// <exception cref="ArgumentException">The filters are not as many parameters as the point has.</exception>
    public static double[] FilterNormalized(
        ReadOnlySpan<double> point, ReadOnlySpan<int> filters, int seed = 0)
    {
        long sum = 0;
        foreach (int length in filters)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(length, 1, nameof(filters));
            sum += length;
        }

        if (sum != point.Length || sum == 0)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"'filters' sum to {sum}, but 'point' has {point.Length} parameters."),
                nameof(filters));
        }

        double[] direction = Random(point.Length, seed);
        int start = 0;
        foreach (int length in filters)
        {
            Span<double> filter = direction.AsSpan(start, length);
            double scale = length == 1 ? 0 : Vectors.Norm(point.Slice(start, length)) / Vectors.Norm(filter);
            Vectors.Scale(filter, scale);
            start += length;
        }

        return direction;
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;
using LossKit.Kernels;

namespace LossKit.Costs;

/// <summary>Looks for the constant prediction of least cost by the sign of the summed gradient.</summary>
internal readonly ref struct ConstantSearch<T>(
    PointwiseLoss<T> loss, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Chunk = 512;
    private const int MostSteps = 300;
    private const int GridPoints = 65;
    private const double GridRadius = 16;
    private const double Farthest = 1e30;

    private readonly ReadOnlySpan<T> _targets = targets;
    private readonly ReadOnlySpan<T> _weights = weights;

    /// <param name="mean">The mean of the targets.</param>
    public T Run(double mean) => loss.Facts.Convexity >= Convexity.Convex ? Descend(Start(mean)) : SearchGrid(mean);

    private T Start(double mean)
    {
        foreach (double candidate in (ReadOnlySpan<double>)[loss.Facts.Link.Apply(mean), 0, 0.5])
        {
            if (IsInside(candidate))
            {
                return T.CreateTruncating(candidate);
            }
        }

        return T.One;
    }

    /// <summary>Doubles its steps against the gradient until that changes its sign.</summary>
    private T Descend(T from)
    {
        T slope = At(from).Slope;
        T step = -T.CopySign(T.One + T.Abs(from), slope);
        for (int i = 0; i < MostSteps && slope != T.Zero && !T.IsNaN(slope); i++)
        {
            T next = from + step;
            T nextSlope = IsInside(double.CreateTruncating(next)) ? At(next).Slope : T.NaN;

            // NaN inside, by an overflow to both sides, is as good as out of bounds.
            if (T.IsNaN(nextSlope))
            {
                step /= T.One + T.One;
                continue;
            }

            if (T.Sign(nextSlope) == -T.Sign(slope))
            {
                return Narrow(from, next);
            }

            // A strictly convex cost is level in one point at most: where it is level on, it still falls, by less than
            // can be told.
            bool fallsOn = nextSlope == T.Zero
                && loss.Facts.Convexity == Convexity.Strict
                && At(next + step).Slope == T.Zero;
            if (fallsOn || double.CreateTruncating(T.Abs(next)) > Farthest)
            {
                return T.CopySign(T.PositiveInfinity, step);
            }

            (from, slope) = (next, nextSlope);
            step += step;
        }

        return T.IsNaN(slope) ? T.NaN : from;
    }

    private T SearchGrid(double mean)
    {
        (double low, double high) = Range(mean);
        double cell = (high - low) / (GridPoints - 1);
        T best = T.CreateTruncating(low);
        double least = At(best).Value;
        for (int i = 1; i < GridPoints; i++)
        {
            T candidate = T.CreateTruncating(low + i * cell);
            double value = At(candidate).Value;
            if (value < least || double.IsNaN(least))
            {
                (best, least) = (candidate, value);
            }
        }

        T slope = At(best).Slope;
        if (T.IsNaN(slope))
        {
            return T.NaN;
        }

        T neighbour = T.CreateTruncating(
            Math.Clamp(double.CreateTruncating(best) - T.Sign(slope) * cell, low, high));
        T refined = slope == T.Zero ? best : Narrow(best, neighbour);
        return At(refined).Value <= least ? refined : best;
    }

    private (double Low, double High) Range(double mean)
    {
        T smallest = T.PositiveInfinity;
        T largest = T.NegativeInfinity;
        foreach (T target in _targets)
        {
            smallest = T.Min(smallest, target);
            largest = T.Max(largest, target);
        }

        double centre = double.CreateTruncating(Start(mean));
        return (Bound(smallest, centre - GridRadius), Bound(largest, centre + GridRadius));
    }

    private double Bound(T target, double otherwise)
    {
        double bound = loss.Facts.Link.Apply(double.CreateTruncating(target));
        return IsInside(bound) && loss.Facts.Targets != Domain.Signs ? bound : otherwise;
    }

    /// <summary>
    /// Halves the interval between <paramref name="from"/>, where the cost falls toward the other end, and that end,
    /// where it is no lower: a minimum is always inside.
    /// </summary>
    private T Narrow(T from, T to)
    {
        (double least, T slope) = At(from);
        int sign = T.Sign(slope);
        for (int i = 0; i < MostSteps; i++)
        {
            T middle = from + T.CreateTruncating(0.5) * (to - from);
            if (middle == from || middle == to)
            {
                break;
            }

            (double value, T slopeThere) = At(middle);
            if (slopeThere == T.Zero && value <= least)
            {
                return middle;
            }

            // Of a convex cost the sign says it all, and more exactly than rounded values.
            bool isLower = loss.Facts.Convexity >= Convexity.Convex || value <= least;
            if (!T.IsNaN(slopeThere) && T.Sign(slopeThere) == sign && isLower)
            {
                (from, least) = (middle, value);
            }
            else
            {
                to = middle;
            }
        }

        return from;
    }

    private bool IsInside(double prediction) => loss.Facts.Predictions.Contains(prediction);

    /// <summary>The summed loss of a constant prediction, and its derivative.</summary>
    [SkipLocalsInit]
    private (double Value, T Slope) At(T constant)
    {
        Span<T> predictions = stackalloc T[Chunk];
        Span<T> gradient = stackalloc T[Chunk];
        predictions.Fill(constant);
        CompensatedSum value = default;
        CompensatedSum slope = default;
        for (int start = 0; start < _targets.Length; start += Chunk)
        {
            int length = Math.Min(Chunk, _targets.Length - start);
            Cost cost = loss.ValueAndGradient(
                predictions[..length],
                _targets.Slice(start, length),
                gradient[..length],
                _weights.IsEmpty ? default : _weights.Slice(start, length),
                Reduction.Sum);
            value += cost.Sum;
            slope += WeightTotal<T>.Sum(gradient[..length]);
        }

        return (value.Total, T.CreateTruncating(slope.Total));
    }
}

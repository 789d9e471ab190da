using System.Globalization;

namespace LossKit.Orleans.Internals;

/// <summary>A shard at a step, where it is evaluated.</summary>
internal readonly record struct ShardPlace(int Shard, long Step, string Silo);

/// <summary>What a silo does with a shard, and a single process too.</summary>
internal static class ShardWork
{
    /// <summary>The shard's cost and gradient, or what is wrong with them.</summary>
    /// <exception cref="OperationCanceledException">Nobody wants to know any more.</exception>
    public static Answer<T> Evaluate<T>(
        IShardObjective<T> objective,
        ShardPlace place,
        ReadOnlySpan<T> parameters,
        bool withGradient,
        CancellationToken cancellationToken)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] gradient = withGradient ? new T[parameters.Length] : [];
        Cost cost;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            cost = withGradient
                ? objective.ValueAndGradient(place.Shard, parameters, gradient, cancellationToken)
                : objective.Value(place.Shard, parameters, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception error)
        {
            return Answer<T>.Of(Failure.Thrown(place, "objective", error));
        }

        return Fault(cost, gradient) is string fault
            ? Answer<T>.Of(place, fault)
            : new() { Total = new() { Cost = cost, OfShard = new(gradient) } };
    }

    /// <summary>What of it no sum can take, if anything.</summary>
    private static string? Fault<T>(Cost cost, ReadOnlySpan<T> gradient) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!double.IsFinite(cost.SumParts.Total) || !double.IsFinite(cost.WeightParts.Total))
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"the cost is a sum of {cost.Sum} by a weight of {cost.Weight}");
        }

        for (int i = 0; i < gradient.Length; i++)
        {
            if (!T.IsFinite(gradient[i]))
            {
                return string.Create(
                    CultureInfo.InvariantCulture, $"entry {i} of the gradient is {gradient[i]}: must be finite");
            }
        }

        return null;
    }
}

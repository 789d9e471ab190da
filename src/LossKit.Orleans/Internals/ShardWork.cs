using System.Globalization;

namespace LossKit.Orleans.Internals;

/// <summary>A shard at a step, where it is evaluated.</summary>
internal readonly record struct ShardPlace(int Shard, long Step, string Silo)
{
    public Failure Refuse(string reason) => new(Shard, Step, Silo, reason, []);
}

/// <summary>Something, or why there is none.</summary>
internal sealed record Outcome<TValue>(TValue? Value, Failure? Failure = null) where TValue : class;

/// <summary>What a silo does with a shard, and a single process too.</summary>
internal static class ShardWork
{
    /// <summary>The shard's cost and gradient, or what is wrong with them.</summary>
    /// <exception cref="OperationCanceledException">Nobody wants to know any more.</exception>
    public static Answer<T> Evaluate<T>(
        IShardObjective<T> objective,
        ShardPlace place,
        ReadOnlyMemory<T> parameters,
        bool withGradient,
        CancellationToken cancellationToken)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] gradient = withGradient ? new T[parameters.Length] : [];
        return Guard(
            place,
            "objective",
            () => Checked(
                place,
                withGradient
                    ? objective.ValueAndGradient(place.Shard, parameters.Span, gradient, cancellationToken)
                    : objective.Value(place.Shard, parameters.Span, cancellationToken),
                gradient),
            Answer<T>.Of,
            cancellationToken);
    }

    /// <summary>What code of somebody else says, or that it has thrown.</summary>
    /// <exception cref="OperationCanceledException">Nobody wants to know any more.</exception>
    public static TResult Guard<TResult>(
        ShardPlace place,
        string what,
        Func<TResult> run,
        Func<Failure, TResult> refuse,
        CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            return run();
        }
        catch (Exception error)
            when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return refuse(place.Refuse($"the {what} has thrown {error.GetType().Name}: {error.Message}"));
        }
    }

    /// <summary>Cost and gradient, if a sum can take them.</summary>
    public static Answer<T> Checked<T>(ShardPlace place, Cost cost, T[] gradient)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!double.IsFinite(cost.SumParts.Total) || !double.IsFinite(cost.WeightParts.Total))
        {
            return Answer<T>.Of(place.Refuse(string.Create(
                CultureInfo.InvariantCulture, $"the cost is a sum of {cost.Sum} by a weight of {cost.Weight}")));
        }

        return FirstNotFinite<T>("gradient", gradient) is string fault
            ? Answer<T>.Of(place.Refuse(fault))
            : new() { Total = new() { Cost = cost, OfShard = new(gradient) } };
    }

    /// <summary>Which number is not finite, if one is not.</summary>
    public static string? FirstNotFinite<T>(string name, ReadOnlySpan<T> numbers)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!T.IsFinite(numbers[i]))
            {
                return string.Create(
                    CultureInfo.InvariantCulture, $"entry {i} of the {name} is {numbers[i]}: must be finite");
            }
        }

        return null;
    }
}

using System.Globalization;

namespace LossKit.Orleans;

/// <summary>
/// A cost and its gradient over all shards of a data set: of a cluster (<see cref="ClusterExtensions"/>) or
/// of this process (<see cref="ShardedObjective"/>), the same to the last bit.
/// </summary>
/// <remarks>
/// Shards are added two by two in a binary tree over their numbers, whoever computes them and whenever they are done;
/// each entry of the gradient is a sum in double with what its rounding loses beside it, as those of a
/// <see cref="Cost"/> are.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class ShardedObjective<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private protected ShardedObjective(int shards)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        Shards = shards;
    }

    /// <summary>How many shards there are.</summary>
    public int Shards { get; }

    /// <summary>The number of the next evaluation, from 0 on unless it was set.</summary>
    public long Step { get; set; }

    /// <summary>The cost of all shards.</summary>
    /// <inheritdoc cref="ValueAndGradientAsync"/>
    public async Task<Cost> ValueAsync(
        ReadOnlyMemory<T> parameters,
        IProgress<ShardProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        Partial<T> total =
            await EvaluateAsync(parameters, withGradient: false, progress, cancellationToken).ConfigureAwait(false);
        return total.Cost;
    }

    /// <summary>The cost of all shards and its gradient.</summary>
    /// <param name="parameters">Those of the model; they may not change before the task is done.</param>
    /// <param name="gradient">Receives the gradient; as long as the parameters. May be the parameters.</param>
    /// <param name="reduction">What the gradient is of: the mean by default.</param>
    /// <param name="progress">Is told of each shard, when it is done, slow, or asked again.</param>
    /// <param name="cancellationToken">Stops the evaluation, also in the silos.</param>
    /// <returns>The cost, whatever the reduction.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ShardException">A shard has failed, or could not be reached as often as allowed.</exception>
    public async Task<Cost> ValueAndGradientAsync(
        ReadOnlyMemory<T> parameters,
        Memory<T> gradient,
        Reduction reduction = Reduction.Mean,
        IProgress<ShardProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        if (gradient.Length != parameters.Length)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"'gradient' has {gradient.Length} entries: must be {parameters.Length}, as 'parameters' has."),
                nameof(gradient));
        }

        _ = Divisors.Of(reduction, default);
        Partial<T> total =
            await EvaluateAsync(parameters, withGradient: true, progress, cancellationToken).ConfigureAwait(false);
        total.WriteGradient(gradient.Span, Divisors.Of(reduction, total.Cost));
        return total.Cost;
    }

    private protected abstract Task<Partial<T>> EvaluateAsync(
        ReadOnlyMemory<T> parameters,
        bool withGradient,
        IProgress<ShardProgress>? progress,
        CancellationToken cancellationToken);
}

/// <summary>Objectives over shards without a cluster.</summary>
public static class ShardedObjective
{
    /// <summary>
    /// The same sums as a cluster makes, in this process, one shard after the other: what a cluster's result is to be
    /// equal to, and what a data set takes that has not outgrown the machine.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="objective">What evaluates a shard.</param>
    /// <param name="shards">How many shards there are, at least 1.</param>
    public static ShardedObjective<T> Local<T>(IShardObjective<T> objective, int shards)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(objective);
        return new LocalShards<T>(objective, shards);
    }

    /// <summary>The same of a contrastive loss; all rows are kept for the time of an evaluation.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="views">What embeds the items of a shard.</param>
    /// <param name="loss">
    /// <see cref="Loss.Clip"/>, or <see cref="Loss.InBatchInfoNce"/> without an offset.
    /// </param>
    /// <param name="shards">How many shards there are, at least 1.</param>
    /// <exception cref="ArgumentException">It is another loss.</exception>
    public static ShardedObjective<T> Local<T>(IShardViews<T> views, RetrievalLoss<T> loss, int shards)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(views);
        ContrastiveLosses.Check(loss);
        return new LocalViews<T>(views, loss, shards);
    }
}

namespace LossKit.Orleans;

/// <summary>
/// Two views of the items of a data set in shards, as texts and images, embedded by a model: what an application
/// registers in every silo for a contrastive loss over the items of all shards.
/// </summary>
/// <remarks>
/// As of <see cref="IShardObjective{T}"/>, what a shard says has to be a function of its number and the parameters
/// alone. Several shards are embedded at a time by one instance.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface IShardViews<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>How many numbers a row has.</summary>
    int Dimension { get; }

    /// <summary>What products of rows are multiplied with, an inverse temperature; positive.</summary>
    /// <param name="parameters">Those of the model, of which it may be one.</param>
    T Scale(ReadOnlySpan<T> parameters);

    /// <summary>Embeds the items of a shard.</summary>
    /// <param name="shard">Which one, from 0 on.</param>
    /// <param name="parameters">Those of the model.</param>
    /// <param name="cancellationToken">Asks it to stop, for what it would say is not wanted any more.</param>
    ShardViews<T> Embed(int shard, ReadOnlySpan<T> parameters, CancellationToken cancellationToken);

    /// <summary>Takes the gradient back from the rows of a shard to the parameters.</summary>
    /// <param name="shard">Which one, from 0 on.</param>
    /// <param name="parameters">Those of the model.</param>
    /// <param name="slopes">The derivatives of the sum of all losses by what the shard has said.</param>
    /// <param name="gradient">As long as the parameters, all 0: receives the shard's share of the gradient.</param>
    /// <param name="cancellationToken">Asks it to stop, for what it would say is not wanted any more.</param>
    void Backward(
        int shard,
        ReadOnlySpan<T> parameters,
        ShardViewSlopes<T> slopes,
        Span<T> gradient,
        CancellationToken cancellationToken);
}

/// <summary>The embedded items of a shard; nobody may write to them afterwards.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="Queries">One view: items × dimension, row by row.</param>
/// <param name="Keys">The other one of the same items, in the same order.</param>
public readonly record struct ShardViews<T>(ReadOnlyMemory<T> Queries, ReadOnlyMemory<T> Keys) where T : unmanaged;

/// <summary>The derivatives by what a shard has said.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct ShardViewSlopes<T> where T : unmanaged
{
    /// <summary>With respect to <see cref="ShardViews{T}.Queries"/>.</summary>
    public required ReadOnlySpan<T> Queries { get; init; }

    /// <summary>With respect to <see cref="ShardViews{T}.Keys"/>.</summary>
    public required ReadOnlySpan<T> Keys { get; init; }

    /// <summary>The shard's share of the derivative with respect to the scale.</summary>
    public required T Scale { get; init; }
}

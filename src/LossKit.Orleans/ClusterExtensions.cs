using Orleans;

namespace LossKit.Orleans;

/// <summary>What a client asks of a cluster, or a grain of its own one.</summary>
public static class ClusterExtensions
{
    /// <summary>
    /// The objective of that name over all shards of the data set, evaluated by the cluster. It is equal, to the last
    /// bit, to <see cref="ShardedObjective"/>, whatever the number of silos and whatever becomes of them.
    /// </summary>
    /// <remarks>
    /// Where silos have vector registers of different widths, sums within a shard may differ in their last bits: then
    /// set <c>DOTNET_PreferredVectorBitWidth</c> alike.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="cluster">A client of the cluster, or the factory of a grain.</param>
    /// <param name="name">The name that <see cref="SiloExtensions.AddObjective"/> has given it in every silo.</param>
    /// <param name="shards">How many shards there are, at least 1.</param>
    /// <param name="options">How the cluster is asked.</param>
    /// <exception cref="ArgumentException">A parameter, or one of the options, is out of range.</exception>
    public static ShardedObjective<T> Objective<T>(
        this IGrainFactory cluster, string name, int shards, ShardingOptions? options = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return new ClusterObjective<T>(
            cluster, ObjectiveNames.Checked(name), loss: null, shards, (options ?? new ShardingOptions()).Checked());
    }

    /// <summary>
    /// A contrastive loss of the views of that name, over the rows of all shards: each query has the keys of every
    /// shard for its negatives, as if all were one batch.
    /// </summary>
    /// <remarks>
    /// The cost counts items, of weight 1 each. Shards ask each other for their rows twice, and keep none: each meets
    /// one shard at a time, and knows of those before two numbers a row, the largest score and a sum of exponentials
    /// measured from it. It is equal, to the last bit, to <see cref="ShardedObjective.Local{T}(IShardViews{T},
    /// RetrievalLoss{T}, int)"/>. <see cref="ShardingOptions.InFlight"/> bounds those that are asked for their
    /// gradient; all are asked for their rows by these.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="cluster">A client of the cluster, or the factory of a grain.</param>
    /// <param name="name">The name that <see cref="SiloExtensions.AddViews"/> has given them in every silo.</param>
    /// <param name="loss">
    /// <see cref="Loss.Clip"/>, or <see cref="Loss.InBatchInfoNce"/> without an offset: shards have their own.
    /// </param>
    /// <param name="shards">How many shards there are, at least 1.</param>
    /// <param name="options">How the cluster is asked.</param>
    /// <exception cref="ArgumentException">A parameter, or one of the options, is out of range.</exception>
    public static ShardedObjective<T> Objective<T>(
        this IGrainFactory cluster,
        string name,
        RetrievalLoss<T> loss,
        int shards,
        ShardingOptions? options = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ContrastiveLosses.Check(loss);
        return new ClusterObjective<T>(
            cluster,
            ObjectiveNames.Checked(name),
            loss.ToString(),
            shards,
            (options ?? new ShardingOptions()).Checked());
    }

    /// <summary>The loss of batches in memory, cut into slices that a cluster evaluates.</summary>
    /// <remarks>
    /// The loss goes there by its name, and the batch as the bytes that it is, or, within a silo, as the memory that it
    /// is. It pays where a loss takes longer than its numbers take on the network: tuples and rows with many classes
    /// rather than squared errors. Where predictions can be made in the silos, an objective sends less.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TTarget">What targets are.</typeparam>
    /// <param name="loss">One that <see cref="Loss.Parse{T, TLoss}"/> knows by its name.</param>
    /// <param name="cluster">A client of the cluster, or the factory of a grain.</param>
    /// <param name="options">How the batch is cut and the cluster is asked.</param>
    /// <exception cref="ArgumentException">
    /// The loss has no name, or takes its predictions column by column; or one of the options is out of range.
    /// </exception>
    public static SlicedLoss<T, TTarget> OnCluster<T, TTarget>(
        this ILoss<T, TTarget> loss, IGrainFactory cluster, ShardingOptions? options = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(cluster);
        NamedLosses.Check<T, ILoss<T, TTarget>>(loss);
        return new ClusterSlices<T, TTarget>(loss, cluster, (options ?? new ShardingOptions()).Checked());
    }

    /// <summary>The same sums as <see cref="OnCluster"/> makes, in this process, one slice after the other.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TTarget">What targets are.</typeparam>
    /// <param name="loss">Any loss of examples.</param>
    /// <param name="options">How the batch is cut.</param>
    /// <exception cref="ArgumentException">
    /// The loss takes its predictions column by column, or one of the options is out of range.
    /// </exception>
    public static SlicedLoss<T, TTarget> InSlices<T, TTarget>(
        this ILoss<T, TTarget> loss, ShardingOptions? options = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(loss);
        return new LocalSlices<T, TTarget>(loss, (options ?? new ShardingOptions()).Checked().ExamplesPerSlice);
    }
}

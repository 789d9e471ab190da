namespace LossKit.Orleans;

/// <summary>
/// A cost and its gradient with respect to the parameters of a model, over a data set in shards: what an application
/// registers in every silo, by a name, and what a cluster evaluates.
/// </summary>
/// <remarks>
/// A shard is a part of the data set by its number, 0 to the number of shards less 1. What it says has to be a function
/// of its number and the parameters alone, on whatever machine, for the total to be: read, or generate, its rows in a
/// fixed order, and take losses of LossKit, whose sums are the same on any number of threads. Several shards are
/// evaluated at a time by one instance.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface IShardObjective<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The cost of a shard.</summary>
    /// <param name="shard">Which one, from 0 on.</param>
    /// <param name="parameters">Those of the model.</param>
    /// <param name="cancellationToken">Asks it to stop, for what it would say is not wanted any more.</param>
    /// <returns>Sum, weight and count over the shard's rows.</returns>
    Cost Value(int shard, ReadOnlySpan<T> parameters, CancellationToken cancellationToken);

    /// <summary>The cost of a shard and the gradient of its sum, as <see cref="Reduction.Sum"/> gives it.</summary>
    /// <param name="shard">Which one, from 0 on.</param>
    /// <param name="parameters">Those of the model.</param>
    /// <param name="gradient">
    /// As long as the parameters, all 0: receives the derivative of <see cref="Cost.Sum"/>.
    /// </param>
    /// <param name="cancellationToken">Asks it to stop, for what it would say is not wanted any more.</param>
    /// <returns>Sum, weight and count over the shard's rows.</returns>
    Cost ValueAndGradient(
        int shard, ReadOnlySpan<T> parameters, Span<T> gradient, CancellationToken cancellationToken);
}

using System.Globalization;

namespace LossKit.Orleans;

/// <summary>
/// A loss of a batch in memory that is cut into slices of examples: by a cluster (<see
/// cref="ClusterExtensions.OnCluster"/>) or in this process (<see cref="ClusterExtensions.InSlices"/>), the same to the
/// last bit.
/// </summary>
/// <remarks>
/// Where slices begin depends on the options alone, and their costs are added up in a binary tree over their numbers.
/// Each number of the gradient is that of its slice's sum, divided once.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TTarget">What targets are.</typeparam>
public abstract class SlicedLoss<T, TTarget>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTarget : unmanaged
{
    private readonly Shape _shape;
    private readonly int _examplesPerSlice;
    private long _calls = -1;

    private protected SlicedLoss(Shape shape, int examplesPerSlice)
    {
        (_shape, _examplesPerSlice) = (shape, examplesPerSlice);
        if (shape.IsPlanar)
        {
            throw new ArgumentException(
                "The loss takes predictions column by column: must take them example by example, to be cut.", nameof(shape));
        }
    }

    /// <summary>The cost of a batch.</summary>
    /// <inheritdoc cref="ValueAndGradientAsync"/>
    public Task<Cost> ValueAsync(
        ReadOnlyMemory<T> predictions,
        ReadOnlyMemory<TTarget> targets,
        ReadOnlyMemory<T> weights = default,
        CancellationToken cancellationToken = default) =>
        EvaluateAsync(predictions, targets, default, weights, withGradient: false, cancellationToken);

    /// <summary>The cost of a batch and its gradient with respect to the predictions.</summary>
    /// <param name="predictions">What the model says; no input may change before the task is done.</param>
    /// <param name="targets">What is true.</param>
    /// <param name="gradient">Receives the gradient; may be the predictions themselves.</param>
    /// <param name="weights">What each loss counts; none means 1 each.</param>
    /// <param name="reduction">What the gradient is of.</param>
    /// <param name="cancellationToken">Stops it, also in the silos.</param>
    /// <returns>As <see cref="ILoss{T, TTarget}.ValueAndGradient"/>, whatever the reduction.</returns>
    /// <exception cref="ArgumentException">Lengths differ.</exception>
    /// <exception cref="ShardException">
    /// A slice, whose number is that of the shard, was refused by the loss, or could not be reached as often as
    /// allowed.
    /// </exception>
    public async Task<Cost> ValueAndGradientAsync(
        ReadOnlyMemory<T> predictions,
        ReadOnlyMemory<TTarget> targets,
        Memory<T> gradient,
        ReadOnlyMemory<T> weights = default,
        Reduction reduction = Reduction.Mean,
        CancellationToken cancellationToken = default)
    {
        Check(nameof(gradient), gradient.Length, predictions.Length);
        _ = Divisors.Of(reduction, default);
        Cost cost = await EvaluateAsync(
            predictions, targets, gradient, weights, withGradient: true, cancellationToken).ConfigureAwait(false);
        Divisors.Divide(gradient.Span, Divisors.Of(reduction, cost));
        return cost;
    }

    private protected abstract Task<Failure?> EvaluateAsync(
        int slices,
        Func<int, SliceRequest<T, TTarget>> slice,
        Action<int, SliceAnswer<T>> take,
        CancellationToken cancellationToken);

    private async Task<Cost> EvaluateAsync(
        ReadOnlyMemory<T> predictions,
        ReadOnlyMemory<TTarget> targets,
        Memory<T> gradient,
        ReadOnlyMemory<T> weights,
        bool withGradient,
        CancellationToken cancellationToken)
    {
        int examples = predictions.Length / _shape.Predictions;
        Check(nameof(predictions), predictions.Length, examples * _shape.Predictions);
        Check(nameof(targets), targets.Length, examples * _shape.Targets);
        int weightsPerExample = examples == 0 ? 0 : weights.Length / examples;
        Check(
            nameof(weights),
            weights.Length,
            weights.IsEmpty ? 0 : examples * (_shape.Losses ?? Math.Max(1, weightsPerExample)));
        int slices = Math.Max(1, (int)(((long)examples + _examplesPerSlice - 1) / _examplesPerSlice));
        TreeSum<object> sum = new(slices, (left, right) => (Cost)left + (Cost)right);
        long call = Interlocked.Increment(ref _calls);
        Failure? failure = await Task.Run(
            () => EvaluateAsync(
                slices,
                slice =>
                {
                    (int first, int count) = ExamplesOf(slice);
                    return new()
                    {
                        Call = call,
                        Slice = slice,
                        WithGradient = withGradient,
                        Predictions = new(predictions.Slice(first * _shape.Predictions, count * _shape.Predictions)),
                        Targets = new(targets.Slice(first * _shape.Targets, count * _shape.Targets)),
                        Weights = new(weights.IsEmpty
                            ? default
                            : weights.Slice(first * weightsPerExample, count * weightsPerExample)),
                    };
                },
                (slice, answer) =>
                {
                    if (withGradient)
                    {
                        answer.Gradient.Memory.CopyTo(gradient[(ExamplesOf(slice).First * _shape.Predictions)..]);
                    }

                    sum.Add(slice, answer.Cost);
                },
                cancellationToken),
            cancellationToken).ConfigureAwait(false);
        return failure is null ? (Cost)sum.Total! : throw failure.ToException();

        (int First, int Count) ExamplesOf(int slice)
        {
            int first = slice * _examplesPerSlice;
            return (first, Math.Min(_examplesPerSlice, examples - first));
        }
    }

    private static void Check(string name, int given, int expected)
    {
        if (given != expected)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture, $"'{name}' has {given} entries: must be {expected}, by the others."),
                name);
        }
    }
}

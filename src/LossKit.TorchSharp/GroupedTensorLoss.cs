using LossKit.TorchSharp.Internals;

namespace LossKit.TorchSharp;

/// <summary>A loss of groups, as of queries with documents, as a loss of TorchSharp.</summary>
/// <inheritdoc cref="TensorLoss{T, TTarget}" path="/remarks"/>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TTarget"><typeparamref name="T"/>, or <see cref="int"/> for labels.</typeparam>
public sealed class GroupedTensorLoss<T, TTarget> : Loss<Tensor, Tensor, Tensor>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTarget : unmanaged
{
    private readonly IGroupedLoss<T, TTarget> _loss;
    private readonly Reductions _reductions;

    internal GroupedTensorLoss(IGroupedLoss<T, TTarget> loss, Reductions reductions) : base(reductions.Kind)
    {
        _loss = loss;
        _reductions = reductions;
    }

    /// <inheritdoc cref="TensorLoss{T, TTarget}.Cost"/>
    public Cost Cost { get; private set; }

    /// <summary>The loss of groups that have as many entries each.</summary>
    /// <param name="prediction">What the model says; the last axis is a group.</param>
    /// <param name="target">What is true, of the same shape.</param>
    /// <returns>A number or, without a reduction, the losses of the groups.</returns>
    /// <exception cref="ArgumentException">
    /// A shape, type or device does not fit; or the loss refuses a number.
    /// </exception>
    public override Tensor forward(Tensor prediction, Tensor target) => forward(prediction, target, null);

    /// <summary>The loss of groups that have as many entries, and weights.</summary>
    /// <param name="prediction">What the model says; the last axis is a group.</param>
    /// <param name="target">What is true, of the same shape.</param>
    /// <param name="weight">What each group counts; none means 1 each.</param>
    /// <inheritdoc cref="forward(Tensor, Tensor)"/>
    public Tensor forward(Tensor prediction, Tensor target, Tensor? weight)
    {
        GroupsAsRows<T, TTarget> rows = GroupsAsRows<T, TTarget>.OfLastAxis(_loss, prediction);
        return Forward(rows, ExampleShapes.Of(rows.Shape, prediction, target, weight), prediction, target, weight);
    }

    /// <summary>The loss of groups of any lengths.</summary>
    /// <param name="prediction">What the model says, group by group.</param>
    /// <param name="target">What is true, of the same shape.</param>
    /// <param name="lengths">How many entries each group has, together as many as there are predictions.</param>
    /// <param name="weight">What each group counts; null means 1 each.</param>
    /// <returns>A number.</returns>
    /// <exception cref="ArgumentException">
    /// A shape, type or device does not fit; or the loss refuses a number; or there is no reduction.
    /// </exception>
    public Tensor forward(Tensor prediction, Tensor target, ReadOnlyMemory<int> lengths, Tensor? weight)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        return Forward(
            new(_loss, lengths),
            ExampleShapes.OfGroups(lengths.Length, _reductions, prediction, target, weight),
            prediction,
            target,
            weight);
    }

    /// <summary>The loss, for logs.</summary>
    public override string ToString() => $"{_loss}";

    private Tensor Forward(
        GroupsAsRows<T, TTarget> rows, ExampleShapes shapes, Tensor prediction, Tensor target, Tensor? weight)
    {
        ExampleCall<T, TTarget> call = new()
        {
            Metric = rows,
            Prediction = prediction,
            Target = target,
            Weight = weight,
        };
        Tensor result = call.Forward(_reductions, shapes, out Cost cost);
        Cost = cost;
        return result;
    }
}

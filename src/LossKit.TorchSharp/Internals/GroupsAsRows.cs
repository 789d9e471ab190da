namespace LossKit.TorchSharp.Internals;

/// <summary>A loss of the groups of one call, as one of examples: a group is an example.</summary>
internal sealed class GroupsAsRows<T, TTarget> : ILoss<T, TTarget>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTarget : unmanaged
{
    private readonly IGroupedLoss<T, TTarget> _loss;
    private readonly ReadOnlyMemory<int> _lengths;
    private readonly int _width;

    /// <param name="loss">The loss.</param>
    /// <param name="lengths">How many entries each group has.</param>
    public GroupsAsRows(IGroupedLoss<T, TTarget> loss, ReadOnlyMemory<int> lengths) =>
        (_loss, _lengths) = (loss, lengths);

    private GroupsAsRows(IGroupedLoss<T, TTarget> loss, int width) => (_loss, _width) = (loss, width);

    public Shape Shape => new(_width, _width);

    private Groups Groups => _width > 0 ? Groups.OfWidth(_width) : Groups.OfLengths(_lengths.Span);

    public static GroupsAsRows<T, TTarget> OfLastAxis(IGroupedLoss<T, TTarget> loss, Tensor prediction) =>
        new(loss, ExampleShapes.Width(prediction));

    public Cost Value(
        ReadOnlySpan<T> predictions, ReadOnlySpan<TTarget> targets, ReadOnlySpan<T> weights = default) =>
        _loss.Value(predictions, targets, Groups, weights);

    public Cost PerExample(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<TTarget> targets,
        Span<T> losses,
        ReadOnlySpan<T> weights = default) =>
        _loss.PerExample(predictions, targets, Groups, losses, weights);

    public Cost ValueAndGradient(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<TTarget> targets,
        Span<T> gradient,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean) =>
        _loss.ValueAndGradient(predictions, targets, Groups, gradient, weights, reduction);
}

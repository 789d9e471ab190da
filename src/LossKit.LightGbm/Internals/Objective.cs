namespace LossKit.LightGbm.Internals;

/// <summary>A loss that trees are grown by, of whatever kind it is.</summary>
internal abstract class Objective<TTarget> where TTarget : unmanaged
{
    public abstract Shape Shape { get; }

    public abstract LossFacts Facts { get; }

    /// <summary>Whether weights are one a group.</summary>
    public virtual bool IsOfGroups => false;

    public abstract Cost Value(ReadOnlySpan<double> scores, Examples<TTarget> of);

    /// <summary>The loss with both derivatives of its weighted sum.</summary>
    public abstract Cost Differentiate(
        ReadOnlySpan<double> scores, Examples<TTarget> of, Span<double> gradient, Span<double> hessian);

    /// <summary>The gradient of the weighted sum.</summary>
    public abstract void Slope(ReadOnlySpan<double> scores, Examples<TTarget> of, Span<double> gradient);

    /// <summary>The best constant, where it is known better than by following slopes.</summary>
    public virtual double? Constant(Examples<TTarget> of) => null;

    /// <summary>What makes predictions of scores, if nobody says otherwise.</summary>
    public LightGbmLink Link => Facts.Link == LossKit.Link.Log ? LightGbmLink.Log
        : Facts.Link == LossKit.Link.Logit ? LightGbmLink.Logit
        : typeof(TTarget) == typeof(int) && Shape is { Predictions: > 1, Targets: 1 } ? LightGbmLink.Softmax
        : LightGbmLink.Identity;
}

/// <inheritdoc/>
internal sealed class ExampleObjective<TTarget>(ISecondOrderLoss<double, TTarget> loss) : Objective<TTarget>
    where TTarget : unmanaged
{
    public override Shape Shape => loss.Shape;

    public override LossFacts Facts => loss.Facts;

    public override Cost Value(ReadOnlySpan<double> scores, Examples<TTarget> of) =>
        loss.Value(scores, of.Targets, of.Weights);

    public override Cost Differentiate(
        ReadOnlySpan<double> scores, Examples<TTarget> of, Span<double> gradient, Span<double> hessian) =>
        loss.ValueGradientAndHessian(scores, of.Targets, gradient, hessian, of.Weights, Reduction.Sum);

    public override void Slope(ReadOnlySpan<double> scores, Examples<TTarget> of, Span<double> gradient) =>
        loss.ValueAndGradient(scores, of.Targets, gradient, of.Weights, Reduction.Sum);

    public override double? Constant(Examples<TTarget> of) =>
        loss is PointwiseLoss<double> pointwise ? OptimalConstant.Of(pointwise, of.Numbers, of.Weights) : null;

    public override string ToString() => loss.ToString()!;
}

/// <inheritdoc/>
internal sealed class GroupObjective<TTarget>(ISecondOrderGroupedLoss<double, TTarget> loss) : Objective<TTarget>
    where TTarget : unmanaged
{
    public override Shape Shape => new(1, 1);

    public override LossFacts Facts => LossFacts.Unknown;

    public override bool IsOfGroups => true;

    public override Cost Value(ReadOnlySpan<double> scores, Examples<TTarget> of) =>
        loss.Value(scores, of.Targets, of.Groups, of.Weights);

    public override Cost Differentiate(
        ReadOnlySpan<double> scores, Examples<TTarget> of, Span<double> gradient, Span<double> hessian) =>
        loss.ValueGradientAndHessian(scores, of.Targets, of.Groups, gradient, hessian, of.Weights, Reduction.Sum);

    public override void Slope(ReadOnlySpan<double> scores, Examples<TTarget> of, Span<double> gradient) =>
        loss.ValueAndGradient(scores, of.Targets, of.Groups, gradient, of.Weights, Reduction.Sum);

    public override string ToString() => loss.ToString()!;
}

namespace LossKit.MathNet.Tests.Support;

/// <summary>Counts how often a loss is called.</summary>
internal sealed class CountingLoss(PointwiseLoss<double> loss) : ISecondOrderLoss<double, double>
{
    public int Calls { get; private set; }

    public Shape Shape => loss.Shape;

    private PointwiseLoss<double> Counted
    {
        get
        {
            Calls++;
            return loss;
        }
    }

    public Cost Value(
        ReadOnlySpan<double> predictions, ReadOnlySpan<double> targets, ReadOnlySpan<double> weights = default) =>
        Counted.Value(predictions, targets, weights);

    public Cost PerExample(
        ReadOnlySpan<double> predictions,
        ReadOnlySpan<double> targets,
        Span<double> losses,
        ReadOnlySpan<double> weights = default) =>
        Counted.PerExample(predictions, targets, losses, weights);

    public Cost ValueAndGradient(
        ReadOnlySpan<double> predictions,
        ReadOnlySpan<double> targets,
        Span<double> gradient,
        ReadOnlySpan<double> weights = default,
        Reduction reduction = Reduction.Mean) =>
        Counted.ValueAndGradient(predictions, targets, gradient, weights, reduction);

    public Cost ValueGradientAndHessian(
        ReadOnlySpan<double> predictions,
        ReadOnlySpan<double> targets,
        Span<double> gradient,
        Span<double> hessian,
        ReadOnlySpan<double> weights = default,
        Reduction reduction = Reduction.Mean) =>
        Counted.ValueGradientAndHessian(predictions, targets, gradient, hessian, weights, reduction);
}

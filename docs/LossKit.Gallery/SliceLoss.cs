namespace LossKit.Gallery;

/// <summary>
/// The loss of an example as a function of one number of its batch: what LossKit.Plots draws as it does any loss.
/// </summary>
internal class SliceLoss : ILoss<double, double>
{
    private readonly string _name;
    private readonly Walk _walk;

    /// <param name="name">What stands above the picture.</param>
    /// <param name="walk">Evaluates the example.</param>
    /// <param name="slice">Which number it is of.</param>
    public SliceLoss(string name, Walk walk, Slice slice)
    {
        _name = name;
        _walk = walk;
        Facts = LossFacts.Unknown with { Kinks = slice.Kinks, KinkVariable = KinkVariable.Prediction };
    }

    public Shape Shape => new(Predictions: 1, Targets: 0);

    public LossFacts Facts { get; }

    public Cost Value(
        ReadOnlySpan<double> predictions, ReadOnlySpan<double> targets, ReadOnlySpan<double> weights = default) =>
        At(predictions[0]).Cost;

    public Cost PerExample(
        ReadOnlySpan<double> predictions,
        ReadOnlySpan<double> targets,
        Span<double> losses,
        ReadOnlySpan<double> weights = default)
    {
        Cost cost = Value(predictions, targets, weights);
        losses[0] = cost.Mean;
        return cost;
    }

    public Cost ValueAndGradient(
        ReadOnlySpan<double> predictions,
        ReadOnlySpan<double> targets,
        Span<double> gradient,
        ReadOnlySpan<double> weights = default,
        Reduction reduction = Reduction.Mean)
    {
        (Cost cost, gradient[0], _) = At(predictions[0]);
        return cost;
    }

    public override string ToString() => _name;

    protected (Cost Cost, double Slope, double Curvature) At(double x)
    {
        double value = _walk(x, out double slope, out double curvature);
        return (new Cost(value, weight: 1, count: 1), slope, curvature);
    }
}

/// <summary>One that has a second derivative.</summary>
/// <inheritdoc/>
internal sealed class SecondOrderSliceLoss(string name, Walk walk, Slice slice)
    : SliceLoss(name, walk, slice), ISecondOrderLoss<double, double>
{
    public Cost ValueGradientAndHessian(
        ReadOnlySpan<double> predictions,
        ReadOnlySpan<double> targets,
        Span<double> gradient,
        Span<double> hessian,
        ReadOnlySpan<double> weights = default,
        Reduction reduction = Reduction.Mean)
    {
        (Cost cost, gradient[0], hessian[0]) = At(predictions[0]);
        return cost;
    }
}

/// <summary>The loss of an example, one of whose numbers is <paramref name="x"/>, and its derivatives.</summary>
internal delegate double Walk(double x, out double slope, out double curvature);

namespace LossKit.Benchmarks.Timing;

/// <summary>A contender by name, and how much of the loss it computes.</summary>
internal sealed record Run(string Name, Order Order, IContender Contender)
{
    public const string LossKit = "LossKit";
    public const string Scalar = "scalar";
    public const string Tensors = "TensorPrimitives";
    public const string MathNet = "MathNet.Numerics";
    public const string PyTorch = "PyTorch";
    public const string Stream = "stream";
    public const string Bound = "bound";

    public Run(string name, Order order, Func<double> run) : this(name, order, new Local(run))
    {
    }

    // Two of them, because the common interface is dispatched slowly where there are many losses: the shortest calls
    // would notice.

    /// <summary>All that LossKit computes of a loss.</summary>
    public static IReadOnlyList<Run> OfLossKit(
        PointwiseLoss<float> loss, float[] predictions, float[] targets, float[] gradient, float[] hessian) =>
    [
        new(LossKit, Order.Value, () => loss.Value(predictions, targets).Mean),
        new(LossKit, Order.Gradient, () => loss.ValueAndGradient(predictions, targets, gradient).Mean),
        new(LossKit, Order.Hessian, () => loss.ValueGradientAndHessian(predictions, targets, gradient, hessian).Mean),
    ];

    /// <inheritdoc cref="OfLossKit"/>
    public static IReadOnlyList<Run> OfLossKit<TTarget>(
        RowLoss<float, TTarget> loss,
        float[] predictions,
        TTarget[] targets,
        float[] gradient,
        float[] hessian)
        where TTarget : unmanaged =>
    [
        new(LossKit, Order.Value, () => loss.Value(predictions, targets).Mean),
        new(LossKit, Order.Gradient, () => loss.ValueAndGradient(predictions, targets, gradient).Mean),
        new(LossKit, Order.Hessian, () => loss.ValueGradientAndHessian(predictions, targets, gradient, hessian).Mean),
    ];
}

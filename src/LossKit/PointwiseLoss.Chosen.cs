namespace LossKit;

// The modifiers of a loss chosen at run time. Those of a loss whose formula is known have no call in their loops.
public abstract partial class PointwiseLoss<T>
{
    private protected abstract IPointwiseFormula AnyFormula { get; }

    private Chosen Chosen => new(AnyFormula, Kernel);

    /// <inheritdoc cref="Formulas.Asymmetric{TFormula}"/>
    public PointwiseLoss<T> Asymmetric(double over, double under) =>
        new PointwiseLoss<T, Asymmetric<Chosen>>(new(Chosen, over, under)) { Name = Then($"{over}{under}") };

    /// <inheritdoc cref="Formulas.Scaled{TFormula}"/>
    public PointwiseLoss<T> Scaled(double factor) =>
        new PointwiseLoss<T, Scaled<Chosen>>(new(Chosen, factor)) { Name = Then($"{factor}") };

    /// <inheritdoc cref="Formulas.ClassWeighted{TFormula}"/>
    public PointwiseLoss<T> ClassWeighted(double positive, double negative) =>
        new PointwiseLoss<T, ClassWeighted<Chosen>>(new(Chosen, positive, negative)) { Name = Then($"{positive}{negative}") };

    /// <inheritdoc cref="Formulas.Clipped{TFormula}"/>
    public PointwiseLoss<T> Clipped(double maximum) =>
        new PointwiseLoss<T, Clipped<Chosen>>(new(Chosen, maximum)) { Name = Then($"{maximum}") };

    /// <inheritdoc cref="Formulas.LabelSmoothed{TFormula}"/>
    public PointwiseLoss<T> LabelSmoothed(double smoothing) =>
        new PointwiseLoss<T, LabelSmoothed<Chosen>>(new(Chosen, smoothing)) { Name = Then($"{smoothing}") };

    /// <inheritdoc cref="Formulas.HessianFloor{TFormula}"/>
    public PointwiseLoss<T> HessianFloor(double minimum) =>
        new PointwiseLoss<T, HessianFloor<Chosen>>(new(Chosen, minimum)) { Name = Then($"{minimum}") };

    /// <inheritdoc cref="Formulas.LogTarget{TFormula}"/>
    public PointwiseLoss<T> LogTarget() =>
        new PointwiseLoss<T, LogTarget<Chosen>>(new(Chosen)) { Name = Then() };

    /// <inheritdoc cref="Formulas.InUnits{TFormula}"/>
    public PointwiseLoss<T> InUnits(double unit) =>
        new PointwiseLoss<T, InUnits<Chosen>>(new(Chosen, unit)) { Name = Then($"{unit}") };

    /// <summary>The sum of this loss and another; with <see cref="Scaled"/>, a weighted sum.</summary>
    public PointwiseLoss<T> Plus(PointwiseLoss<T> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new PointwiseLoss<T, Sum<Chosen, Chosen>>(new(Chosen, other.Chosen)) { Name = Then($"{other}") };
    }
}

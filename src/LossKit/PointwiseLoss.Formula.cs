namespace LossKit;

/// <summary>The loss of a formula, which further formulas can be wrapped around.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TFormula">The formula.</typeparam>
/// <param name="formula">The formula with its parameters.</param>
public sealed class PointwiseLoss<T, TFormula>(TFormula formula) : PointwiseLoss<T>(PointwiseKernel<T>.For(formula), formula.Facts)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TFormula : struct, IPointwiseFormula
{
    /// <summary>The formula with its parameters.</summary>
    public TFormula Formula { get; } = formula;

    private protected override IPointwiseFormula AnyFormula => Formula;

    /// <inheritdoc/>
    public override PointLoss<T> At(T prediction, T target)
    {
        ScalarLane<T> difference = new() { Number = prediction - target };
        Jet2<ScalarLane<T>> jet = Formula.Loss(
            Jet2<ScalarLane<T>>.Variable(new() { Number = prediction }),
            Jet2<ScalarLane<T>>.Constant(new() { Number = target }));
        ScalarLane<T> loss = ScalarLane<T>.PropagateNaN(difference, Jet2<ScalarLane<T>>.Value(jet));
        return new(
            loss.Number,
            ScalarLane<T>.PropagateNaN(loss, Jet2<ScalarLane<T>>.First(jet)).Number,
            ScalarLane<T>.PropagateNaN(loss, Jet2<ScalarLane<T>>.Second(jet)).Number);
    }

    internal override PointwiseLoss<double> InDouble() =>
        this as PointwiseLoss<double> ?? new PointwiseLoss<double, TFormula>(Formula);

    /// <inheritdoc cref="Formulas.Asymmetric{TFormula}"/>
    public new PointwiseLoss<T, Asymmetric<TFormula>> Asymmetric(double over, double under) =>
        new(new(Formula, over, under)) { Name = Then($"{over}{under}") };

    /// <inheritdoc cref="Formulas.Scaled{TFormula}"/>
    public new PointwiseLoss<T, Scaled<TFormula>> Scaled(double factor) =>
        new(new(Formula, factor)) { Name = Then($"{factor}") };

    /// <summary>
    /// The sum of this loss and another; with <see cref="Scaled"/>, a weighted sum. A sum of any depth costs the sum of
    /// its parts.
    /// </summary>
    public PointwiseLoss<T, Sum<TFormula, TOther>> Plus<TOther>(PointwiseLoss<T, TOther> other)
        where TOther : struct, IPointwiseFormula
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(new(Formula, other.Formula)) { Name = Then($"{other}") };
    }

    /// <inheritdoc cref="Formulas.ClassWeighted{TFormula}"/>
    public new PointwiseLoss<T, ClassWeighted<TFormula>> ClassWeighted(double positive, double negative) =>
        new(new(Formula, positive, negative)) { Name = Then($"{positive}{negative}") };

    /// <inheritdoc cref="Formulas.Clipped{TFormula}"/>
    public new PointwiseLoss<T, Clipped<TFormula>> Clipped(double maximum) =>
        new(new(Formula, maximum)) { Name = Then($"{maximum}") };

    /// <inheritdoc cref="Formulas.LabelSmoothed{TFormula}"/>
    public new PointwiseLoss<T, LabelSmoothed<TFormula>> LabelSmoothed(double smoothing) =>
        new(new(Formula, smoothing)) { Name = Then($"{smoothing}") };

    /// <inheritdoc cref="Formulas.ZeroOneTargets{TFormula}"/>
    public new PointwiseLoss<T, ZeroOneTargets<TFormula>> WithZeroOneTargets() =>
        new(new(Formula)) { Name = Then() };

    /// <inheritdoc cref="Formulas.HessianFloor{TFormula}"/>
    public new PointwiseLoss<T, HessianFloor<TFormula>> HessianFloor(double minimum) =>
        new(new(Formula, minimum)) { Name = Then($"{minimum}") };

    /// <inheritdoc cref="Formulas.LogTarget{TFormula}"/>
    public new PointwiseLoss<T, LogTarget<TFormula>> LogTarget() =>
        new(new(Formula)) { Name = Then() };

    /// <inheritdoc cref="Formulas.InUnits{TFormula}"/>
    public new PointwiseLoss<T, InUnits<TFormula>> InUnits(double unit) =>
        new(new(Formula, unit)) { Name = Then($"{unit}") };

    /// <inheritdoc cref="Formulas.AsymmetricPerExample{TFormula}"/>
    public new TupleLoss<T, AsymmetricPerExample<TFormula>> AsymmetricPerExample() =>
        new(new(Formula)) { Name = Then() };

    /// <inheritdoc cref="Formulas.Censored{TFormula}"/>
    public new TupleLoss<T, Censored<TFormula>> Censored() =>
        new(new(Formula)) { Name = Then() };

    /// <inheritdoc cref="Formulas.InUnitsPerExample{TFormula}"/>
    public new TupleLoss<T, InUnitsPerExample<TFormula>> InUnitsPerExample() =>
        new(new(Formula)) { Name = Then() };

    /// <inheritdoc cref="Formulas.WithOffset{TFormula}"/>
    public new TupleLoss<T, WithOffset<TFormula>> WithOffset() =>
        new(new(Formula)) { Name = Then() };

    /// <inheritdoc cref="Formulas.WithExposure{TFormula}"/>
    public new TupleLoss<T, WithExposure<TFormula>> WithExposure() =>
        new(new(Formula)) { Name = Then() };

    /// <inheritdoc cref="PointwiseLoss{T}.WithFisherHessian"/>
    public new TupleLoss<T> WithFisherHessian() =>
        new TupleLoss<T, OfPointwise<TFormula>>(new(Formula)) { Name = ToString() }.WithFisherHessian();
}

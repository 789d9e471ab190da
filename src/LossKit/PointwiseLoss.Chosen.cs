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

    /// <inheritdoc cref="Formulas.ZeroOneTargets{TFormula}"/>
    public PointwiseLoss<T> WithZeroOneTargets() =>
        new PointwiseLoss<T, ZeroOneTargets<Chosen>>(new(Chosen)) { Name = Then() };

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

    /// <inheritdoc cref="Formulas.AsymmetricPerExample{TFormula}"/>
    public TupleLoss<T> AsymmetricPerExample() =>
        new TupleLoss<T, AsymmetricPerExample<Chosen>>(new(Chosen)) { Name = Then() };

    /// <inheritdoc cref="Formulas.Censored{TFormula}"/>
    public TupleLoss<T> Censored() =>
        new TupleLoss<T, Censored<Chosen>>(new(Chosen)) { Name = Then() };

    /// <inheritdoc cref="Formulas.InUnitsPerExample{TFormula}"/>
    public TupleLoss<T> InUnitsPerExample() =>
        new TupleLoss<T, InUnitsPerExample<Chosen>>(new(Chosen)) { Name = Then() };

    /// <inheritdoc cref="Formulas.WithOffset{TFormula}"/>
    public TupleLoss<T> WithOffset() =>
        new TupleLoss<T, WithOffset<Chosen>>(new(Chosen)) { Name = Then() };

    /// <inheritdoc cref="Formulas.WithExposure{TFormula}"/>
    public TupleLoss<T> WithExposure() =>
        new TupleLoss<T, WithExposure<Chosen>>(new(Chosen)) { Name = Then() };

    /// <summary>
    /// The same loss with its Fisher information in place of second derivatives: what they are expected to be if
    /// targets are drawn from the predicted distribution.
    /// </summary>
    /// <remarks>
    /// Value and gradient stay as they are. Of a Laplace distribution, whose second derivative is 0, it is the variance
    /// of the first. Known of GaussianNegativeLogLikelihood, LaplaceNegativeLogLikelihood,
    /// StudentTNegativeLogLikelihood, BinaryCrossEntropyLogits without weight and smoothing, Logistic, Poisson,
    /// PoissonMean, GeneralizedKl, Gamma, Tweedie and TweedieIdentity of powers that are not between 0 and 1, and of
    /// formulas of your own that say it.
    /// </remarks>
    /// <exception cref="NotSupportedException">It is not known of this loss, or this is modified.</exception>
    public TupleLoss<T> WithFisherHessian() =>
        new TupleLoss<T, OfPointwise<Chosen>>(new(Chosen)) { Name = ToString() }.WithFisherHessian();
}

namespace LossKit;

/// <summary>
/// A loss of several predictions and targets of each example, over batches of them: value, gradient and Hessian
/// diagonal. The factories of <see cref="Loss"/> make the built-in ones and, from an <see cref="ITupleFormula"/>, your
/// own.
/// </summary>
/// <remarks>
/// Predictions are examples × <see cref="Predictions"/> numbers, targets examples × <see cref="Targets"/>, example by
/// example or, of <see cref="Planar"/>, column by column; so are gradient and Hessian. Losses and weights are one an
/// example, and the mean is over examples. The Hessian is the diagonal: what couples the predictions of an example is
/// left out. What is written may be one of the inputs itself where that has as many numbers.
/// </remarks>
/// <inheritdoc cref="ILoss{T, TTarget}"/>
public abstract class TupleLoss<T> : ExampleLoss<T, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private protected TupleLoss(Kernel<T> kernel, int predictions, int targets) =>
        (Kernel, Predictions, Targets) = (kernel, predictions, targets);

    /// <summary>How many predictions an example has.</summary>
    public int Predictions { get; }

    /// <summary>How many targets and side inputs an example has; 0 if none.</summary>
    public int Targets { get; }

    /// <inheritdoc/>
    public override Shape Shape => new(Predictions, Targets) { IsPlanar = IsPlanar };

    /// <inheritdoc/>
    public override LossFacts Facts => LossFacts.Unknown;

    internal abstract object AnyFormula { get; }

    /// <summary>What each prediction may be.</summary>
    internal Domain[] PredictionDomains => field ??= DomainsOf(Predictions, domains => domains.PredictionDomain);

    /// <summary>What each target may be.</summary>
    internal Domain[] TargetDomains => field ??= DomainsOf(Targets, domains => domains.TargetDomain);

    internal Kernel<T> Kernel { get; }

    /// <summary>Whether the numbers lie column by column.</summary>
    public bool IsPlanar { get; private set; }

    /// <summary>
    /// The same loss of numbers that lie column by column: the first prediction of all examples, then the second of
    /// all, and so on; targets, gradient and Hessian likewise. The faster layout. All columns are in one span: of n
    /// boxes n left edges, n top edges, n right and n bottom ones.
    /// </summary>
    public TupleLoss<T> Planar()
    {
        TupleLoss<T> copy = (TupleLoss<T>)MemberwiseClone();
        copy.IsPlanar = true;
        copy.Name = Then();
        return copy;
    }

    /// <summary>The loss of each example times a factor: its share in a weighted sum.</summary>
    /// <param name="factor">The factor; positive and finite.</param>
    public TupleLoss<T> Scaled(double factor)
    {
        ScaledKernel<T> kernel = new(Kernel, Kernel<T>.Factor(factor));
        return Combined(kernel, PredictionDomains, TargetDomains, Then($"{factor}"));
    }

    /// <summary>
    /// The sum of this loss and another of the same predictions and targets; with <see cref="Scaled"/>, a weighted sum.
    /// </summary>
    /// <param name="other">The other.</param>
    /// <exception cref="ArgumentException">
    /// It has other numbers of predictions or targets, or another layout.
    /// </exception>
    public TupleLoss<T> Plus(TupleLoss<T> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other.Shape == Shape
            ? Combined(
                new SumKernel<T>(Kernel, other.Kernel),
                [.. PredictionDomains.Zip(other.PredictionDomains, (one, two) => one.And(two))],
                [.. TargetDomains.Zip(other.TargetDomains, (one, two) => one.And(two))],
                Then($"{other}"))
            : throw new ArgumentException($"'{nameof(other)}' has {other.Shape}, expected {Shape}.", nameof(other));
    }

    /// <summary>
    /// The same loss with the diagonal of its Fisher information in place of the Hessian's: what second derivatives are
    /// expected to be if targets are drawn from the predicted distribution. Never negative, and never 0 where the
    /// likelihood says anything, as boosting and natural gradients want it.
    /// </summary>
    /// <remarks>
    /// Value and gradient stay as they are. With respect to the predictions as they are given, so that of a scale it is
    /// another than of its logarithm; of a Laplace distribution's location, whose second derivative is 0, the variance
    /// of the first. What couples predictions of an example is left out. Known of NormalNll without β,
    /// NormalNllGivenVariance, LaplaceNll, StudentTNll, GammaNll, BetaDistributionNll, DirichletNll, VonMisesNll, of
    /// ExponentialSurvival and WeibullSurvival for times that are seen, of NegativeBinomialNll for its mean, whose
    /// dispersion has none in closed form and keeps its second derivative, and of formulas of your own that say it.
    /// Source: Amari, "Natural Gradient Works Efficiently in Learning", Neural Computation 10, 1998; Duan et al.,
    /// "NGBoost", ICML 2020.
    /// </remarks>
    /// <exception cref="NotSupportedException">It is not known of this loss, or this is a sum or scaled.</exception>
    public TupleLoss<T> WithFisherHessian() => FisherKernel is { } kernel
        ? Combined(kernel, PredictionDomains, TargetDomains, Then())
        : throw new NotSupportedException(
            $"The Fisher information of '{this}' is not known: it is of a likelihood itself, before modifiers, and of those "
            + $"that have it in closed form or are formulas with {nameof(ITupleFormula.HasFisherInformation)}.");

    /// <summary>What evaluates the loss with its Fisher information; null if that is not known.</summary>
    internal virtual Kernel<T>? FisherKernel => null;

    private CombinedTupleLoss<T> Combined(Kernel<T> kernel, Domain[] predictions, Domain[] targets, string name) =>
        new(kernel, predictions, targets) { IsPlanar = IsPlanar, Name = name };

    /// <inheritdoc cref="TupleRowsLoss{T}"/>
    /// <param name="columns">How many tuples a row has.</param>
    /// <param name="mean">Whether the loss of a row is the mean over its tuples, instead of the sum.</param>
    /// <param name="targetsOfRow">How many targets of a tuple, the last, are one a row.</param>
    public TupleRowsLoss<T> OfRows(int columns, bool mean = false, int targetsOfRow = 0) =>
        new(this, columns, mean, targetsOfRow) { Name = Then($"{columns}{mean}{targetsOfRow}") };

    private Domain[] DomainsOf(int count, Func<IFormulaDomains, Func<int, Domain>> domainOf)
    {
        Func<int, Domain> of = AnyFormula is IFormulaDomains domains ? domainOf(domains) : _ => Domain.Reals;
        return [.. Enumerable.Range(0, count).Select(of)];
    }

    private protected override void CheckNumbers(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights)
    {
        int examples = predictions.Length / Predictions;
        if (predictions.Length == examples * Predictions
            && targets.Length == examples * Targets
            && EntryChecks.AreForEach(weights, examples))
        {
            int run = IsPlanar ? Math.Max(1, examples) : 1;
            EntryChecks.Columns(nameof(predictions), predictions, PredictionDomains, run, IsPlanar ? 1 : Predictions);
            EntryChecks.Columns(nameof(targets), targets, TargetDomains, run, IsPlanar ? 1 : Targets);
            EntryChecks.Weights(weights);
        }
    }

    private protected override Cost Run(
        ref Batch<T> batch, ReadOnlySpan<T> targets, DerivativeOrder order, Reduction reduction, bool wantsLosses)
    {
        int examples = BatchChecks.Rows("predictions", batch.Predictions.Length, Predictions, "predictions");
        BatchChecks.Table("targets", targets.Length, examples, "examples", Targets);
        BatchChecks.LengthIfGiven("weights", batch.Weights.Length, examples, "examples");
        batch.Targets = targets;
        batch.Columns = Predictions;
        batch.TargetColumns = Targets;
        batch.Pitch = IsPlanar ? examples : 0;
        BatchChecks.Outputs(batch, order, wantsLosses, "examples", "predictions");
        batch.Kernel = Kernel;
        batch.Count = examples;
        return Calls<T>.Run(batch, batch.Weights, batch.Losses, order, reduction, Degree);
    }
}

/// <summary>The loss of a formula of tuples.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TFormula">The formula.</typeparam>
/// <param name="formula">The formula with its parameters.</param>
public sealed class TupleLoss<T, TFormula>(TFormula formula)
    : TupleLoss<T>(
        new TupleKernel<T, TupleProgram<TFormula>>(new(formula)), TFormula.Predictions, TFormula.Targets)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TFormula : struct, ITupleFormula
{
    /// <summary>The formula with its parameters.</summary>
    public TFormula Formula { get; } = formula;

    internal override object AnyFormula => Formula;

    internal override Kernel<T>? FisherKernel => Formula.HasFisherInformation
        ? new TupleKernel<T, FisherProgram<TFormula>>(new(Formula))
        : null;
}

/// <summary>The loss of a formula of tuples with its own derivatives.</summary>
internal sealed class ExplicitTupleLoss<T, TFormula>(TFormula formula)
    : TupleLoss<T>(
        new TupleKernel<T, ExplicitTupleProgram<TFormula, No>>(new(formula)), formula.Predictions, formula.Targets)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TFormula : struct, IExplicitTupleFormula
{
    internal override object AnyFormula => formula;

    internal override Kernel<T>? FisherKernel => TFormula.HasFisherInformation
        ? new TupleKernel<T, ExplicitTupleProgram<TFormula, Yes>>(new(formula))
        : null;
}

/// <summary>What is made of other losses of tuples.</summary>
internal sealed class CombinedTupleLoss<T>(Kernel<T> kernel, Domain[] predictions, Domain[] targets)
    : TupleLoss<T>(kernel, predictions.Length, targets.Length)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    internal override object AnyFormula { get; } = new CombinedDomains(predictions, targets);
}

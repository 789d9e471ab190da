using MathNet.Numerics.LinearAlgebra;

namespace LossKit.MathNet;

/// <summary>What a linear model has besides its loss and its data.</summary>
public sealed record LinearModelOptions
{
    private readonly double _l2;
    private readonly int _constantOutputs;

    /// <summary>
    /// Whether a constant is added to the scores, which is then the last coefficient (of each class) and not
    /// penalised. To penalise it too, give the features a column of ones, and no intercept.
    /// </summary>
    public bool HasIntercept { get; init; } = true;

    /// <summary>λ of the penalty ½λ‖w‖², which is added to the <em>mean</em> loss; 0 for none.</summary>
    /// <remarks>
    /// In scikit-learn, with n examples, or the sum of their weights: λ = <c>alpha</c> of <c>PoissonRegressor</c>,
    /// <c>GammaRegressor</c>, <c>TweedieRegressor</c> and <c>SGDRegressor</c>; 1/(n·<c>C</c>) of
    /// <c>LogisticRegression</c>; 2·<c>alpha</c>/n of <c>Ridge</c> (with <see cref="Loss.SquaredError{T}"/>, which has
    /// no factor ½); and <c>alpha</c>·σ/n of <c>HuberRegressor</c>, for its scale σ and the loss
    /// <see cref="Loss.Huber{T}"/> with δ = <c>epsilon</c>·σ.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">Negative or not finite.</exception>
    public double L2
    {
        get => _l2;
        init => _l2 = Parameter.NotNegative(value, nameof(L2)).Value;
    }

    /// <summary>
    /// How many of the last outputs of a model are constants: an intercept, which all examples share, and coefficients
    /// of 0. 1 for the scale of an accelerated failure time or the variance of a regression, which then is that of all.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int ConstantOutputs
    {
        get => _constantOutputs;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(ConstantOutputs));
            _constantOutputs = value;
        }
    }

    /// <summary>
    /// What each example counts, of losses of groups each group, of batches whatever the loss says; none means 1 each.
    /// An example of weight 0 is as good as absent, whatever its features.
    /// </summary>
    public Vector<double>? Weights { get; init; }

    /// <summary>
    /// Where the minimiser starts, laid out as the result is; none means <see cref="LinearModelObjective.Start"/>.
    /// </summary>
    public Vector<double>? Start { get; init; }
}

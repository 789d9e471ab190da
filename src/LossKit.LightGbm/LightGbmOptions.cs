namespace LossKit.LightGbm;

/// <summary>How trees are grown, and what is made of the derivatives of a loss. Defaults are LightGBM's own.</summary>
public sealed record LightGbmOptions
{
    private readonly int _rounds = 100;
    private readonly double _learningRate = 0.1;
    private readonly int _leaves = 31;
    private readonly int _minimumExamples = 20;
    private readonly double _l2;
    private readonly int _threads;
    private readonly double? _curvatureFloor;
    private readonly double _curvatureFactor = 1;
    private readonly IReadOnlyList<double>? _initialScores;

    /// <summary>How often a tree is grown for each prediction, if nothing stops it earlier; at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Rounds
    {
        get => _rounds;
        init => _rounds = Guards.AtLeast(1, value, nameof(Rounds));
    }

    /// <summary>What leaves are multiplied with; positive and finite.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or not finite.</exception>
    public double LearningRate
    {
        get => _learningRate;
        init => _learningRate = Parameter.Positive(value, nameof(LearningRate)).Value;
    }

    /// <summary>How many leaves a tree has at most; at least 2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 2.</exception>
    public int Leaves
    {
        get => _leaves;
        init => _leaves = Guards.AtLeast(2, value, nameof(Leaves));
    }

    /// <summary>How many examples a leaf has at least; not negative.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int MinimumExamples
    {
        get => _minimumExamples;
        init => _minimumExamples = Guards.AtLeast(0, value, nameof(MinimumExamples));
    }

    /// <summary>
    /// What is added to the curvature of a leaf, so that small leaves are smaller; finite, not negative.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or not finite.</exception>
    public double L2
    {
        get => _l2;
        init => _l2 = Parameter.NotNegative(value, nameof(L2)).Value;
    }

    /// <summary>How many threads LightGBM uses; 0 for as many as OpenMP gives it.</summary>
    /// <remarks>The model is the same on any number, unless <see cref="Parameters"/> say otherwise.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int Threads
    {
        get => _threads;
        init => _threads = Guards.AtLeast(0, value, nameof(Threads));
    }

    /// <summary>What random choices start from, of examples and features, if there are any.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// The least second derivative of an example, before its weight; finite and not negative. If not given it is 1, as
    /// LightGBM has it, where the second derivatives of the first round are all 0 or less, as those of quantiles and of
    /// hinges are; the largest of the first round for losses of bounded slope in the target's unit, as <c>Huber</c>,
    /// <c>LogCosh</c> and <c>Cauchy</c> are; else 0.
    /// </summary>
    /// <remarks>
    /// Far from their targets losses of bounded slope have next to no curvature, and a leaf would be moved without bound.
    /// LightGBM's <c>huber</c> has 1 everywhere, too, its <c>fair</c> the loss' own, which here is a floor of 0.
    /// Where there is no curvature, a leaf is its mean slope divided by the floor: with a floor of 1 an absolute error
    /// moves by at most <see cref="LearningRate"/> a round, in whatever unit the target has. Either
    /// <see cref="RenewLeaves"/> or, for targets of size s, take a floor of about 1/s.
    /// <c>PointwiseLoss.HessianFloor</c> is the same as part of a loss.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or not finite.</exception>
    public double? CurvatureFloor
    {
        get => _curvatureFloor;
        init => _curvatureFloor =
            value is double floor ? Parameter.NotNegative(floor, nameof(CurvatureFloor)).Value : null;
    }

    /// <summary>
    /// Whether a leaf is what its examples have the least loss with, times <see cref="LearningRate"/>, instead of a
    /// step by slope and curvature. For losses of errors in the targets' units that have none or little curvature:
    /// quantiles, vectors of them, absolute and Huber's errors.
    /// </summary>
    /// <remarks>
    /// LightGBM's own <c>quantile</c> and <c>regression_l1</c> do so. It takes some 40 gradients a round for each
    /// prediction of an example, and <see cref="L2"/> only has a say in splits. A leaf whose loss falls without end
    /// keeps its step.
    /// </remarks>
    public bool RenewLeaves { get; init; }

    /// <summary>What second derivatives are multiplied with, after the floor; positive and finite.</summary>
    /// <remarks>
    /// LightGBM's own objectives do so: its softmax of K classes by K/(K − 1), its Poisson by e^0.7
    /// (<c>poisson_max_delta_step</c>). With the same factor LossKit's losses lead to the same trees.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or not finite.</exception>
    public double CurvatureFactor
    {
        get => _curvatureFactor;
        init => _curvatureFactor = Parameter.Positive(value, nameof(CurvatureFactor)).Value;
    }

    /// <summary>
    /// The scores that boosting starts from, one for each prediction of an example, finite. If not given, the constant
    /// of least loss on the training data: <see cref="OptimalConstant"/> of losses of one prediction; for others the
    /// summed slope of one prediction after the other is followed to where it vanishes, from the logarithms of the
    /// classes' shares if targets are labels, else from 0. 0 where there is no such constant, or nothing to be learned
    /// from there, of losses that are not convex, as expected costs of decisions are.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">One of them is not finite.</exception>
    public IReadOnlyList<double>? InitialScores
    {
        get => _initialScores;
        init => _initialScores = value is null
            ? null
            : [.. value.Select(score => Parameter.Finite(score, nameof(InitialScores)).Value)];
    }

    /// <summary>
    /// What makes predictions of scores. If not given: the link of the loss (<see cref="LossFacts.Link"/>), the softmax
    /// where there are several predictions and one label, and the scores themselves where nothing is declared.
    /// </summary>
    public LightGbmLink? Link { get; init; }

    /// <summary>
    /// Other parameters of LightGBM, by their names or aliases, as <c>max_bin</c>, <c>feature_fraction</c> or
    /// <c>categorical_feature</c>. What is a property here, or is set by the loss, is refused.
    /// </summary>
    /// <remarks>
    /// <c>deterministic</c> and <c>force_col_wise</c> are on, so that a training can be repeated to the last bit;
    /// <c>force_row_wise</c> instead can be faster on many rows, and depends on the number of threads.
    /// </remarks>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Is told how the training stands after every round; an exception of it ends the training.</summary>
    public Action<LightGbmRound>? OnRound { get; init; }
}

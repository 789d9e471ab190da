using System.Globalization;

namespace LossKit;

/// <summary>Whether a loss is convex in the prediction, for every target of its domain.</summary>
public enum Convexity
{
    /// <summary>Not declared.</summary>
    Unknown,

    /// <summary>Not convex for at least some targets: there may be several minima.</summary>
    None,

    /// <summary>Convex.</summary>
    Convex,

    /// <summary>Strictly convex: at most one minimum.</summary>
    Strict,
}

/// <summary>
/// What the second derivative of a loss is good for. It is exact, unless <see cref="LossFacts.IsHessianExact"/> says
/// otherwise.
/// </summary>
public enum Curvature
{
    /// <summary>Not declared.</summary>
    Unknown,

    /// <summary>0 almost everywhere: Newton's method and boosting need another one, or a floor.</summary>
    Zero,

    /// <summary>Never negative.</summary>
    NotNegative,

    /// <summary>Negative for some predictions: a floor is needed before dividing by it.</summary>
    AnySign,
}

/// <summary>What the kinks of a loss are measured in.</summary>
public enum KinkVariable
{
    /// <summary>prediction − target.</summary>
    Error,

    /// <summary>target · prediction.</summary>
    Margin,

    /// <summary>The prediction itself.</summary>
    Prediction,
}

/// <summary>
/// The facts of a loss, declared beside its formula. A formula of your own may declare them; without, nothing is known
/// and nothing is refused.
/// </summary>
public sealed record LossFacts
{
    /// <summary>Nothing is known.</summary>
    public static LossFacts Unknown { get; } = new() { Link = Link.Unknown, Kinks = null };

    /// <summary>
    /// The predictions it is defined for; elsewhere it is NaN or infinite, never a plausible number, unless a factor of
    /// 0 leaves it out.
    /// </summary>
    public Domain Predictions { get; init; } = Domain.Reals;

    /// <summary>The targets it is defined for.</summary>
    public Domain Targets { get; init; } = Domain.Reals;

    /// <summary>What a raw prediction is on the scale of the target.</summary>
    public Link Link { get; init; } = Link.Identity;

    /// <summary>Whether it is convex in the prediction.</summary>
    public Convexity Convexity { get; init; }

    /// <summary>What its second derivative is good for.</summary>
    public Curvature Curvature { get; init; }

    /// <summary>
    /// Whether the second derivative that is reported is the true one. If not, it is at least that: see
    /// <see cref="HessianFloor{TFormula}"/>.
    /// </summary>
    public bool IsHessianExact { get; init; } = true;

    /// <summary>Whether over- and under-prediction by the same error cost the same.</summary>
    public bool IsSymmetric { get; init; }

    /// <summary>Whether it is least where the prediction, by the inverse link, is the target.</summary>
    public bool IsLeastAtTarget { get; init; }

    /// <summary>What it is there, if that is the same for every target; NaN if not, or if not declared.</summary>
    public double LossAtTarget { get; init; } = double.NaN;

    /// <summary>
    /// The statistic of the targets that is the best constant prediction, by the inverse link: what the loss elicits.
    /// Null if it has no closed form or is not declared.
    /// </summary>
    /// <remarks>
    /// Source: Gneiting, "Making and Evaluating Point Forecasts", Journal of the American Statistical Association
    /// 106(494), 2011.
    /// </remarks>
    public Statistic? Elicits { get; init; }

    /// <summary>
    /// The least bound of |derivative| over all targets; infinite if there is none, NaN if not declared.
    /// </summary>
    public double Lipschitz { get; init; } = double.NaN;

    /// <summary>
    /// Where the first derivative jumps, in units of <see cref="KinkVariable"/>; null if not declared.
    /// </summary>
    public IReadOnlyList<double>? Kinks { get; init; } = [];

    /// <summary>What <see cref="Kinks"/> are measured in.</summary>
    public KinkVariable KinkVariable { get; init; }

    /// <summary>All facts by their names, in any culture the same.</summary>
    public override string ToString()
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        string kinks = Kinks is null
            ? "unknown"
            : $"[{string.Join(", ", Kinks.Select(kink => kink.ToString(invariant)))}]";
        return string.Create(
            invariant,
            $"Predictions = {Predictions}, Targets = {Targets}, Link = {Link}, Convexity = {Convexity}, "
            + $"Curvature = {Curvature}, IsHessianExact = {IsHessianExact}, IsSymmetric = {IsSymmetric}, "
            + $"IsLeastAtTarget = {IsLeastAtTarget}, "
            + $"LossAtTarget = {LossAtTarget}, Elicits = {(object?)Elicits ?? "unknown"}, Lipschitz = {Lipschitz}, "
            + $"Kinks = {kinks}, KinkVariable = {KinkVariable}");
    }
}

using System.Globalization;

namespace LossKit;

/// <summary>The numbers that a loss takes as predictions or targets.</summary>
public sealed class Domain
{
    private readonly Func<double, bool> _contains;
    private readonly bool _isInterval;

    private Domain(
        string description,
        Func<double, bool> contains,
        double lowest = double.MinValue,
        double highest = double.MaxValue,
        bool isInterval = true)
    {
        Description = description;
        _contains = contains;
        Lowest = lowest;
        Highest = highest;
        _isInterval = isInterval;
    }

    /// <summary>All finite numbers.</summary>
    public static Domain Reals { get; } = new("a finite number", double.IsFinite);

    /// <summary>(0, ∞).</summary>
    public static Domain Positive { get; } =
        new("a positive finite number", x => x > 0 && double.IsFinite(x), double.Epsilon);

    /// <summary>[0, ∞).</summary>
    public static Domain NotNegative { get; } =
        new("a finite number of at least 0", x => x >= 0 && double.IsFinite(x), 0);

    /// <summary>[0, 1].</summary>
    public static Domain Probabilities { get; } = new("a number in [0, 1]", x => x is >= 0 and <= 1, 0, 1);

    /// <summary>−1 and +1.</summary>
    public static Domain Signs { get; } = new("-1 or +1", x => x is -1 or 1, -1, 1, isInterval: false);

    /// <summary>[−∞, ∞): a class whose logit is −∞ is masked.</summary>
    internal static Domain NotPositive { get; } =
        new("a finite number of at most 0", x => x <= 0 && double.IsFinite(x), double.MinValue, 0);

    internal static Domain LogProbabilities { get; } =
        new("a log-probability, finite or -Infinity", x => x < double.PositiveInfinity, double.NegativeInfinity);

    internal static Domain Logits { get; } =
        new("a finite number or -Infinity", x => x < double.PositiveInfinity, double.NegativeInfinity);

    /// <summary>[0, ∞]: a time that has no bound is infinite.</summary>
    internal static Domain Times { get; } = new("a number of at least 0, or Infinity", x => x >= 0, 0);

    /// <summary>0 and 1.</summary>
    internal static Domain Flags { get; } = new("0 or 1", x => x is 0 or 1, 0, 1, isInterval: false);

    /// <summary>−1, 0 and 1: on which side of a number the truth is.</summary>
    internal static Domain Bounds { get; } = new("-1, 0 or 1", x => x is -1 or 0 or 1, -1, 1, isInterval: false);

    /// <summary>What a number has to be, to go after "must be".</summary>
    public string Description { get; }

    /// <summary>No number of the domain is smaller.</summary>
    internal double Lowest { get; }

    /// <summary>No number of the domain is larger.</summary>
    internal double Highest { get; }

    /// <summary>The numbers greater than <paramref name="bound"/>.</summary>
    public static Domain Above(double bound) => new(
        string.Create(CultureInfo.InvariantCulture, $"a finite number greater than {bound}"),
        x => x > bound && double.IsFinite(x),
        double.BitIncrement(bound));

    /// <summary>Whether <paramref name="x"/> belongs to the domain; NaN never does.</summary>
    public bool Contains(double x) => _contains(x);

    /// <summary>The numbers that belong to both: one of the two if it lies within the other.</summary>
    public Domain And(Domain other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return IsWithin(other) ? this
            : other.IsWithin(this) ? other
            : new(
                $"{Description} and {other.Description}",
                x => Contains(x) && other.Contains(x),
                Math.Max(Lowest, other.Lowest),
                Math.Min(Highest, other.Highest),
                _isInterval && other._isInterval);
    }

    /// <summary>The description.</summary>
    public override string ToString() => Description;

    /// <summary>The numbers that divided by <paramref name="unit"/> belong to this domain.</summary>
    internal Domain InUnits(double unit) => Lowest is double.MinValue or 0 or double.Epsilon
        && Highest is double.MaxValue
        ? this
        : new(
            string.Create(CultureInfo.InvariantCulture, $"{Description}, in units of {unit}"),
            x => Contains(x / unit),
            Lowest * unit,
            Highest * unit,
            _isInterval);

    internal bool IsWithin(Domain other) =>
        this == other || (other._isInterval && other.Contains(Lowest) && other.Contains(Highest));
}

using System.Globalization;

namespace LossKit;

/// <summary>The numbers that a loss takes as predictions or targets.</summary>
public sealed class Domain
{
    private readonly Func<double, bool> _contains;

    private Domain(string description, Func<double, bool> contains)
    {
        Description = description;
        _contains = contains;
    }

    /// <summary>All finite numbers.</summary>
    public static Domain Reals { get; } = new("a finite number", double.IsFinite);

    /// <summary>(0, ∞).</summary>
    public static Domain Positive { get; } = new("a positive finite number", x => x > 0 && double.IsFinite(x));

    /// <summary>[0, ∞).</summary>
    public static Domain NotNegative { get; } =
        new("a finite number of at least 0", x => x >= 0 && double.IsFinite(x));

    /// <summary>[0, 1].</summary>
    public static Domain Probabilities { get; } = new("a number in [0, 1]", x => x is >= 0 and <= 1);

    /// <summary>−1 and +1.</summary>
    public static Domain Signs { get; } = new("-1 or +1", x => x is -1 or 1);

    /// <summary>What a number has to be, to go after "must be".</summary>
    public string Description { get; }

    /// <summary>The numbers greater than <paramref name="bound"/>.</summary>
    public static Domain Above(double bound) => new(
        string.Create(CultureInfo.InvariantCulture, $"a finite number greater than {bound}"),
        x => x > bound && double.IsFinite(x));

    /// <summary>Whether <paramref name="x"/> belongs to the domain; NaN never does.</summary>
    public bool Contains(double x) => _contains(x);

    /// <summary>The description.</summary>
    public override string ToString() => Description;
}

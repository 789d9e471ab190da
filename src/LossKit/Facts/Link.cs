namespace LossKit;

/// <summary>
/// What a raw prediction is on the scale of the target: the link function takes the mean to the raw prediction, its
/// inverse takes raw predictions to numbers that people read.
/// </summary>
public sealed class Link
{
    private readonly Func<double, double> _apply;
    private readonly Func<double, double> _invert;

    private Link(string name, Func<double, double> apply, Func<double, double> invert)
    {
        Name = name;
        _apply = apply;
        _invert = invert;
    }

    /// <summary>The prediction is on the scale of the target.</summary>
    public static Link Identity { get; } = new("identity", mean => mean, raw => raw);

    /// <summary>The prediction is the logarithm of the mean.</summary>
    public static Link Log { get; } = new("log", Math.Log, Math.Exp);

    /// <summary>The prediction is the log-odds of a probability.</summary>
    public static Link Logit { get; } = new(
        "logit",
        mean => Math.Log(mean / (1 - mean)),
        raw => raw >= 0 ? 1 / (1 + Math.Exp(-raw)) : Math.Exp(raw) / (1 + Math.Exp(raw)));

    /// <summary>The usual name.</summary>
    public string Name { get; }

    /// <summary>From the scale of the target to the raw prediction.</summary>
    public double Apply(double mean) => _apply(mean);

    /// <summary>From the raw prediction to the scale of the target.</summary>
    public double Invert(double raw) => _invert(raw);

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}

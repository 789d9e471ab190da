namespace LossKit.Conformance;

/// <summary>How far a result may be from what is expected: by absolute + relative · |expected|.</summary>
internal sealed record Tolerance
{
    // Float numbers carry a relative error of 2^-24 each. Rounding the inputs alone moves exp(x) by up to 88 times
    // that, 5e-6, before it overflows; the operations after it add a few roundings more.
    private const double RelativeOfFloat = 1e-5;

    public double Relative { get; set; } = 1e-10;

    public double Absolute { get; set; } = 1e-12;

    /// <summary>The tolerance of an array of floats: relative to the largest number expected in it.</summary>
    public Tolerance ForFloat(double[] expected)
    {
        double largest = expected.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
        return this with { Absolute = Math.Max(Absolute, RelativeOfFloat * largest) };
    }

    /// <summary>Whether <paramref name="got"/> will do for <paramref name="expected"/>.</summary>
    public bool Allows(double expected, double got) =>
        expected == got
        || (double.IsNaN(expected) && double.IsNaN(got))
        || (double.IsFinite(expected) && Math.Abs(got - expected) <= Absolute + Relative * Math.Abs(expected));
}

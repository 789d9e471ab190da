namespace LossKit;

/// <summary>The logarithm of the gamma function, for constants of likelihoods.</summary>
internal static class LogGamma
{
    /// <summary>log Γ(½(ν + 1)) − log Γ(½ν).</summary>
    public static double Half(double degrees) => Of(0.5 * (degrees + 1)) - Of(0.5 * degrees);

    /// <summary>log Γ(x) for x &gt; 0, by Stirling's series after shifting x beyond 15: exact to about 1e-15.</summary>
    public static double Of(double x)
    {
        double shift = 0;
        for (; x < 15; x++)
        {
            shift += Math.Log(x);
        }

        double inverse = 1 / (x * x);
        double series = 1.0 / 12 + inverse * (-1.0 / 360 + inverse * (1.0 / 1260 + inverse * (-1.0 / 1680
            + inverse * (1.0 / 1188))));
        return (x - 0.5) * Math.Log(x) - x + 0.5 * Math.Log(2 * Math.PI) + series / x - shift;
    }
}

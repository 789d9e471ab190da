namespace LossKit.Formulas;

/// <summary>What the density of Student's t distribution is divided by at its centre.</summary>
internal static class StudentTConstant
{
    /// <summary>½log(πν) + log Γ(½ν) − log Γ(½(ν + 1)) for ν &gt; 0, to a few ulp, without a difference of large numbers.</summary>
    /// <remarks>
    /// With x = ½ν it is ½log 2π − D(x), D(x) = log Γ(x + ½) − log Γ(x) − ½log x, whose asymptotic series in 1/x has the
    /// Bernoulli numbers in it (Tricomi and Erdélyi, Pacific Journal of Mathematics 1, 1951). Before that x is shifted
    /// beyond 15: D(x) = D(x + 1) + ½log(x(x + 1)/(x + ½)²).
    /// </remarks>
    public static double Of(double degrees)
    {
        double x = 0.5 * degrees;
        double shift = 0;
        for (; x < 15; x++)
        {
            // By factors, because x² may be 0.
            shift += Math.Log(x / (x + 0.5) * ((x + 1) / (x + 0.5)));
        }

        double inverse = 1 / x;
        double square = inverse * inverse;
        double series = inverse * (-1.0 / 8 + square * (1.0 / 192 + square * (-1.0 / 640 + square * (17.0 / 14336
            + square * (-31.0 / 18432 + square * (691.0 / 180224))))));
        return 0.5 * Math.Log(2 * Math.PI) - 0.5 * shift - series;
    }
}

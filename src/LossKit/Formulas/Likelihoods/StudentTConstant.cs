namespace LossKit.Formulas;

/// <summary>What the density of Student's t distribution is divided by at its centre.</summary>
internal static class StudentTConstant
{
    /// <summary>½log(πν) + log Γ(½ν) − log Γ(½(ν + 1)) for ν &gt; 0: ½log 2π − D(½ν), of <see cref="GammaStep"/>.</summary>
    public static double Of(double degrees) =>
        0.5 * Math.Log(2 * Math.PI) - default(GammaStep).At<ScalarLane<double>>(0.5 * degrees).Value.Number;
}

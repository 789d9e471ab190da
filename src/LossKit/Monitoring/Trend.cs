using System.Globalization;

namespace LossKit;

/// <summary>Where a curve is going, over a window of its last observations.</summary>
/// <remarks>
/// The score is what verdicts rest on: Kendall's S, how many more pairs of observations rise than fall, in its own
/// standard deviations under pure noise, √(n(n − 1)(2n + 5)/18), with the continuity correction. It asks nothing of the
/// noise but independence: neither its distribution, nor outliers, nor the shape of the curve matter. Ties count as
/// neither, which is cautious. The slope is that of least squares and says how fast. Source: Mann, "Nonparametric Tests
/// Against Trend", Econometrica 13(3), 1945; Kendall, "Rank Correlation Methods", 1948.
/// </remarks>
/// <param name="From">The step of the window's first observation.</param>
/// <param name="To">The step of its last one.</param>
/// <param name="Observations">How many there are.</param>
/// <param name="Slope">The least-squares slope, per step.</param>
/// <param name="StandardError">The slope's standard error; NaN for fewer than three observations.</param>
/// <param name="Score">Kendall's score: 0 says nothing, +3 is a rise and −3 a fall beyond reasonable doubt.</param>
public readonly record struct Trend(
    long From, long To, int Observations, double Slope, double StandardError, double Score)
{
    /// <summary>One line, for logs.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"slope {Slope:G3} ± {StandardError:G2} per step, score {Score:F1}, steps {From} to {To}");
}

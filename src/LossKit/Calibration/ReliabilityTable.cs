using System.Globalization;
using System.Text;

namespace LossKit;

/// <summary>Whether of all that was given a probability of p a share of p came true, bin by bin.</summary>
public sealed class ReliabilityTable
{
    internal ReliabilityTable(ReliabilityBin[] bins, MeanEstimate brier)
    {
        Bins = bins;
        Brier = brier;
        double weight = bins.Sum(bin => bin.Weight);
        ReliabilityBin[] filled = [.. bins.Where(bin => bin.Count > 0)];
        ObservedRate = Mean(bin => bin.ObservedRate);
        ExpectedCalibrationError = Mean(bin => Math.Abs(bin.Gap));
        MaximumCalibrationError = filled.Length == 0 ? double.NaN : filled.Max(bin => Math.Abs(bin.Gap));
        Reliability = Mean(bin => bin.Gap * bin.Gap);
        Resolution = Mean(bin => (bin.ObservedRate - ObservedRate) * (bin.ObservedRate - ObservedRate));

        double Mean(Func<ReliabilityBin, double> number) =>
            filled.Length == 0 ? double.NaN : filled.Sum(bin => bin.Weight / weight * number(bin));
    }

    /// <summary>The bins, from low to high, empty ones of equal width included.</summary>
    public IReadOnlyList<ReliabilityBin> Bins { get; }

    /// <summary>
    /// Σ over bins of their share of the weight times |observed rate − mean prediction| (ECE); NaN without examples.
    /// </summary>
    /// <remarks>
    /// It is hardly ever 0, not even of probabilities that are exact: chance alone makes gaps, the larger the fewer
    /// examples a bin has. Compare it between predictions of the same examples in the same bins. Source: Naeini, Cooper
    /// and Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning", AAAI 2015.
    /// </remarks>
    public double ExpectedCalibrationError { get; }

    /// <summary>
    /// An interval that covers the expected calibration error of the predictions themselves, had they endlessly many
    /// examples in these bins, at least as often as <paramref name="confidence"/> says.
    /// </summary>
    /// <remarks>
    /// The error is off by no more than Σ over bins of their share times |observed rate − true rate|, of which the
    /// interval takes the quantile to either side: with one bin it is close to exact, with many it is cautious. Rates
    /// are drawn from the normal distribution whose variance is r(1 − r)/n of the observed rate r and the effective
    /// count n, both as if two more had come true and two more not, so that bins of all or nothing vary, too. The same
    /// seed draws the same. Source of that: Agresti and Coull,
    /// "Approximate Is Better than Exact for Interval Estimation of Binomial Proportions", The American Statistician
    /// 52, 1998.
    /// </remarks>
    /// <param name="confidence">Strictly between 0 and 1.</param>
    /// <param name="resamples">How many tables are drawn, at least 100.</param>
    /// <param name="seed">Where the generator starts.</param>
    /// <returns>Within 0 and 1, the error inside; NaN without examples.</returns>
    public ConfidenceInterval CalibrationErrorInterval(double confidence = 0.95, int resamples = 2000, int seed = 0)
    {
        // One tail on either side is all that is beyond: what is drawn has no sign.
        double tail = 2 * Bootstrap.TailOf(confidence, resamples);
        ReliabilityBin[] filled = [.. Bins.Where(bin => bin.Count > 0)];
        if (filled.Length == 0)
        {
            return new(double.NaN, double.NaN, confidence);
        }

        double weight = filled.Sum(bin => bin.Weight);
        double[] chances = new double[resamples];
        ulong state = (ulong)seed;
        for (int sample = 0; sample < resamples; sample++)
        {
            foreach (ReliabilityBin bin in filled)
            {
                double trials = bin.EffectiveCount + 4;
                double rate = (bin.EffectiveCount * bin.ObservedRate + 2) / trials;
                double drawn = Bootstrap.Normal(ref state) * Math.Sqrt(rate * (1 - rate) / trials);
                chances[sample] += bin.Weight / weight * Math.Abs(drawn);
            }
        }

        double most = Statistic.Quantile(1 - tail).Of<double>(chances);
        return new(
            Math.Max(0, ExpectedCalibrationError - most), Math.Min(1, ExpectedCalibrationError + most), confidence);
    }

    /// <summary>The largest |observed rate − mean prediction| of a bin that has examples (MCE).</summary>
    public double MaximumCalibrationError { get; }

    /// <summary>
    /// The Brier score, the weighted mean of (prediction − target)², with its standard error and
    /// <see cref="MeanEstimate.Interval"/>.
    /// </summary>
    public MeanEstimate Brier { get; }

    /// <summary>The weighted mean of all targets.</summary>
    public double ObservedRate { get; }

    /// <summary>
    /// Murphy's reliability, the mean squared gap: of predictions that are equal within bins and targets in {0, 1}, the
    /// Brier score is reliability − resolution + uncertainty.
    /// </summary>
    /// <remarks>
    /// Of predictions that differ within a bin it is that of their means there, and the sum is off by what they differ.
    /// Source: Murphy, "A New Vector Partition of the Probability Score", Journal of Applied Meteorology 12, 1973.
    /// </remarks>
    public double Reliability { get; }

    /// <summary>Murphy's resolution, the mean squared difference of a bin's observed rate from that of all.</summary>
    public double Resolution { get; }

    /// <summary>
    /// Murphy's uncertainty, rate · (1 − rate): the Brier score of who always predicts the rate of all.
    /// </summary>
    public double Uncertainty => ObservedRate * (1 - ObservedRate);

    /// <summary>The errors, and a line for each bin that has examples.</summary>
    public override string ToString()
    {
        StringBuilder text = new(string.Create(
            CultureInfo.InvariantCulture,
            $"expected calibration error {ExpectedCalibrationError:F4}, maximum {MaximumCalibrationError:F4}, "
            + $"Brier score {Brier.Mean:F4} ± {Brier.StandardError:F4}"));
        foreach (ReliabilityBin bin in Bins.Where(bin => bin.Count > 0))
        {
            text.Append(Environment.NewLine).Append(bin);
        }

        return text.ToString();
    }
}

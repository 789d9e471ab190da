using LossKit;

namespace ProbabilisticForecast;

/// <summary>A loss to train by, and which quantiles the outputs of the network then stand for.</summary>
/// <param name="Name">How it is called in reports.</param>
/// <param name="Color">Of its name and its fan.</param>
/// <param name="Loss">Of the outputs for a question and what came.</param>
/// <param name="Quantile">From the outputs for a question and the number of a quantile to that quantile.</param>
internal sealed record Method(string Name, string Color, TupleLoss<float> Loss, Quantile Quantile)
{
    /// <summary>Which quantiles are asked for.</summary>
    public static readonly double[] Quantiles = [0.05, 0.25, 0.5, 0.75, 0.95];

    /// <summary>Where a standard normal distribution has them.</summary>
    private static readonly float[] s_normalQuantiles = [-1.644854f, -0.6744898f, 0, 0.6744898f, 1.644854f];

    public string Label => $"[{Color}]{Name,-19}[/]";

    /// <summary>A quantile of a normal distribution.</summary>
    public static float OfNormal(float mean, float deviation, int k) => mean + deviation * s_normalQuantiles[k];
}

/// <summary>A quantile by its number.</summary>
internal delegate float Quantile(ReadOnlySpan<float> outputs, int k);

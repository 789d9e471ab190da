namespace LossKit;

/// <summary>How the logarithm of a time until an event is distributed, beside its location and scale.</summary>
public enum SurvivalDistribution
{
    /// <summary>Normal: times are log-normal.</summary>
    Normal,

    /// <summary>Logistic: times are log-logistic.</summary>
    Logistic,

    /// <summary>The smallest of many, F(z) = 1 − exp(−eᶻ): times are of Weibull's distribution.</summary>
    Extreme,
}

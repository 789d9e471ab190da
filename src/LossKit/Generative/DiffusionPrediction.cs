namespace LossKit;

/// <summary>What a diffusion model predicts.</summary>
public enum DiffusionPrediction
{
    /// <summary>The noise.</summary>
    Epsilon,

    /// <summary>The sample without noise.</summary>
    Sample,

    /// <summary>Both by turns: the velocity.</summary>
    Velocity,
}

/// <summary>What a step of a diffusion counts, of the signal-to-noise ratio ρ.</summary>
public enum DiffusionWeighting
{
    /// <summary>All steps count the same.</summary>
    None,

    /// <summary>ρ.</summary>
    Snr,

    /// <summary>max(ρ, 1).</summary>
    TruncatedSnr,

    /// <summary>min(ρ, γ).</summary>
    MinSnr,
}

/// <summary>What a time of a flow counts.</summary>
public enum FlowWeighting
{
    /// <summary>All times count the same.</summary>
    None,

    /// <summary>The density of a logit-normal time.</summary>
    LogitNormal,
}

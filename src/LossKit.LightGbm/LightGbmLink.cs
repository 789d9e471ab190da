namespace LossKit.LightGbm;

/// <summary>What makes predictions of the raw scores that trees add up to.</summary>
public enum LightGbmLink
{
    /// <summary>Nothing: a score is the prediction.</summary>
    Identity,

    /// <summary>e^score: scores are logarithms of means, rates or times.</summary>
    Log,

    /// <summary>σ(score): scores are log-odds of probabilities.</summary>
    Logit,

    /// <summary>The softmax of the scores of a row: probabilities of classes.</summary>
    Softmax,
}

namespace LossKit;

/// <summary>What an item of a relevance y is worth in <see cref="Loss.Ndcg"/>, before its place is looked at.</summary>
public enum RelevanceGain
{
    /// <summary>2^y − 1: LightGBM's, XGBoost's and TF-Ranking's.</summary>
    Exponential,

    /// <summary>y itself: scikit-learn's, and that of the paper.</summary>
    Linear,
}

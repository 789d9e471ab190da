namespace LossKit;

/// <summary>
/// What a pair counts in <see cref="Loss.LambdaRank"/>: by how much exchanging its items would change what is to be
/// reached. a is the difference of the gains 2^y − 1 over the best order's discounted gain, D(r) = log₂(1 + r), and r
/// the places by the current scores.
/// </summary>
public enum LambdaWeighting
{
    /// <summary>a·|1/D(rᵢ) − 1/D(rⱼ)|, the change of NDCG: LambdaRank.</summary>
    Ndcg,

    /// <summary>a·|1/D(δ) − 1/D(δ + 1)|, δ = |rᵢ − rⱼ|: LambdaLoss' tighter bound of NDCG.</summary>
    NdcgLoss2,

    /// <summary>μ times the second, plus the first.</summary>
    NdcgLoss2Plus,

    /// <summary>|yᵢ − yⱼ|.</summary>
    LabelDifference,
}

namespace LossKit;

/// <summary>What makes the evidence for a class, a number of at least 0, of a logit x.</summary>
public enum EvidenceActivation
{
    /// <summary>max(0, x), whose gradient is 0 where x is.</summary>
    Relu,

    /// <summary>log(1 + eˣ).</summary>
    Softplus,

    /// <summary>eˣ.</summary>
    Exp,
}

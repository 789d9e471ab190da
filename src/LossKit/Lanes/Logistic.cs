using System.Diagnostics.CodeAnalysis;

namespace LossKit;

/// <summary>
/// Softplus and sigmoid of a logit and of its negative. All come from one exponential: a formula that needs several
/// gets them by <see cref="ILane{TSelf}.Logistic"/> at the price of one.
/// </summary>
/// <typeparam name="TLane">The lane.</typeparam>
[SuppressMessage("Design", "CA1051", Justification = "Plain data; properties would cost the kernels inlining.")]
public struct Logistic<TLane> where TLane : struct
{
    /// <summary>softplus(x) = log(1 + eˣ), the negative log-likelihood of a negative.</summary>
    public TLane Softplus;

    /// <summary>softplus(−x), the negative log-likelihood of a positive.</summary>
    public TLane OppositeSoftplus;

    /// <summary>σ(x), the probability of a positive.</summary>
    public TLane Sigmoid;

    /// <summary>σ(−x) = 1 − σ(x), without cancellation.</summary>
    public TLane OppositeSigmoid;
}

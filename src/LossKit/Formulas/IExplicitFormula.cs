using System.Diagnostics.CodeAnalysis;

namespace LossKit.Formulas;

/// <summary>
/// Derivatives by hand, for a formula whose own would cancel, cost more than they need, or are not the ones meant. The
/// formula's loss is then <c>TLane.Evaluate(this, prediction, target)</c>.
/// </summary>
public interface IExplicitFormula
{
    /// <summary>The loss of <paramref name="prediction"/> and its derivatives with respect to it.</summary>
    /// <typeparam name="TLane">Plain numbers.</typeparam>
    Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>;
}

/// <summary>A value with its derivatives; what is not asked for is not computed.</summary>
/// <typeparam name="TLane">The lane.</typeparam>
[SuppressMessage("Design", "CA1051", Justification = "Plain data; properties would cost the kernels inlining.")]
public struct Derivatives<TLane> where TLane : struct
{
    /// <summary>The value.</summary>
    public TLane Value;

    /// <summary>The first derivative.</summary>
    public TLane First;

    /// <summary>The second derivative.</summary>
    public TLane Second;
}

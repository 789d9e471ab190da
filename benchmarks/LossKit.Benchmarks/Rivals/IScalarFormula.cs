using System.Numerics;

namespace LossKit.Benchmarks.Rivals;

/// <summary>
/// The body of a scalar loop, written by hand for one loss. The JIT compiler inlines it and drops what the loop
/// around it does not use, so that it is as fast as the loop written out.
/// </summary>
public interface IScalarFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The loss, and its derivatives times <paramref name="scale"/>.</summary>
    static abstract T Evaluate(T prediction, T target, T scale, out T gradient, out T hessian);
}

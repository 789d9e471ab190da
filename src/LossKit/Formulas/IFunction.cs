namespace LossKit.Formulas;

/// <summary>
/// A function of one number with its derivatives, said once for values, gradients and Hessians:
/// <c>TLane.Apply(function, x)</c> in a formula. Those that come with the library are in <see cref="Functions"/>.
/// </summary>
/// <remarks>
/// Implement it by a <c>readonly struct</c> with the parameters as fields, and let it be compiled into the loop.
/// <code>
/// public readonly struct Gudermannian : IFunction
/// {
///     [MethodImpl(MethodImplOptions.AggressiveInlining)]
///     public Derivatives&lt;TLane&gt; At&lt;TLane&gt;(TLane x) where TLane : struct, ILane&lt;TLane&gt;
///     {
///         TLane tanh = TLane.Tanh(x);
///         TLane sech = TLane.Sqrt(1.0 - TLane.Square(tanh));
///         return new() { Value = 2.0 * Functions.Atan(TLane.Tanh(0.5 * x)), First = sech, Second = -(tanh * sech) };
///     }
/// }
/// </code>
/// </remarks>
public interface IFunction : IFormula
{
    /// <summary>The function of <paramref name="x"/> and its derivatives with respect to it.</summary>
    /// <typeparam name="TLane">Plain numbers.</typeparam>
    Derivatives<TLane> At<TLane>(TLane x) where TLane : struct, ILane<TLane>;
}

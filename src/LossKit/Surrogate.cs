using System.Runtime.CompilerServices;

namespace LossKit;

/// <summary>Derivatives by hand, where those of a formula as it is written would cancel, or are not the ones meant.</summary>
public static class Surrogate
{
    /// <summary>
    /// <paramref name="value"/>, with <paramref name="slope"/> and <paramref name="curvature"/> as its derivatives with
    /// respect to <paramref name="x"/>, whatever they were computed from.
    /// </summary>
    /// <remarks>
    /// value + slope·δ + ½·curvature·δ² for the δ = x − x that is 0 and has derivative 1: the constants are those of the
    /// Taylor series.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane WithDerivatives<TLane>(TLane value, TLane x, TLane slope, TLane curvature)
        where TLane : struct, ILane<TLane>
    {
        TLane delta = x - TLane.StopGradient(x);
        return TLane.StopGradient(value)
            + TLane.Weigh(delta, TLane.StopGradient(slope))
            + TLane.Weigh(0.5 * TLane.Square(delta), TLane.StopGradient(curvature));
    }
}

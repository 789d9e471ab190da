using System.Numerics;
using System.Runtime.CompilerServices;
using LossKit.Costs;

namespace LossKit.Kernels;

/// <summary>The total weight of a batch, by the pointwise loop itself.</summary>
internal static class WeightTotal<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly FormulaKernel<T, Itself> s_sum = new(default);
    private static readonly FormulaKernel<T, Size> s_sizes = new(default);

    /// <summary>Σ w, and whether any weight is not 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CompensatedSum Of(ReadOnlySpan<T> weights, int length, out bool any, int degree = 1)
    {
        if (!weights.IsEmpty)
        {
            return Of(weights, out any, degree);
        }

        any = length > 0;
        return new(length, 0);
    }

    // By itself, because the preparation of its batch would be noticed by short batches without weights.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static CompensatedSum Of(ReadOnlySpan<T> weights, out bool any, int degree)
    {
        PointwiseBatch<T> batch = new() { Predictions = weights, Targets = weights };
        CompensatedSum total = PointwiseWork<T>.Run(s_sum, batch, DerivativeOrder.Value, degree);
        any = total.Total != 0 || PointwiseWork<T>.Run(s_sizes, batch, DerivativeOrder.Value, degree).Total != 0;
        return total;
    }

    private readonly struct Itself : IPointwiseFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> => prediction;
    }

    private readonly struct Size : IPointwiseFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            TLane.Abs(prediction);
    }
}

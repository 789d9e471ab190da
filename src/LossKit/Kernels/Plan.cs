using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using LossKit.Costs;

namespace LossKit.Kernels;

/// <summary>What is to be computed for a batch, given its weights.</summary>
/// <remarks>
/// Without weight nothing is evaluated, because 0 · NaN would be NaN; the losses themselves are still due. Weights that
/// cancel have no mean, and so no gradient of it. Where no derivatives are computed, they are 0.
/// </remarks>
internal readonly struct Plan
{
    private readonly CompensatedSum _weight;
    private readonly bool _hasWeight;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Plan(CompensatedSum weight, bool hasWeight, Reduction reduction, bool wantsLosses)
    {
        _weight = weight;
        _hasWeight = hasWeight;
        Scale = reduction switch
        {
            Reduction.Mean => 1 / weight.Total,
            Reduction.Sum => 1,
            _ => ThrowReduction(reduction),
        };
        Evaluates = hasWeight || wantsLosses;
        Differentiates = hasWeight && (weight.Total != 0 || reduction == Reduction.Sum);
    }

    /// <summary>What the derivatives of the weighted sum are multiplied with.</summary>
    public double Scale { get; }

    public bool Evaluates { get; }

    public bool Differentiates { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Plan Of<T>(
        ReadOnlySpan<T> weights, int length, Reduction reduction, bool wantsLosses, int degree = 1)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CompensatedSum weight = WeightTotal<T>.Of(weights, length, out bool hasWeight, degree);
        return new(weight, hasWeight, reduction, wantsLosses);
    }

    public DerivativeOrder Order(DerivativeOrder wanted) => Differentiates ? wanted : DerivativeOrder.Value;

    public Cost Cost(CompensatedSum sum, long count) => new(_hasWeight ? sum : default, _weight, count);

    [DoesNotReturn]
    private static double ThrowReduction(Reduction reduction) =>
        throw new ArgumentOutOfRangeException(nameof(reduction), reduction, "Expected Mean or Sum.");
}

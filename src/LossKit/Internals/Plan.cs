using System.Diagnostics.CodeAnalysis;

namespace LossKit.Internals;

/// <summary>What is to be computed for a batch, given its weights.</summary>
/// <remarks>
/// Without weight nothing is evaluated, because 0 · NaN would be NaN; the losses themselves are still due. Weights that
/// cancel have no mean, and so no gradient of it, also where roundings are all that is left of them: else 0 times an
/// infinite scale would be NaN. Where no derivatives are computed, they are 0.
/// </remarks>
internal readonly struct Plan
{
    private readonly CompensatedSum _weight;
    private readonly bool _hasWeight;
    private readonly int _exponent;
    private readonly long _count;

    /// <param name="weight">The total weight.</param>
    /// <param name="hasWeight">Whether any weight is not 0.</param>
    /// <param name="exponent">The weights are divided by 2^exponent, and so is the weighted sum to be.</param>
    /// <param name="count">How many losses count.</param>
    /// <param name="reduction">What the derivatives are of.</param>
    /// <param name="wantsLosses">Whether the losses themselves are asked for.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Plan(CompensatedSum weight, bool hasWeight, int exponent, long count, Reduction reduction, bool wantsLosses)
    {
        _weight = weight;
        _hasWeight = hasWeight;
        _exponent = exponent;
        _count = count;
        Scale = reduction switch
        {
            Reduction.Mean => 1 / weight.Total,
            Reduction.Sum => exponent == 0 ? 1 : Math.ScaleB(1, exponent),
            Reduction.MeanOverCount => Math.ScaleB(1.0 / count, exponent),
            _ => ThrowReduction(reduction),
        };
        Evaluates = hasWeight || wantsLosses;
        Differentiates = hasWeight && !(reduction == Reduction.Mean && Math.Abs(Scale) > float.MaxValue);
    }

    /// <summary>What the derivatives of the weighted sum are multiplied with.</summary>
    public double Scale { get; }

    public bool Evaluates { get; }

    public bool Differentiates { get; }

    /// <summary>The plan for weights, which are by the unit that it counts with afterwards.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Plan Of<T>(
        ref ReadOnlySpan<T> weights, int length, Reduction reduction, bool wantsLosses, int degree = 1)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CompensatedSum weight = WeightTotal<T>.Of(ref weights, length, out bool hasWeight, out int exponent, degree);
        return new(weight, hasWeight, exponent, length, reduction, wantsLosses);
    }

    /// <summary>Refuses what is no reduction.</summary>
    public static void Check(Reduction reduction)
    {
        if (!Enum.IsDefined(reduction))
        {
            ThrowReduction(reduction);
        }
    }

    public DerivativeOrder Order(DerivativeOrder wanted) => Differentiates ? wanted : DerivativeOrder.Value;

    public Cost Cost(CompensatedSum sum) => new(_hasWeight ? sum : default, _weight, _count, _exponent);

    [DoesNotReturn]
    private static double ThrowReduction(Reduction reduction) =>
        throw new ArgumentOutOfRangeException(nameof(reduction), reduction, "Expected Mean, Sum or MeanOverCount.");
}

using System.Runtime.CompilerServices;
using LossKit.Kernels;

namespace LossKit.Formulas;

/// <summary>1 − I/(U + ε) of two boxes, with I the area they share and U the area they cover.</summary>
/// <remarks>
/// Predictions and targets x₁, y₁, x₂, y₂ with x₁ ≤ x₂ and y₁ ≤ y₂, in any unit. From 0 to 1. Without overlap the gradient
/// is 0: <see cref="BoxGiou"/> and <see cref="BoxDiou"/> have one. Conventions as <see cref="BoxGiou"/>; MMDetection's
/// <c>iou_loss</c> is −log of I/U by default. Source: Yu et al., "UnitBox", ACM Multimedia 2016.
/// </remarks>
/// <param name="epsilon">ε, what keeps boxes without area from dividing 0 by 0, in squared units; at least 0.</param>
public readonly struct BoxIou(double epsilon) : ITupleFormula, IPropagatesNaN
{
    private readonly Parameter _epsilon = Parameter.NotNegative(epsilon);

    /// <inheritdoc/>
    public static int Predictions => 4;

    /// <inheritdoc/>
    public static int Targets => 4;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct =>
        new Areas<TLane>(Sides<TLane>.Widths(x), Sides<TLane>.Heights(x), _epsilon).Unshared;
}

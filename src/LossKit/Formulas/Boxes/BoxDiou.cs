using System.Runtime.CompilerServices;
using LossKit.Kernels;

namespace LossKit.Formulas;

/// <summary>
/// 1 − I/(U + ε) + ‖c − c′‖²/(d² + ε) of two boxes, with I the area they share, U the area they cover, c and c′ their
/// centers and d the diagonal of the smallest box around both.
/// </summary>
/// <remarks>
/// Predictions and targets x₁, y₁, x₂, y₂ with x₁ ≤ x₂ and y₁ ≤ y₂, in any unit. From 0 to 2. Conventions as
/// <see cref="BoxGiou"/>. torchvision's <c>distance_box_iou_loss</c>. Source: Zheng et al., "Distance-IoU Loss", AAAI 2020.
/// </remarks>
/// <param name="epsilon">ε, what keeps boxes without area from dividing 0 by 0, in squared units; at least 0.</param>
public readonly struct BoxDiou(double epsilon) : ITupleFormula, IPropagatesNaN
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
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        Sides<TLane> width = Sides<TLane>.Widths(x);
        Sides<TLane> height = Sides<TLane>.Heights(x);
        TLane apart = TLane.Square(Center(x[0], x[2], x.Target(0), x.Target(2)))
            + TLane.Square(Center(x[1], x[3], x.Target(1), x.Target(3)));
        TLane diagonal = TLane.Square(width.Hull) + TLane.Square(height.Hull);
        return new Areas<TLane>(width, height, _epsilon).Unshared + apart / (diagonal + _epsilon);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Center<TLane>(TLane low, TLane high, TLane targetLow, TLane targetHigh)
        where TLane : struct, ILane<TLane> => 0.5 * (low - targetLow + (high - targetHigh));
}

namespace LossKit.Formulas;

/// <summary>
/// 1 − I/(U + ε) + (H − U)/(H + ε) of two boxes, with I the area they share, U the area they cover and H that of the
/// smallest box around both: it has a gradient where boxes do not overlap, too.
/// </summary>
/// <remarks>
/// Four predictions and four targets, a box each, in any unit. From 0 to 2. Where edges of both boxes
/// coincide, the derivative is the mean of those on both sides, so that a perfect box has a gradient of 0 but for ε;
/// where boxes only touch, I has derivative 0. The Hessian is that of the pieces: kinks have none. Boxes whose areas
/// are out of range are evaluated in a unit that suits them, so that far boxes have their loss and derivatives, too;
/// those slowly, one at a time. torchvision's
/// <c>generalized_box_iou_loss</c>; two equal points give 1, not 0. To divide by a number of one's own, such as that
/// of all positive anchors, take <see cref="Reduction.Sum"/> and divide value and gradient, or give each box that
/// number's inverse as its weight. Source: Rezatofighi et al., "Generalized Intersection over Union", CVPR 2019.
/// </remarks>
/// <param name="epsilon">ε, what keeps boxes without area from dividing 0 by 0, in squared units; at least 0.</param>
/// <typeparam name="TFormat">What the numbers of a box are.</typeparam>
public readonly struct BoxGiou<TFormat>(double epsilon) : ITupleFormula, IPropagatesNaN, IScaleFree<BoxGiou<TFormat>>
    where TFormat : struct, IBoxFormat
{
    private readonly Parameter _epsilon = Parameter.NotNegative(epsilon);

    BoxGiou<TFormat> IScaleFree<BoxGiou<TFormat>>.OfOtherUnits => new(FarBoxes.Guard(_epsilon));

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
        TLane epsilon = _epsilon;
        Sides<TLane> width = TFormat.Sides<TLane, TExample>(x, 0);
        Sides<TLane> height = TFormat.Sides<TLane, TExample>(x, 1);
        Areas<TLane> areas = new(width, height, epsilon);
        TLane hull = width.Hull * height.Hull;
        return areas.Unshared + (hull - areas.Union) / (hull + epsilon);
    }
}

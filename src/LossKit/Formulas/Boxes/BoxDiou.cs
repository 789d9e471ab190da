namespace LossKit.Formulas;

/// <summary>
/// 1 − I/(U + ε) + ‖c − c′‖²/(d² + ε) of two boxes, with I the area they share, U the area they cover, c and c′ their
/// centers and d the diagonal of the smallest box around both.
/// </summary>
/// <remarks>
/// Four predictions and four targets, a box each, in any unit. From 0 to 2. Conventions, and
/// how to divide by a number of one's own, as <see cref="BoxGiou{TFormat}"/>. torchvision's
/// <c>distance_box_iou_loss</c>. Source: Zheng et al., "Distance-IoU Loss", AAAI 2020.
/// </remarks>
/// <param name="epsilon">ε, what keeps boxes without area from dividing 0 by 0, in squared units; at least 0.</param>
/// <typeparam name="TFormat">What the numbers of a box are.</typeparam>
public readonly struct BoxDiou<TFormat>(double epsilon) : ITupleFormula, IPropagatesNaN, IScaleFree<BoxDiou<TFormat>>
    where TFormat : struct, IBoxFormat
{
    private readonly Parameter _epsilon = Parameter.NotNegative(epsilon);

    BoxDiou<TFormat> IScaleFree<BoxDiou<TFormat>>.OfOtherUnits => new(FarBoxes.Guard(_epsilon));

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
        return new Areas<TLane>(width, height, epsilon).Unshared
            + Centers<TFormat>.Apart(x, width, height, epsilon);
    }
}

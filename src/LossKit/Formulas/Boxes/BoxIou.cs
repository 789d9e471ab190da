namespace LossKit.Formulas;

/// <summary>1 − I/(U + ε) of two boxes, with I the area they share and U the area they cover.</summary>
/// <remarks>
/// Four predictions and four targets, a box each, in any unit. From 0 to 1. Without overlap the gradient
/// is 0: <see cref="BoxGiou{TFormat}"/> and <see cref="BoxDiou{TFormat}"/> have one. Conventions, and how to divide by
/// a number of one's own, as <see cref="BoxGiou{TFormat}"/>; MMDetection's <c>iou_loss</c> is −log of I/U by default.
/// Source: Yu et al., "UnitBox", ACM Multimedia 2016.
/// </remarks>
/// <param name="epsilon">ε, what keeps boxes without area from dividing 0 by 0, in squared units; at least 0.</param>
/// <typeparam name="TFormat">What the numbers of a box are.</typeparam>
public readonly struct BoxIou<TFormat>(double epsilon) : ITupleFormula, IPropagatesNaN, IScaleFree<BoxIou<TFormat>>
    where TFormat : struct, IBoxFormat
{
    private readonly Parameter _epsilon = Parameter.NotNegative(epsilon);

    BoxIou<TFormat> IScaleFree<BoxIou<TFormat>>.OfOtherUnits => new(FarBoxes.Guard(_epsilon));

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
        Sides<TLane> width = TFormat.Sides<TLane, TExample>(x, 0);
        Sides<TLane> height = TFormat.Sides<TLane, TExample>(x, 1);
        return new Areas<TLane>(width, height, _epsilon).Unshared;
    }
}

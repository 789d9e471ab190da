namespace LossKit.Formulas;

/// <summary>
/// <see cref="BoxDiou{TFormat}"/> + αv, with v = 4/π²·(atan(w′/h′) − atan(w/h))² of the widths and heights of both
/// boxes and α = v/(1 − I/(U + ε) + v + ε), which is held constant.
/// </summary>
/// <remarks>
/// Four predictions and four targets, a box each, in any unit. Conventions, and how to divide by a number of
/// one's own, as <see cref="BoxGiou{TFormat}"/>; a point has the angle 0, and no gradient through it. torchvision's
/// <c>complete_box_iou_loss</c>. Source: Zheng et al., "Distance-IoU Loss", AAAI 2020.
/// </remarks>
/// <param name="epsilon">ε, what keeps boxes without area from dividing 0 by 0, in squared units; at least 0.</param>
/// <typeparam name="TFormat">What the numbers of a box are.</typeparam>
public readonly struct BoxCiou<TFormat>(double epsilon) : ITupleFormula, IPropagatesNaN, IScaleFree<BoxCiou<TFormat>>
    where TFormat : struct, IBoxFormat
{
    private readonly Parameter _epsilon = Parameter.NotNegative(epsilon);

    // Beside v, which has no unit, ε is what it is for boxes of any size.
    private Parameter OfAreas { get; init; } = Parameter.NotNegative(epsilon);

    BoxCiou<TFormat> IScaleFree<BoxCiou<TFormat>>.OfOtherUnits => this with { OfAreas = FarBoxes.Guard(_epsilon) };

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
        TLane epsilon = OfAreas;
        Sides<TLane> width = TFormat.Sides<TLane, TExample>(x, 0);
        Sides<TLane> height = TFormat.Sides<TLane, TExample>(x, 1);
        TLane unshared = new Areas<TLane>(width, height, epsilon).Unshared;
        TLane turn = Angle(width.TargetLength, height.TargetLength) - Angle(width.Length, height.Length);
        TLane aspect = (4 / (Math.PI * Math.PI)) * TLane.Square(turn);

        // Where ε is 0, two equal boxes would divide 0 by 0.
        TLane share = aspect / TLane.Max(TLane.SmallestNormal, unshared + aspect + _epsilon);
        return unshared + Centers<TFormat>.Apart(x, width, height, epsilon) + TLane.StopGradient(share) * aspect;
    }

    /// <summary>atan(w/h), by the smaller side over the larger, because the sides may be 0.</summary>
    // Inlined twice, it would outgrow what the JIT compiler inlines, and every operation be a call.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TLane Angle<TLane>(TLane width, TLane height) where TLane : struct, ILane<TLane>
    {
        TLane ofWidth = TLane.Abs(width);
        TLane ofHeight = TLane.Abs(height);
        TLane smaller = TLane.SelectGreater(ofWidth, ofHeight, height, width);
        TLane larger = TLane.SelectGreater(ofWidth, ofHeight, width, height);
        TLane ratio = TLane.SelectGreater(TLane.Abs(larger), 0.0, smaller / larger, 0.0);
        TLane angle = Functions.Atan(ratio);
        TLane right = TLane.SelectGreater(0.0, ratio, -Math.PI / 2, Math.PI / 2);
        return TLane.SelectGreater(ofWidth, ofHeight, right - angle, angle);
    }
}

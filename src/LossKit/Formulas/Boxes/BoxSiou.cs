namespace LossKit.Formulas;

/// <summary>
/// 1 − I/(U + ε) + ½(Δ + Ω) of two boxes: how little they share, how far and at which angle their centers are apart,
/// and how their sides differ.
/// </summary>
/// <remarks>
/// Λ = 2|dx·dy|/(dx² + dy² + ε) of the distances dx and dy of the centers; Δ is the sum of 1 − e^(−(2 − Λ)(d/(hull +
/// ε))²) over both axes, hull being the side of the smallest box around both; Ω that of
/// (1 − e^(−|p − t|/(max(p, t) + ε)))^θ over the sides p and t. Four predictions and four targets, a box each, in any
/// unit. Conventions, and how to divide by a number of one's own, as <see cref="BoxGiou{TFormat}"/>. Source: Gevorgyan,
/// "SIoU Loss", 2022, with the angle's term without its arcsine.
/// </remarks>
/// <param name="theta">θ, how little small differences of sides count; at least 1.</param>
/// <param name="epsilon">ε, what keeps boxes without area from dividing 0 by 0, in squared units; at least 0.</param>
/// <typeparam name="TFormat">What the numbers of a box are.</typeparam>
public readonly struct BoxSiou<TFormat>(double theta, double epsilon) : ITupleFormula, IScaleFree<BoxSiou<TFormat>>
    where TFormat : struct, IBoxFormat
{
    private readonly Parameter _theta = Parameter.AtLeast(1, theta);
    private readonly Parameter _epsilon = Parameter.NotNegative(epsilon);

    BoxSiou<TFormat> IScaleFree<BoxSiou<TFormat>>.OfOtherUnits => new(_theta.Value, FarBoxes.Guard(_epsilon));

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
        TLane dx = TFormat.Shift(x, 0, width);
        TLane dy = TFormat.Shift(x, 1, height);
        TLane steepness = Steepness(dx, dy, epsilon);
        TLane apart = Apart(dx, width.Hull + epsilon, steepness) + Apart(dy, height.Hull + epsilon, steepness);
        TLane unlike = Unlike(width.Length, width.TargetLength, epsilon, _theta)
            + Unlike(height.Length, height.TargetLength, epsilon, _theta);
        return new Areas<TLane>(width, height, epsilon).Unshared + 0.5 * (apart + unlike);
    }

    // Inlined, these would outgrow what the JIT compiler inlines, and every operation be a call.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TLane Steepness<TLane>(TLane dx, TLane dy, TLane epsilon) where TLane : struct, ILane<TLane> =>
        2.0 - Ratio(
            2.0 * TLane.Abs(dx * dy), TLane.NaNIfInfinite(TLane.Square(dx) + TLane.Square(dy) + epsilon));

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TLane Apart<TLane>(TLane shift, TLane hull, TLane steepness) where TLane : struct, ILane<TLane> =>
        -TLane.Expm1(-(steepness * TLane.Square(Ratio(shift, hull))));

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TLane Unlike<TLane>(TLane length, TLane targetLength, TLane epsilon, Parameter theta)
        where TLane : struct, ILane<TLane>
    {
        TLane difference = Ratio(TLane.Abs(length - targetLength), TLane.SharedMax(length, targetLength) + epsilon);
        return TLane.Pow(-TLane.Expm1(-difference), theta);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Ratio<TLane>(TLane part, TLane whole) where TLane : struct, ILane<TLane> =>
        part / TLane.Max(TLane.SmallestNormal, whole);
}

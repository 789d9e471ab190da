namespace LossKit.Formulas;

/// <summary>
/// What losses of log(1 + x²), x = d/c, are made of, for errors of any size. An error is <b>far</b> where x² leaves the
/// range of normal numbers or would soon: there 1 + x² is x², and x may be infinite although d is not.
/// </summary>
/// <typeparam name="TLane">Plain numbers.</typeparam>
internal struct HeavyTail<TLane> where TLane : struct, ILane<TLane>
{
    /// <summary>x².</summary>
    public TLane Square;

    /// <summary>1/(1 + x²), or 1/d far out.</summary>
    public TLane Inverse;

    // Not by their product, a subnormal number for ordinary errors: with those many processors are slow.
    private static TLane Bound
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1.0 / TLane.SmallestNormal;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static HeavyTail<TLane> Of(TLane error, TLane ratio)
    {
        TLane square = TLane.Square(ratio);
        return new()
        {
            Square = square,
            Inverse = 1.0 / TLane.SelectGreater(square, Bound, error, 1.0 + square),
        };
    }

    /// <summary>What holds of far errors, or of near ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TLane Select(TLane far, TLane near) => TLane.SelectGreater(Square, Bound, far, near);

    /// <summary>log(1 + x²).</summary>
    /// <param name="error">d.</param>
    /// <param name="ratio">x.</param>
    /// <param name="logScale">log c.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TLane Log(TLane error, TLane ratio, Parameter logScale)
    {
        // Far out it is 2(log |d| − log c), but log x for |d| below 1, where x is finite.
        TLane size = TLane.Abs(error);
        TLane far = TLane.SelectGreater(size, 1.0, size - 1.0, TLane.Abs(ratio));
        TLane log = TLane.Log1p(Select(far, Square));
        return Select(2.0 * (log - TLane.SelectGreater(size, 1.0, logScale, 0.0)), log);
    }
}

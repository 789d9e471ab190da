namespace LossKit.Formulas;

/// <summary>The sum of <see cref="SmoothL1"/> over the four numbers of a box.</summary>
/// <remarks>
/// Four predictions and four targets, in any format, usually as offsets from an anchor. torchvision's and Fast R-CNN's.
/// Source: Girshick, "Fast R-CNN", ICCV 2015.
/// </remarks>
/// <param name="beta">β, where the square turns into a line, in units of the target; finite and not negative.</param>
public readonly struct BoxSmoothL1(double beta) : ITupleFormula, IPropagatesNaN
{
    private readonly SmoothL1 _ofNumber = new(beta);

    /// <inheritdoc/>
    public static int Predictions => 4;

    /// <inheritdoc/>
    public static int Targets => 4;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct =>
        _ofNumber.Loss(x[0], x.Target(0)) + _ofNumber.Loss(x[1], x.Target(1))
        + (_ofNumber.Loss(x[2], x.Target(2)) + _ofNumber.Loss(x[3], x.Target(3)));
}

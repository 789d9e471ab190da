using System.Numerics;

namespace LossKit;

/// <summary>Makes losses. Each is named as the field names it; its formula's documentation has all about it.</summary>
public static class Loss
{
    /// <summary>A loss from a formula of your own, at the speed of a built-in one.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TFormula">A <c>readonly struct</c>.</typeparam>
    /// <param name="formula">The formula with its parameters.</param>
    public static PointwiseLoss<T, TFormula> FromFormula<T, TFormula>(TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IPointwiseFormula => new(formula);

    /// <summary>A loss from a formula of your own on the margin y·x, for targets of −1 or +1.</summary>
    /// <inheritdoc cref="FromFormula"/>
    public static PointwiseLoss<T, Margin<TFormula>> FromMarginFormula<T, TFormula>(TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IMarginFormula => new(new(formula));

    /// <inheritdoc cref="LossKit.SquaredError"/>
    public static PointwiseLoss<T, SquaredError> SquaredError<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(default);

    /// <inheritdoc cref="LossKit.AbsoluteError"/>
    public static PointwiseLoss<T, AbsoluteError> AbsoluteError<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(default);

    /// <inheritdoc cref="LossKit.Huber"/>
    public static PointwiseLoss<T, Huber> Huber<T>(double delta = 1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(delta));

    /// <inheritdoc cref="LossKit.BinaryCrossEntropyLogits"/>
    public static PointwiseLoss<T, BinaryCrossEntropyLogits> BinaryCrossEntropyLogits<T>(
        double positiveWeight = 1, double labelSmoothing = 0)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(positiveWeight, labelSmoothing));

    /// <inheritdoc cref="LossKit.BinaryFocalLogits"/>
    public static PointwiseLoss<T, BinaryFocalLogits> BinaryFocalLogits<T>(double gamma = 2, double? alpha = null)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(gamma, alpha));

    /// <inheritdoc cref="LossKit.Hinge"/>
    public static PointwiseLoss<T, Margin<Hinge>> Hinge<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(default));
}

using System.Numerics;
using LossKit.ML.Trainers;
using Microsoft.ML.Trainers;

namespace LossKit.ML;

/// <summary>Pointwise losses, own formulas too, for the trainers of ML.NET.</summary>
/// <remarks>
/// <para>
/// ML.NET's online trainers leave out examples whose loss is exactly 0, whatever its derivative: they suit losses that
/// are least, and 0, at the target.
/// </para>
/// <para>
/// Predictions of the trained model are raw ones: <see cref="LossFacts.Link"/> takes them to the scale of the labels.
/// ML.NET computes in <see cref="float"/>; a loss of <see cref="double"/> is computed as such and then rounded.
/// </para>
/// </remarks>
public static class TrainerLossExtensions
{
    /// <summary>For <c>Regression.Trainers.OnlineGradientDescent</c>. The label is the target.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <exception cref="ArgumentException">The loss is of two classes: it takes no targets but −1 and +1.</exception>
    public static IRegressionLoss ToRegressionLoss<T>(this PointwiseLoss<T> loss)
        where T : unmanaged, IFloatingPointIeee754<T> => OfNumbers(loss);

    /// <summary>
    /// For <c>BinaryClassification.Trainers.AveragedPerceptron</c>. A label above 0 is the target +1; any other is −1
    /// if the loss takes such targets (<see cref="Domain.Signs"/>), else 0.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    public static IClassificationLoss ToClassificationLoss<T>(this PointwiseLoss<T> loss)
        where T : unmanaged, IFloatingPointIeee754<T> => OfClasses(loss);

    /// <summary>
    /// For <c>Regression.Trainers.Sdca</c>, which then fits quantiles, robust losses or counts: any convex loss. The
    /// label is the target.
    /// </summary>
    /// <remarks>
    /// The step in the dual and the dual loss are found from the derivative, by a dozen evaluations or so, since no
    /// formula says the loss' conjugate.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="loss">The loss; convex, or nothing is known of it.</param>
    /// <exception cref="ArgumentException">
    /// The loss is not convex, or of two classes: it takes no targets but −1 and +1.
    /// </exception>
    public static ISupportSdcaRegressionLoss ToSdcaRegressionLoss<T>(this PointwiseLoss<T> loss)
        where T : unmanaged, IFloatingPointIeee754<T> => OfNumbers(Convex(loss));

    /// <summary>
    /// For <c>BinaryClassification.Trainers.SdcaNonCalibrated</c> and that of <c>MulticlassClassification</c>: any
    /// convex loss. Labels are as for <see cref="ToClassificationLoss"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The loss is not convex.</exception>
    /// <inheritdoc cref="ToSdcaRegressionLoss"/>
    public static ISupportSdcaClassificationLoss ToSdcaClassificationLoss<T>(this PointwiseLoss<T> loss)
        where T : unmanaged, IFloatingPointIeee754<T> => OfClasses(Convex(loss));

    private static TrainerLoss<T> OfNumbers<T>(PointwiseLoss<T> loss)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        return loss.Facts.Targets != Domain.Signs
            ? new(loss, null)
            : throw new ArgumentException(
                $"'loss' is {loss}, whose targets are {Domain.Signs}: expected one of numbers, since labels of a "
                + $"regression are its targets; {nameof(ToClassificationLoss)} and {nameof(ToSdcaClassificationLoss)} "
                + "take this one.",
                nameof(loss));
    }

    private static TrainerLoss<T> OfClasses<T>(PointwiseLoss<T> loss)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        return new(loss, loss.Facts.Targets == Domain.Signs ? -1 : 0);
    }

    private static PointwiseLoss<T> Convex<T>(PointwiseLoss<T> loss)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        return loss.Facts.Convexity != Convexity.None
            ? loss
            : throw new ArgumentException(
                $"'loss' is {loss}, which is not convex: expected one that is, since SDCA maximises its dual.",
                nameof(loss));
    }
}

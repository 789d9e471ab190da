namespace LossKit.LightGbm;

/// <summary>Trains LightGBM's trees by losses of LossKit.</summary>
/// <remarks>
/// Trees follow the gradient and the diagonal of the Hessian of the weighted <em>sum</em> of the losses, as LightGBM's
/// own objectives do, so that its parameters mean the same; one tree a round for each prediction of an example. With
/// the same initial scores and <see cref="LightGbmOptions.CurvatureFactor"/> raw scores are those of LightGBM's
/// objectives to 1e-12, but for those that renew their leaves (<c>regression_l1</c>, <c>quantile</c>, <c>mape</c>) and
/// <c>lambdarank</c>, which reads its sigmoid off a table.
/// </remarks>
public static class LightGbmTraining
{
    /// <summary>
    /// Trains by a loss of examples: of one prediction, of rows of classes, or of several predictions.
    /// </summary>
    /// <typeparam name="TTarget"><see cref="double"/>, or <see cref="int"/> for labels.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="dataset">What to train on.</param>
    /// <param name="options">How; LightGBM's defaults if not given.</param>
    /// <param name="validation">What to validate on, and when to stop; nothing if not given.</param>
    /// <param name="cancellationToken">Ends the training between two rounds.</param>
    /// <exception cref="ArgumentException">
    /// Data, loss and options do not fit each other, a target is NaN, or no constant is the best to start from.
    /// </exception>
    /// <exception cref="NotFiniteNumberException">A derivative is not finite in single precision.</exception>
    /// <exception cref="LightGbmException">LightGBM refuses something else.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static LightGbmBooster TrainLightGbm<TTarget>(
        this ISecondOrderLoss<double, TTarget> loss,
        LightGbmDataset<TTarget> dataset,
        LightGbmOptions? options = null,
        LightGbmValidation<TTarget>? validation = null,
        CancellationToken cancellationToken = default)
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(dataset);
        return Training.Run(
            new ExampleObjective<TTarget>(loss), dataset, options ?? new(), validation, cancellationToken);
    }

    /// <summary>Trains by a loss of groups, such as LambdaRank's of the documents of each query.</summary>
    /// <remarks>
    /// Groups are <see cref="LightGbmDataset{TTarget}.GroupLengths"/>, and
    /// <see cref="LightGbmDataset{TTarget}.Weights"/> are one a group.
    /// </remarks>
    /// <typeparam name="TTarget"><see cref="double"/> for all losses of LossKit.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="dataset">What to train on.</param>
    /// <param name="options">How; LightGBM's defaults if not given.</param>
    /// <param name="validation">What to validate on, and when to stop; nothing if not given.</param>
    /// <param name="cancellationToken">Ends the training between two rounds.</param>
    /// <exception cref="ArgumentException">
    /// Data, loss and options do not fit each other, or a target is NaN.
    /// </exception>
    /// <exception cref="NotFiniteNumberException">A derivative is not finite in single precision.</exception>
    /// <exception cref="LightGbmException">LightGBM refuses something else.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static LightGbmBooster TrainLightGbm<TTarget>(
        this ISecondOrderGroupedLoss<double, TTarget> loss,
        LightGbmDataset<TTarget> dataset,
        LightGbmOptions? options = null,
        LightGbmValidation<TTarget>? validation = null,
        CancellationToken cancellationToken = default)
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(dataset);
        return Training.Run(
            new GroupObjective<TTarget>(loss), dataset, options ?? new(), validation, cancellationToken);
    }

    /// <summary>Trains by an objective of LightGBM's own, to compare with.</summary>
    /// <remarks>
    /// Predictions are as LightGBM transforms them. Curvature, initial scores and link of the options are the
    /// objective's own, and there is no validation.
    /// </remarks>
    /// <typeparam name="TTarget"><see cref="double"/>, or <see cref="int"/> for labels.</typeparam>
    /// <param name="dataset">What to train on; targets and weights are rounded to single precision.</param>
    /// <param name="objective">
    /// Its name, with its own parameters after a space each: <c>binary</c>, or <c>multiclass num_class=3</c>.
    /// </param>
    /// <param name="options">How; LightGBM's defaults if not given.</param>
    /// <param name="cancellationToken">Ends the training between two rounds.</param>
    /// <exception cref="ArgumentException">Options do not fit.</exception>
    /// <exception cref="LightGbmException">LightGBM refuses something else.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static LightGbmBooster TrainBuiltIn<TTarget>(
        this LightGbmDataset<TTarget> dataset,
        string objective,
        LightGbmOptions? options = null,
        CancellationToken cancellationToken = default)
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentException.ThrowIfNullOrWhiteSpace(objective);
        return Training.Run($"objective={objective}", dataset, options ?? new(), cancellationToken);
    }
}

namespace LossKit;

// Likelihoods of predicted distributions whose constants are gamma functions of predictions.
public static partial class Loss
{
    /// <inheritdoc cref="Formulas.GammaNll"/>
    public static TupleLoss<T, GammaNll> GammaNll<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(default) { Name = Made() };
}

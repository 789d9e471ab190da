namespace LossKit.Formulas;

/// <summary>Of a loss with a formula that is known at run time only, those with the same <c>TFormula</c>.</summary>
internal interface IPreferences
{
    TupleLoss<T>? PerToken<T>(TupleLoss<T> loss) where T : unmanaged, IFloatingPointIeee754<T>;

    TupleLoss<T>? WithoutReference<T>(TupleLoss<T> loss) where T : unmanaged, IFloatingPointIeee754<T>;
}

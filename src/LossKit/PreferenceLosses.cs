namespace LossKit;

/// <summary>Other ways to say how likely the answers of a pair are.</summary>
public static class PreferenceLosses
{
    /// <summary>
    /// The same loss of averages over tokens: two more targets, the last, are how many tokens the chosen and the
    /// rejected answer have.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TFormula">The loss of a pair.</typeparam>
    /// <param name="loss">The loss of sums over tokens.</param>
    public static TupleLoss<T, PreferencePerToken<TFormula>> PerToken<T, TFormula>(
        this TupleLoss<T, Preference<TFormula>> loss)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IPreferenceFormula =>
        new(new(FormulaOf(loss).Formula)) { Name = loss.Then() };

    /// <inheritdoc cref="PerToken{T, TFormula}(TupleLoss{T, Preference{TFormula}})"/>
    public static TupleLoss<T, PreferenceAlonePerToken<TFormula>> PerToken<T, TFormula>(
        this TupleLoss<T, PreferenceAlone<TFormula>> loss)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IPreferenceFormula =>
        new(new(FormulaOf(loss).Formula)) { Name = loss.Then() };

    /// <summary>The same loss of the model alone: there is no reference, and so no targets.</summary>
    /// <inheritdoc cref="PerToken{T, TFormula}(TupleLoss{T, Preference{TFormula}})"/>
    /// <param name="loss">The loss beside a reference.</param>
    public static TupleLoss<T, PreferenceAlone<TFormula>> WithoutReference<T, TFormula>(
        this TupleLoss<T, Preference<TFormula>> loss)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IPreferenceFormula =>
        new(new(FormulaOf(loss).Formula)) { Name = loss.Then() };

    /// <summary>The same of a loss that is known by its name only.</summary>
    internal static TupleLoss<T> PerToken<T>(TupleLoss<T> loss) where T : unmanaged, IFloatingPointIeee754<T> =>
        (loss.AnyFormula as IPreferences)?.PerToken(loss) ?? throw Unsuited(loss);

    /// <inheritdoc cref="PerToken{T}(TupleLoss{T})"/>
    internal static TupleLoss<T> WithoutReference<T>(TupleLoss<T> loss)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        (loss.AnyFormula as IPreferences)?.WithoutReference(loss) ?? throw Unsuited(loss);

    private static NotSupportedException Unsuited(NamedMetric loss, [CallerMemberName] string modifier = "") =>
        new($"'{modifier}' is of losses of pairs of answers, but the loss is {loss}.");

    private static TFormula FormulaOf<T, TFormula>(TupleLoss<T, TFormula> loss)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, ITupleFormula
    {
        ArgumentNullException.ThrowIfNull(loss);
        return loss.Formula;
    }
}

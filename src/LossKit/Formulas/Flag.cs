namespace LossKit.Formulas;

/// <summary>Yes or no, as a formula holds it: a <see cref="bool"/> has no fixed form that devices could be given.</summary>
internal readonly struct Flag(bool isSet) : IFormula
{
    private readonly byte _isSet = (byte)(isSet ? 1 : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator bool(Flag flag) => flag._isSet != 0;

    public static implicit operator Flag(bool isSet) => new(isSet);
}

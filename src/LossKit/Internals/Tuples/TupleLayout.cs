namespace LossKit.Internals.Tuples;

/// <summary>
/// Where the numbers of a block stand: columns of predictions, targets, weights, factors, losses, slopes and
/// curvatures, one after another. For the JIT compiler, all are constants.
/// </summary>
internal static class TupleLayout<T, TFormula>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TFormula : struct, ITupleFormula
{
    /// <summary>What bounds the memory of a block.</summary>
    public const int MostColumns = 64;

    private const int FewColumns = 16;

    /// <summary>The examples of a block: few enough for the nearest cache.</summary>
    public static int Block
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Inputs <= FewColumns ? 256 : 64;
    }

    public static int Inputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TFormula.Predictions + TFormula.Targets;
    }

    public static int Targets
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TFormula.Predictions * Block;
    }

    public static int Weights
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Inputs * Block;
    }

    public static int Factors
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (Inputs + 1) * Block;
    }

    public static int Losses
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (Inputs + 2) * Block;
    }

    public static int Slopes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (Inputs + 3) * Block;
    }

    public static int Curvatures
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (Inputs + 3 + TFormula.Predictions) * Block;
    }

    /// <summary>How many numbers a block has with <paramref name="order"/> derivatives.</summary>
    public static int Numbers(int order) => (Inputs + 3 + order * TFormula.Predictions) * Block;

    public static void Check()
    {
        if (TFormula.Predictions < 1 || TFormula.Targets < 0 || Inputs > MostColumns)
        {
            throw new NotSupportedException(
                $"The formula {typeof(TFormula).Name} has {TFormula.Predictions} predictions and {TFormula.Targets} "
                + $"targets, but needs 1 prediction or more and at most {MostColumns} numbers in all.");
        }
    }
}

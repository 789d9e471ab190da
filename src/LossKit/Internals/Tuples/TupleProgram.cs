namespace LossKit.Internals.Tuples;

/// <summary>A formula that is differentiated in one direction at a time, a loop each.</summary>
/// <remarks>
/// A jet with a derivative for each prediction would outgrow what the JIT compiler is willing to inline; in one
/// direction most of a formula has a derivative of 0 and is compiled without.
/// </remarks>
internal readonly struct TupleProgram<TFormula> : ITupleProgram where TFormula : struct, ITupleFormula
{
    private readonly TFormula _formula;

    public TupleProgram(TFormula formula)
    {
        if (TFormula.Predictions < 1 || TFormula.Targets < 0)
        {
            throw new NotSupportedException(
                $"The formula {typeof(TFormula).Name} has {TFormula.Predictions} predictions and {TFormula.Targets} "
                + "targets, but needs 1 prediction or more.");
        }

        _formula = formula;
    }

    public int Predictions => TFormula.Predictions;

    public int Targets => TFormula.Targets;

    public int Spare => 0;

    public static bool PropagatesNaN => default(TFormula) is IPropagatesNaN;

    public static bool IsScaleFree => default(TFormula) is IScaleFree<TFormula>;

    public void Run<T, TLane, TJet>(in TupleInputs<T> inputs, in TupleResults<T> results, nuint padded)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
    {
        Loop<T, TLane, TJet, First>(_formula, default, inputs, results, 0, padded);
        if (TJet.Order == 0)
        {
            return;
        }

        if (TFormula.Predictions > 1)
        {
            Loop<T, TLane, TJet, Second>(_formula, default, inputs, results, 1, padded);
        }

        if (TFormula.Predictions > 2)
        {
            Loop<T, TLane, TJet, Third>(_formula, default, inputs, results, 2, padded);
        }

        if (TFormula.Predictions > 3)
        {
            Loop<T, TLane, TJet, Fourth>(_formula, default, inputs, results, 3, padded);
        }

        for (int k = 4; k < TFormula.Predictions; k++)
        {
            Loop<T, TLane, TJet, Later>(_formula, new(k), inputs, results, (nuint)k, padded);
        }
    }

    public void RunInOtherUnits<T, TLane, TJet>(in TupleInputs<T> inputs, in TupleResults<T> results, nuint padded)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane> =>
        new TupleProgram<TFormula>(((IScaleFree<TFormula>)_formula).OfOtherUnits)
            .Run<T, TLane, TJet>(inputs, results, padded);

    // Its own root for the JIT compiler, as the pointwise loop is, and with nothing in it but the formula, which so has
    // all of the budget for itself.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Loop<T, TLane, TJet, TDirection>(
        in TFormula given,
        TDirection direction,
        in TupleInputs<T> inputs,
        in TupleResults<T> results,
        nuint column,
        nuint padded)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TDirection : struct, IDirection
    {
        TFormula formula = given;
        TupleInputs<T> columns = inputs;
        ref T losses = ref results.Losses;
        ref T slopes = ref Unsafe.Add(ref results.Slopes, column * results.Pitch);
        ref T curvatures = ref Unsafe.Add(ref results.Curvatures, column * results.Pitch);
        for (nuint i = 0; i < padded; i += (nuint)TLane.Count)
        {
            TJet loss = formula.Loss<TJet, TupleExample<T, TFormula, TLane, TJet, TDirection>>(
                new(in columns, i, direction));
            if (typeof(TDirection) == typeof(First))
            {
                TLane.Store(TJet.Value(loss), ref losses, i);
            }

            if (typeof(TJet) != typeof(TLane))
            {
                TLane.Store(TJet.First(loss), ref slopes, i);
            }

            if (typeof(TJet) == typeof(Jet2<TLane>))
            {
                TLane.Store(TJet.Second(loss), ref curvatures, i);
            }
        }
    }
}

namespace LossKit.Internals.Tuples;

/// <summary>A formula that has its Fisher information in place of second derivatives.</summary>
internal readonly struct FisherProgram<TFormula>(TFormula formula) : ITupleProgram where TFormula : struct, ITupleFormula
{
    private readonly TFormula _formula = formula;
    private readonly TupleProgram<TFormula> _program = new(formula);

    public int Predictions => TFormula.Predictions;

    public int Targets => TFormula.Targets;

    public int Spare => 0;

    public static bool PropagatesNaN => TupleProgram<TFormula>.PropagatesNaN;

    public void Run<T, TLane, TJet>(in TupleInputs<T> inputs, in TupleResults<T> results, nuint padded)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
    {
        if (TJet.Order < 2)
        {
            _program.Run<T, TLane, TJet>(inputs, results, padded);
            return;
        }

        _program.Run<T, TLane, Jet<TLane>>(inputs, results, padded);
        Loop<T, TLane, First>(_formula, default, inputs, results, padded);
        if (TFormula.Predictions > 1)
        {
            Loop<T, TLane, Second>(_formula, default, inputs, results, padded);
        }

        for (int k = 2; k < TFormula.Predictions; k++)
        {
            Loop<T, TLane, Later>(_formula, new(k), inputs, results, padded);
        }
    }

    // Its own root for the JIT compiler, as TupleProgram's is.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Loop<T, TLane, TDirection>(
        in TFormula given, TDirection direction, in TupleInputs<T> inputs, in TupleResults<T> results, nuint padded)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TDirection : struct, IDirection
    {
        TFormula formula = given;
        TupleInputs<T> columns = inputs;
        ref T curvatures = ref Unsafe.Add(ref results.Curvatures, (nuint)direction.Index * results.Pitch);
        for (nuint i = 0; i < padded; i += (nuint)TLane.Count)
        {
            TLane information = formula.FisherInformation<TLane, TupleExample<T, TFormula, TLane, TLane, TDirection>>(
                new(in columns, i, direction), direction.Index);
            TLane.Store(information, ref curvatures, i);
        }
    }
}

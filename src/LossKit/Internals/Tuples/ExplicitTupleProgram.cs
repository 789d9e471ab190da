namespace LossKit.Internals.Tuples;

/// <summary>
/// A formula with its own derivatives, all of them in one loop; <typeparamref name="TFisher"/> says whether it is to
/// have its Fisher information in place of second derivatives.
/// </summary>
internal readonly struct ExplicitTupleProgram<TFormula, TFisher>(TFormula formula) : ITupleProgram
    where TFormula : struct, IExplicitTupleFormula
    where TFisher : struct, IChoice
{
    // Of each question its argument, which the function takes the place of, and its derivatives.
    private const int ColumnsOfQuestion = 3;

    private readonly TFormula _formula = formula;
    private readonly int _kept = formula.Spare;

    public int Predictions => _formula.Predictions;

    public int Targets => _formula.Targets;

    public int Spare => _kept + ColumnsOfQuestion * TFormula.Questions(Predictions);

    public static bool PropagatesNaN => false;

    public void Run<T, TLane, TJet>(in TupleInputs<T> inputs, in TupleResults<T> results, nuint padded)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
    {
        ref T answers = ref Unsafe.Add(ref results.Spare, (nuint)_kept * results.Pitch);
        int questions = TFormula.Questions(Predictions);
        if (questions > 0)
        {
            Ask<T, TLane, TJet>(Predictions, inputs, results, ref answers, padded);
            Answer<T, TLane, TJet>(ref answers, results.Pitch, questions, padded);
        }

        Loop<T, TLane, TJet>(_formula, inputs, results, ref answers, padded);
        if (TFisher.IsYes && TJet.Order > 1)
        {
            Expect<T, TLane, TJet>(Predictions, inputs, results, ref answers, padded);
        }
    }

    // Roots of their own for the JIT compiler, as TupleProgram's is.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Ask<T, TLane, TJet>(
        int predictions, in TupleInputs<T> inputs, in TupleResults<T> results, ref T answers, nuint padded)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
    {
        for (nuint i = 0; i < padded; i += (nuint)TLane.Count)
        {
            TFormula.Ask<TLane, ExplicitExample<T, TLane, TJet>>(new(in inputs, in results, ref answers, i), predictions);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Answer<T, TLane, TJet>(ref T answers, nuint pitch, int questions, nuint padded)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
    {
        for (int k = 0; k < questions; k++)
        {
            ref T column = ref Unsafe.Add(ref answers, (nuint)(ColumnsOfQuestion * k) * pitch);
            for (nuint i = 0; i < padded; i += (nuint)TLane.Count)
            {
                Derivatives<TLane> answer = TFormula.Function<TLane, TJet>(TLane.Load(in column, i));
                TLane.Store(answer.Value, ref column, i);
                TLane.Store(answer.First, ref column, pitch + i);
                TLane.Store(answer.Second, ref column, 2 * pitch + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Loop<T, TLane, TJet>(
        in TFormula given, in TupleInputs<T> inputs, in TupleResults<T> results, ref T answers, nuint padded)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
    {
        TFormula formula = given;
        for (nuint i = 0; i < padded; i += (nuint)TLane.Count)
        {
            TLane.Store(
                formula.Loss<TLane, ExplicitExample<T, TLane, TJet>>(new(in inputs, in results, ref answers, i)),
                ref results.Losses,
                i);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Expect<T, TLane, TJet>(
        int predictions, in TupleInputs<T> inputs, in TupleResults<T> results, ref T answers, nuint padded)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
    {
        for (nuint i = 0; i < padded; i += (nuint)TLane.Count)
        {
            TFormula.Expect<TLane, ExplicitExample<T, TLane, TJet>>(
                new(in inputs, in results, ref answers, i), predictions);
        }
    }
}

/// <summary>A lane of examples in columns, and where their derivatives go.</summary>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
internal readonly ref struct ExplicitExample<T, TLane, TJet>(
    scoped ref readonly TupleInputs<T> inputs,
    scoped ref readonly TupleResults<T> results,
    ref T answers,
    nuint index)
    : IExplicitExample<TLane>
    where T : unmanaged
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where TJet : struct, IJet<TJet, TLane>
{
    private readonly ref readonly T _predictions = ref Unsafe.Add(ref Unsafe.AsRef(in inputs.Predictions), index);
    private readonly ref readonly T _targets = ref Unsafe.Add(ref Unsafe.AsRef(in inputs.Targets), index);
    private readonly ref T _slopes = ref Unsafe.Add(ref results.Slopes, index);
    private readonly ref T _curvatures = ref Unsafe.Add(ref results.Curvatures, index);
    private readonly ref T _spare = ref Unsafe.Add(ref results.Spare, index);
    private readonly ref T _answers = ref Unsafe.Add(ref answers, index);
    private readonly nuint _pitch = inputs.Pitch;
    private readonly nuint _block = results.Pitch;

    public static int Order
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TJet.Order;
    }

    public TLane this[int k]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TLane.Load(in _predictions, (nuint)k * _pitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Target(int k) => TLane.Load(in _targets, (nuint)k * _pitch);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Ask(int k, TLane argument) => TLane.Store(argument, ref _answers, (nuint)(3 * k) * _block);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Answer(int k)
    {
        nuint column = (nuint)(3 * k) * _block;
        return new()
        {
            Value = TLane.Load(in _answers, column),
            First = TLane.Load(in _answers, column + _block),
            Second = TLane.Load(in _answers, column + 2 * _block),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Slope(int k) => TLane.Load(in _slopes, (nuint)k * _block);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Curvature(int k) => TJet.Order > 1 ? TLane.Load(in _curvatures, (nuint)k * _block) : default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Spare(int k) => TLane.Load(in _spare, (nuint)k * _block);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Keep(int k, TLane value) => TLane.Store(value, ref _spare, (nuint)k * _block);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Expect(int k, TLane information) => TLane.Store(information, ref _curvatures, (nuint)k * _block);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Differentiate(int k, TLane slope, TLane curvature)
    {
        if (TJet.Order > 0)
        {
            TLane.Store(slope, ref _slopes, (nuint)k * _block);
        }

        if (TJet.Order > 1)
        {
            TLane.Store(curvature, ref _curvatures, (nuint)k * _block);
        }
    }
}

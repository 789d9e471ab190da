namespace LossKit.FSharp;

/// <summary>
/// An <see cref="ITupleFormula"/> as F# can write one, which has no <c>allows ref struct</c>: a <c>PlainTuple</c> of it
/// is the formula that <see cref="Loss.FromTupleFormula{T, TFormula}"/> takes.
/// </summary>
/// <remarks>Implement it by a readonly struct, as <see cref="IPointwiseFormula"/>.</remarks>
public interface IPlainTupleFormula : IFormula
{
    /// <inheritdoc cref="ITupleFormula.Predictions"/>
    static abstract int Predictions { get; }

    /// <inheritdoc cref="ITupleFormula.Targets"/>
    static abstract int Targets { get; }

    /// <inheritdoc cref="ITupleFormula.Loss"/>
    TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>;
}

/// <summary>The formula itself: what is written without <c>ref struct</c>s, for engines that have them.</summary>
/// <typeparam name="TFormula">The formula as it is written.</typeparam>
/// <param name="formula">The formula with its parameters.</param>
public readonly struct PlainTuple<TFormula>(TFormula formula) : ITupleFormula
    where TFormula : struct, IPlainTupleFormula
{
    private readonly TFormula _formula = formula;

    /// <inheritdoc/>
    public static int Predictions => TFormula.Predictions;

    /// <inheritdoc/>
    public static int Targets => TFormula.Targets;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct =>
        _formula.Loss<TLane, Held<TLane, TExample>>(new(Unsafe.AsPointer(ref x)));

    /// <summary>An example by where it lies on the stack, which it does until its loss is known.</summary>
    private readonly unsafe struct Held<TLane, TExample>(void* example) : IExample<TLane>
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        private readonly void* _example = example;

        public TLane this[int k]
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => Unsafe.AsRef<TExample>(_example)[k];
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Target(int k) => Unsafe.AsRef<TExample>(_example).Target(k);
    }
}

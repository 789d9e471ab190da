using System.Diagnostics.CodeAnalysis;

namespace LossKit.Internals.Tuples;

/// <summary>Where the columns of a block of examples are.</summary>
internal ref struct TupleInputs<T>
{
    public ref readonly T Predictions;
    public ref readonly T Targets;
    public ref readonly T Weights;

    /// <summary>
    /// How far columns are apart; where there is one of predictions or of targets, that says nothing of it.
    /// </summary>
    public nuint Pitch;
}

/// <summary>A lane of examples in columns, one of whose predictions is differentiated with respect to.</summary>
/// <remarks>
/// Few fields, because formulas pass it on by value, and all copies count as locals, of which the JIT compiler allows
/// 512.
/// </remarks>
internal readonly ref struct TupleExample<T, TFormula, TLane, TJet, TDirection>(
    scoped ref readonly TupleInputs<T> inputs, nuint index, TDirection direction) : IExample<TJet>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TFormula : struct, ITupleFormula
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where TJet : struct, IJet<TJet, TLane>
    where TDirection : struct, IDirection
{
    private readonly ref readonly T _predictions = ref Unsafe.Add(ref Unsafe.AsRef(in inputs.Predictions), index);
    private readonly ref readonly T _targets = ref Unsafe.Add(ref Unsafe.AsRef(in inputs.Targets), index);
    private readonly nuint _pitch = inputs.Pitch;
    private readonly TDirection _direction = direction;

    public TJet this[int k]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((uint)k >= (uint)TFormula.Predictions)
            {
                ThrowIndex(k, "predictions", TFormula.Predictions);
            }

            TLane prediction = TLane.Load(in _predictions, (nuint)k * _pitch);
            return _direction.Is(k) ? TJet.Variable(prediction) : TJet.Constant(prediction);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TJet Target(int k)
    {
        if ((uint)k >= (uint)TFormula.Targets)
        {
            ThrowIndex(k, "targets", TFormula.Targets);
        }

        return TJet.Constant(TLane.Load(in _targets, (nuint)k * _pitch));
    }

    [DoesNotReturn]
    private static void ThrowIndex(int k, string things, int count) => throw new ArgumentOutOfRangeException(
        nameof(k),
        k,
        $"The formula {typeof(TFormula).Name} asks for {things} number {k}, but says that it has {count}.");
}

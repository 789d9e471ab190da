using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using LossKit.Lanes;

namespace LossKit.Kernels.Tuples;

/// <summary>A lane of examples in a block of columns, one of whose predictions is differentiated with respect to.</summary>
internal readonly ref struct TupleExample<T, TFormula, TLane, TJet, TDirection>(
    ref readonly T block, nuint index, TDirection direction) : IExample<TJet>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TFormula : struct, ITupleFormula
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where TJet : struct, IJet<TJet, TLane>
    where TDirection : struct, IDirection
{
    private readonly ref readonly T _block = ref block;
    private readonly nuint _index = index;
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

            return _direction.Is(k) ? TJet.Variable(Load(k)) : TJet.Constant(Load(k));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TJet Target(int k)
    {
        if ((uint)k >= (uint)TFormula.Targets)
        {
            ThrowIndex(k, "targets", TFormula.Targets);
        }

        return TJet.Constant(Load(TFormula.Predictions + k));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLane Load(int column) =>
        TLane.Load(in _block, (nuint)(column * TupleLayout<T, TFormula>.Block) + _index);

    [DoesNotReturn]
    private static void ThrowIndex(int k, string things, int count) => throw new ArgumentOutOfRangeException(
        nameof(k), k, $"The formula {typeof(TFormula).Name} asks for {things} number {k}, but says that it has {count}.");
}

using System.Runtime.InteropServices;

namespace LossKit.Internals.Buffers;

/// <summary>What a batch gives, lane by lane.</summary>
internal readonly ref struct Input<T, TLane, TWeighted>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where TWeighted : struct, IChoice
{
    private readonly ref readonly T _predictions;
    private readonly ref readonly T _targets;
    private readonly ref readonly T _weights;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Input(in Batch<T> batch)
    {
        _predictions = ref MemoryMarshal.GetReference(batch.Predictions);
        _targets = ref MemoryMarshal.GetReference(batch.Targets);
        _weights = ref MemoryMarshal.GetReference(batch.Weights);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Examples<TLane> Load(nuint index) => new()
    {
        Prediction = TLane.Load(in _predictions, index),
        Target = TLane.Load(in _targets, index),
        Weight = typeof(TWeighted) == typeof(Yes) ? TLane.Load(in _weights, index) : default,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(nuint index)
    {
        TLane.Prefetch(in _predictions, index);
        TLane.Prefetch(in _targets, index);
        if (typeof(TWeighted) == typeof(Yes))
        {
            TLane.Prefetch(in _weights, index);
        }
    }
}

/// <summary>A lane of examples; the weight is there where the batch has weights.</summary>
internal struct Examples<TLane> where TLane : struct
{
    public TLane Prediction;
    public TLane Target;
    public TLane Weight;
}

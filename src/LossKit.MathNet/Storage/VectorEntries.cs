using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace LossKit.MathNet.Storage;

// Here, so that its Vector<T> goes before that of System.Numerics.
using global::MathNet.Numerics.LinearAlgebra;

/// <summary>The entries of a vector: the array of a dense one itself, of any other a copy in rented memory.</summary>
internal readonly struct VectorEntries<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Vector<T>? _vector;
    private readonly T[]? _rented;

    private VectorEntries(Vector<T> vector)
    {
        T[]? array = vector.AsArray();
        _vector = vector;
        _rented = array is null ? ArrayPool<T>.Shared.Rent(vector.Count) : null;
    }

    public Span<T> Span => _vector is null ? default : (_rented ?? _vector.AsArray()).AsSpan(0, _vector.Count);

    /// <summary>Of a vector that is read.</summary>
    public static VectorEntries<T> Input(
        Vector<T> vector, [CallerArgumentExpression(nameof(vector))] string name = "")
    {
        VectorEntries<T> entries = Output(vector, name);
        if (entries._rented is not null)
        {
            Span<T> span = entries.Span;
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = vector.At(i);
            }
        }

        return entries;
    }

    /// <summary>Of a vector that is read if there is one.</summary>
    public static VectorEntries<T> OptionalInput(Vector<T>? vector) => vector is null ? default : Input(vector);

    /// <summary>Of a vector that is only written, by <see cref="WriteBack"/> in the end.</summary>
    public static VectorEntries<T> Output(
        Vector<T> vector, [CallerArgumentExpression(nameof(vector))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(vector, name);
        return new(vector);
    }

    /// <summary>Whether both are of one vector, or of two on one array.</summary>
    public bool IsSame(VectorEntries<T> other) => Shapes.AreSame(_vector!, other._vector!);

    public void WriteBack()
    {
        if (_rented is not null)
        {
            SetAll(_vector!, _rented);
        }
    }

    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<T>.Shared.Return(_rented);
        }
    }

    // In one go: entry by entry, a sparse vector would be built up again and again.
    private static void SetAll(Vector<T> vector, T[] entries) =>
        vector.MapIndexedInplace((i, _) => entries[i], Zeros.Include);
}

using System.Buffers;

namespace LossKit.Internals.Embedding;

/// <summary>Scratch memory of exactly a length, from the shared pool, which gets it back.</summary>
internal readonly ref struct Rented<T>(int length)
{
    private readonly T[] _array = ArrayPool<T>.Shared.Rent(length);

    public Span<T> Span => _array.AsSpan(0, length);

    public void Dispose() => ArrayPool<T>.Shared.Return(_array);
}

namespace LossKit.Internals.Buffers;

/// <summary>Memory that stays where it is, or none: spans cannot be given to other threads.</summary>
internal readonly unsafe struct Pinned<T>(T* memory) where T : unmanaged
{
    /// <summary>A part of the memory, or nothing of none.</summary>
    public Span<T> Slice(int start, int length) => memory is null ? default : new(memory + start, length);
}

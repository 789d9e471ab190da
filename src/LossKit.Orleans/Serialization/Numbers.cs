using Orleans;

namespace LossKit.Orleans.Serialization;

/// <summary>
/// Numbers on their way to another silo, as the bytes that they are; within a silo the memory itself, which nobody may
/// write to.
/// </summary>
/// <param name="Memory">The numbers.</param>
[Immutable]
internal readonly record struct Numbers<T>(ReadOnlyMemory<T> Memory) where T : unmanaged
{
    public Numbers(T[] numbers) : this(numbers.AsMemory())
    {
    }
}

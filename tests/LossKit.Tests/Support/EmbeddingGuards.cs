using System.Buffers;

namespace LossKit.Tests.Support;

/// <summary>Memory before a page that cannot be touched, as <see cref="Memory{T}"/>.</summary>
internal sealed class GuardedOwner<T>(T[] content) : MemoryManager<T> where T : unmanaged
{
    private readonly GuardedMemory<T> _memory = new(content);

    public override Span<T> GetSpan() => _memory.Span;

    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing) => _memory.Dispose();
}

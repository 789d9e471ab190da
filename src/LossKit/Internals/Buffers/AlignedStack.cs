using System.Runtime.InteropServices;

namespace LossKit.Internals.Buffers;

/// <summary>
/// Brings the end of a method's stack to a multiple of a cache line: by a stackalloc of <see cref="Rest"/> bytes, ahead
/// of buffers of whole lines and of calls of loops.
/// </summary>
/// <remarks>
/// Registers that a loop spills lie at multiples of their size from where its caller's stack ends. Where that is none
/// itself, which may differ from process to process, each of them straddles two lines, and a long formula takes 2.5
/// times as long.
/// </remarks>
internal static class AlignedStack
{
    public const int Line = 64;

    /// <summary>What to allocate once a whole line has been: less would be a variable elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe int Rest(Span<byte> line) =>
        (int)((nuint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(line)) & (Line - 1));
}

using System.Diagnostics.CodeAnalysis;

namespace LossKit.Gpu.Kernels;

/// <summary>Four numbers that stand side by side: what a thread reads and writes at once.</summary>
[SuppressMessage("Design", "CA1051", Justification = "Plain data of a kernel.")]
internal struct Quad<T> where T : unmanaged
{
    /// <summary>Where a view begins that can be read by quads, in bytes.</summary>
    public const int Alignment = 16;

    public const int Count = 4;

    public T A;
    public T B;
    public T C;
    public T D;
}

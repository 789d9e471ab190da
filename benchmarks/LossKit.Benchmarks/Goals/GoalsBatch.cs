using System.Runtime.InteropServices;

namespace LossKit.Benchmarks.Goals;

/// <summary>The one batch that the goals are about: small enough for the L2 cache, and with a tail.</summary>
/// <param name="aligned">
/// Whether buffers start at a cache line. Arrays do not, and then every second or, of 512-bit vectors, every access
/// straddles two lines.
/// </param>
internal sealed class GoalsBatch(bool aligned)
{
    public const int Count = 65_543;

    private const int CacheLine = 64;

    private readonly Memory<float> _predictions = Allocate(aligned);
    private readonly Memory<float> _targets = Allocate(aligned);
    private readonly Memory<float> _gradient = Allocate(aligned);
    private readonly Memory<float> _hessian = Allocate(aligned);

    public Span<float> Predictions => _predictions.Span;

    public Span<float> Targets => _targets.Span;

    public Span<float> Gradient => _gradient.Span;

    public Span<float> Hessian => _hessian.Span;

    private static Memory<float> Allocate(bool aligned)
    {
        if (!aligned)
        {
            return new float[Count];
        }

        float[] array = GC.AllocateArray<float>(Count + (CacheLine / sizeof(float)), pinned: true);
        nint beyond = Marshal.UnsafeAddrOfPinnedArrayElement(array, 0) % CacheLine;
        return array.AsMemory((int)(CacheLine - beyond) / sizeof(float), Count);
    }
}

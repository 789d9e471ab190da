using ILGPU.Runtime.CPU;

namespace LossKit.Gpu.Tests.Support;

/// <summary>What stands for a device where there is none: threads of the processor, in groups of 16.</summary>
public sealed class ProcessorDevice : IDisposable
{
    private readonly Context _context = Context.Create(builder => builder.CPU());

    public ProcessorDevice() => Accelerator = _context.CreateCPUAccelerator(0);

    public Accelerator Accelerator { get; }

    /// <summary>A buffer with these numbers.</summary>
    public ArrayView<T> Of<T>(params T[] numbers) where T : unmanaged => Accelerator.Allocate1D(numbers).View;

    /// <summary>A buffer of as many zeros.</summary>
    public ArrayView<T> For<T>(int length) where T : unmanaged => Of(new T[length]);

    public void Dispose()
    {
        Accelerator.Dispose();
        _context.Dispose();
    }
}

using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU.Runtime.Cuda;

namespace LossKit.Gpu.Benchmarks;

/// <summary>The device that is measured.</summary>
internal static class Devices
{
    /// <summary>
    /// The driver's library goes by its version's name where only that is installed, as in containers.
    /// </summary>
    public static void FindDriver() => NativeLibrary.SetDllImportResolver(typeof(Context).Assembly, static (name, of, path) =>
        name == "cuda" && NativeLibrary.TryLoad("libcuda.so.1", out nint library) ? library : 0);

    public static string Describe(Accelerator accelerator)
    {
        string memory = string.Create(
            CultureInfo.InvariantCulture,
            $"{accelerator.MemorySize / (double)(1 << 30):F0} GiB, {accelerator.NumMultiprocessors} multiprocessors");
        return accelerator is CudaAccelerator cuda
            ? $"{cuda.Name} (CUDA, {cuda.Architecture}, PTX {cuda.InstructionSet}, driver {cuda.DriverVersion}; {memory})"
            : $"{accelerator.Name} ({accelerator.AcceleratorType}; {memory})";
    }
}

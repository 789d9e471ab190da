using System.Reflection;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace LossKit.Gpu.Tests.Support;

/// <summary>ILGPU's compilers for devices that need not be there.</summary>
internal static class Compilers
{
    public static string Ptx(MethodInfo kernel, CudaArchitecture architecture, CudaInstructionSet instructions)
    {
        using Context context = Context.Create(builder => builder.Optimize(OptimizationLevel.O2));
        using PTXBackend backend = new(
            context, new CudaCapabilityContext(architecture), architecture, instructions, null);
        return ((PTXCompiledKernel)Compile(backend, kernel)).PTXAssembly;
    }

    public static string OpenCL(MethodInfo kernel)
    {
        using Context context = Context.Create(builder => builder.Optimize(OptimizationLevel.O2));
        using CLBackend backend = new(
            context,
            new CLCapabilityContext(true, true, true, true, true),
            CLDeviceVendor.Nvidia,
            new CLCVersion(2, 0));
        return ((CLCompiledKernel)Compile(backend, kernel)).Source;
    }

    private static CompiledKernel Compile(Backend backend, MethodInfo kernel)
    {
        CompiledForms.Ensure();
        return backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), default);
    }
}

using System.Runtime.CompilerServices;
using LossKit.Torch;

namespace LossKit.Tests.Support;

/// <summary>A test that needs libtorch; skipped, with the reason, where that cannot be loaded.</summary>
public sealed class TorchFactAttribute : FactAttribute
{
    public TorchFactAttribute() => Skip = Torch.WhyNot;
}

/// <inheritdoc cref="TorchFactAttribute"/>
public sealed class TorchTheoryAttribute : TheoryAttribute
{
    public TorchTheoryAttribute() => Skip = Torch.WhyNot;
}

/// <summary>Whether there is a libtorch.</summary>
internal static class Torch
{
    /// <summary>Why not, if so.</summary>
    public static string? WhyNot { get; } = NativeLibraries.WhyNotLoaded();

    // Before any test: whatever calls TorchSharp first loads its libraries as they are.
    [ModuleInitializer]
    internal static void Initialize() => RuntimeHelpers.RunClassConstructor(typeof(Torch).TypeHandle);
}

using LossKit.Gallery;

namespace LossKit.Docs.Tests;

/// <summary>All examples, compiled once.</summary>
public sealed class Gallery
{
    internal IReadOnlyDictionary<Factory, ExampleSource> Examples { get; } =
        Factory.All.ToDictionary(factory => factory, factory => new ExampleSource(factory));

    internal ExampleAssembly Assembly => field ??= new(Examples.Values);
}

using LossKit.Benchmarks.Timing;

namespace LossKit.Benchmarks.Compare;

/// <summary>The losses of one geometry on batches of theirs. A new geometry is a new family.</summary>
internal interface IFamily
{
    /// <summary>The factories that are measured, by name.</summary>
    IEnumerable<string> Factories { get; }

    /// <summary>Every loss on every batch, each to be done with before the next.</summary>
    IEnumerable<Subject> Subjects(PyTorch? torch);

    /// <summary>The same code on batches that are small.</summary>
    IEnumerable<Subject> SmallSubjects();
}

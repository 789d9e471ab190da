using System.Numerics;
using LossKit.Kernels.Rows;

namespace LossKit.Kernels.Embedding;

/// <summary>Softmax cross-entropies of rows of similarities, whose columns are the batch.</summary>
internal static class SimilarityKernels<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly ClassOptions<T> s_anyColumns = new(1);

    /// <summary>At the column of the match.</summary>
    public static RowKernel<T> ToMatch { get; } =
        new ProgramKernel<T, TrueClassProgram<CrossEntropy>>(default, s_anyColumns);

    /// <summary>At several columns, each as much as its target says.</summary>
    public static RowKernel<T> ToTargets { get; } =
        new ProgramKernel<T, CrossEntropyProgram<GivenTargets>>(new(0, 0), s_anyColumns);
}

using System.Diagnostics.CodeAnalysis;

namespace LossKit.Gpu.Kernels;

/// <summary>What a kernel of rows reads and writes. Views that are not asked for are empty.</summary>
[SuppressMessage("Design", "CA1051", Justification = "Plain data of a kernel.")]
internal struct RowArguments<T> where T : unmanaged
{
    public ArrayView<T> Predictions;
    public ArrayView<int> Labels;
    public ArrayView<T> Weights;
    public ArrayView<T> ClassWeights;
    public ArrayView<T> Losses;
    public ArrayView<T> Gradient;
    public ArrayView<T> Hessian;

    /// <summary>Where the sum of the losses goes.</summary>
    public SumTarget Sum;

    /// <summary>What derivatives of the weighted sum are multiplied with.</summary>
    public T Scale;

    /// <summary>What weights are multiplied with first, a power of two.</summary>
    public T Unit;

    /// <summary>What the label keeps of its target.</summary>
    public double Kept;

    /// <summary>What every class has of it.</summary>
    public double Spread;

    /// <summary>The total weight of the classes.</summary>
    public double ClassWeight;

    public int Rows;
    public int Classes;

    /// <summary>How many quads a row has; 0 if it cannot be read by quads.</summary>
    public int Quads;

    /// <summary>Rows with this label count nowhere.</summary>
    public int IgnoreIndex;
}

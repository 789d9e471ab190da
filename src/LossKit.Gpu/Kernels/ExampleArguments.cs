using System.Diagnostics.CodeAnalysis;

namespace LossKit.Gpu.Kernels;

/// <summary>What a kernel of examples reads and writes. Views that are not asked for are empty.</summary>
[SuppressMessage("Design", "CA1051", Justification = "Plain data of a kernel.")]
internal struct ExampleArguments<T> where T : unmanaged
{
    public ArrayView<T> Predictions;
    public ArrayView<T> Targets;
    public ArrayView<T> Weights;
    public ArrayView<T> Losses;
    public ArrayView<T> Gradient;
    public ArrayView<T> Hessian;

    /// <summary>Where the sum of the losses goes.</summary>
    public SumTarget Sum;

    /// <summary>What derivatives of the weighted sum are multiplied with.</summary>
    public T Scale;

    /// <summary>What weights are multiplied with first, a power of two.</summary>
    public T Unit;

    /// <summary>How many quads there are to read; what lies behind them is read one by one.</summary>
    public int Quads;

    /// <summary>How many of them a group of threads has, one after the other.</summary>
    public int QuadsOfGroup;

    /// <summary>How many examples there are.</summary>
    public int Examples;

    /// <summary>How far the columns of predictions, and of targets, are apart.</summary>
    public int Pitch;

    /// <summary>How far examples are apart in predictions.</summary>
    public int PredictionStep;

    /// <summary>How far examples are apart in targets.</summary>
    public int TargetStep;
}

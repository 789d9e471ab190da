using LossKit;

namespace GpuCustomLoss;

/// <summary>What gradient descent needs of where it runs.</summary>
internal interface ITraining
{
    /// <summary>The mean cost of the orders by these weights, and its slope by each.</summary>
    Cost Step(ReadOnlySpan<float> weights, Span<double> slopes);
}

using LossKit;

namespace GpuCustomLoss;

/// <summary>Gradient descent of a linear order by the library's loops on the processor.</summary>
internal sealed class ProcessorTraining(PointwiseLoss<float> loss, Demand demand) : ITraining
{
    private readonly float[] _orders = new float[demand.Days];
    private readonly float[] _gradient = new float[demand.Days];

    public Cost Step(ReadOnlySpan<float> weights, Span<double> slopes)
    {
        for (int day = 0; day < demand.Days; day++)
        {
            float order = 0;
            for (int k = 0; k < Demand.Features; k++)
            {
                order += weights[k] * demand.Known[day * Demand.Features + k];
            }

            _orders[day] = order;
        }

        Cost cost = loss.ValueAndGradient(_orders, demand.Asked, _gradient);
        slopes.Clear();
        for (int day = 0; day < demand.Days; day++)
        {
            for (int k = 0; k < Demand.Features; k++)
            {
                slopes[k] += _gradient[day] * (double)demand.Known[day * Demand.Features + k];
            }
        }

        return cost;
    }
}

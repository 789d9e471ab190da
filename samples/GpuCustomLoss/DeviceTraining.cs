using LossKit;
using LossKit.Gpu;

namespace GpuCustomLoss;

/// <summary>The same on a device: the days go there once, and only weights, slopes and the cost go to and fro.</summary>
internal sealed class DeviceTraining : ITraining, IDisposable
{
    private const int Threads = 16384;

    private readonly Accelerator _accelerator;
    private readonly DeviceLoss<float> _loss;
    private readonly MemoryBuffer1D<float, Stride1D.Dense> _known;
    private readonly MemoryBuffer1D<float, Stride1D.Dense> _asked;
    private readonly MemoryBuffer1D<float, Stride1D.Dense> _orders;
    private readonly MemoryBuffer1D<float, Stride1D.Dense> _weights;
    private readonly MemoryBuffer1D<double, Stride1D.Dense> _slopes;
    private readonly Action<Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>> _order;
    private readonly Action<Index1D, ArrayView<float>, ArrayView<float>, ArrayView<double>> _fold;
    private readonly double[] _parts;

    public DeviceTraining(PointwiseLoss<float> loss, Demand demand, Accelerator accelerator)
    {
        _accelerator = accelerator;
        _loss = loss.On(accelerator);
        _known = accelerator.Allocate1D(demand.Known);
        _asked = accelerator.Allocate1D(demand.Asked);
        _orders = accelerator.Allocate1D<float>(demand.Days);
        _weights = accelerator.Allocate1D<float>(Demand.Features);
        int threads = Math.Min(Threads, demand.Days);
        _parts = new double[threads * Demand.Features];
        _slopes = accelerator.Allocate1D<double>(_parts.Length);
        _order = accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>>(
            Order);
        _fold = accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>, ArrayView<double>>(
            Fold);
    }

    public Cost Step(ReadOnlySpan<float> weights, Span<double> slopes)
    {
        _weights.CopyFromCPU(weights.ToArray());
        _order((int)_orders.Length, _known.View, _weights.View, _orders.View);

        // The gradient takes the place of the orders, which nobody needs any more.
        Cost cost = _loss.ValueAndGradient(_orders.View, _asked.View, _orders.View);
        _fold(_parts.Length / Demand.Features, _known.View, _orders.View, _slopes.View);
        _accelerator.Synchronize();
        _slopes.CopyToCPU(_parts);
        slopes.Clear();
        for (int i = 0; i < _parts.Length; i++)
        {
            slopes[i % Demand.Features] += _parts[i];
        }

        return cost;
    }

    public void Dispose()
    {
        _known.Dispose();
        _asked.Dispose();
        _orders.Dispose();
        _weights.Dispose();
        _slopes.Dispose();
    }

    private static void Order(
        Index1D day, ArrayView<float> known, ArrayView<float> weights, ArrayView<float> orders)
    {
        float order = 0;
        for (int k = 0; k < Demand.Features; k++)
        {
            order += weights[k] * known[day * Demand.Features + k];
        }

        orders[day] = order;
    }

    private static void Fold(
        Index1D thread, ArrayView<float> known, ArrayView<float> gradient, ArrayView<double> slopes)
    {
        int threads = (int)slopes.Length / Demand.Features;
        for (int k = 0; k < Demand.Features; k++)
        {
            double slope = 0;
            for (int day = thread; day < gradient.Length; day += threads)
            {
                slope += gradient[day] * (double)known[day * Demand.Features + k];
            }

            slopes[thread * Demand.Features + k] = slope;
        }
    }
}

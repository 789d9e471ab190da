using LossKit.Benchmarks.Catalogue;
using LossKit.Benchmarks.Timing;

namespace LossKit.Benchmarks.Compare;

/// <summary>
/// What a loss costs at least: as long as plain loops take to move the same bytes, and as long as its elementary
/// functions take on data in the nearest cache.
/// </summary>
internal sealed class Roofline
{
    private const int NearCount = 2_048;
    private const int SmallestCount = 512;

    private readonly Dictionary<(Function Function, Order Order), double> _functions = [];
    private readonly Dictionary<(int Reads, int Writes, int Elements), double> _streams = [];
    private float[][] _buffers = [[], [], [], []];

    public Roofline()
    {
        PointwiseData data = new(NearCount);
        data.Fill(new(HasNegativePredictions: true, HasLargePredictions: true, HasZeroTargets: true, false));
        (Function Function, Run Run)[] runs =
        [
            .. Enum.GetValues<Function>().SelectMany(function => Run.OfLossKit(
                ElementaryFunction.AsLoss(function), data.Predictions, data.Targets, data.Gradient, data.Hessian)
                .Select(run => (function, run))),
        ];
        float[][] buffers = [data.Predictions, data.Targets, data.Gradient, data.Hessian];
        Compilation.Finish(
        [
            .. runs.Select(run => run.Run.Contender),
            .. Streams.All(2, 0, buffers),
            .. Streams.All(0, 1, buffers),
            .. Streams.All(0, 2, buffers),
            .. Streams.All(2, 1, buffers),
            .. Streams.All(2, 2, buffers),
        ]);
        (double Median, double Best)[] times = Interleaved.Measure(
            [.. runs.Select(run => run.Run.Contender)], Interleaved.Rounds(NearCount));
        foreach (((Function function, Run run), (double time, _)) in runs.Zip(times))
        {
            _functions[(function, run.Order)] = time / NearCount;
        }
    }

    /// <summary>Bytes per ns of every mixture of streams that was measured.</summary>
    public IEnumerable<(int Reads, int Writes, int Elements, double Bandwidth)> Bandwidths => _streams.Select(
        stream => (stream.Key.Reads, stream.Key.Writes, stream.Key.Elements,
            sizeof(float) * (stream.Key.Reads + stream.Key.Writes) * (double)stream.Key.Elements / stream.Value));

    /// <summary>
    /// The bound as a measurement; none where calls are what a small batch costs, where hardly anything is read, or
    /// where neither bounds the loss.
    /// </summary>
    public Measurement? Bound(Subject subject, Order order)
    {
        if (!subject.HasBound || subject.Elements < SmallestCount || subject.Reads + (int)order == 0)
        {
            return null;
        }

        Order computed = subject.DerivativesAreFree ? Order.Value : order;
        double compute = subject.Elements * subject.Functions.Sum(function => _functions[(function, computed)]);
        double memory = Stream(subject.Reads, (int)order, subject.Elements);
        double bound = Math.Max(compute, memory);
        return new(subject.Loss, subject.Shape, subject.Elements, Run.Bound, order, bound, bound);
    }

    private double Stream(int reads, int writes, int elements)
    {
        if (_streams.TryGetValue((reads, writes, elements), out double known))
        {
            return known;
        }

        if (_buffers[0].Length != elements)
        {
            _buffers = [.. _buffers.Select(_ => new float[elements])];
        }

        (double Median, double Best)[] times = Interleaved.Measure(
            [.. Streams.All(reads, writes, _buffers)], Interleaved.Rounds(elements));
        return _streams[(reads, writes, elements)] = times.Min(time => time.Median);
    }
}

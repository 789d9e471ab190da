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

    private readonly Dictionary<(Function Function, Order Order), double> _functions = [];
    private readonly List<(int Reads, int Writes, int Elements, double Time)> _streams = [];

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
        Compilation.Finish(runs.Select(run => run.Run.Contender));
        (double Median, double Best)[] times = Interleaved.Measure(
            [.. runs.Select(run => run.Run.Contender)], Interleaved.Rounds(NearCount));
        foreach (((Function function, Run run), (double time, _)) in runs.Zip(times))
        {
            _functions[(function, run.Order)] = time / NearCount;
        }
    }

    /// <summary>Bytes per ns of every mixture of streams that was measured.</summary>
    public IEnumerable<(int Reads, int Writes, int Elements, double Bandwidth)> Bandwidths => _streams
        .GroupBy(stream => (stream.Reads, stream.Writes, stream.Elements))
        .Select(group => (group.Key.Reads, group.Key.Writes, group.Key.Elements,
            sizeof(float) * (group.Key.Reads + group.Key.Writes) * (double)group.Key.Elements
                / Interleaved.Median(group.Select(stream => stream.Time))));

    /// <summary>The bound as a measurement; none where hardly anything is moved and nothing computed.</summary>
    /// <param name="subject">What it bounds.</param>
    /// <param name="stream">What plain loops over its arrays took, in turns with it.</param>
    public Measurement Bound(Subject subject, Measurement stream)
    {
        Order computed = subject.DerivativesAreFree ? Order.Value : stream.Order;
        double compute = subject.Elements * subject.Functions.Sum(function => _functions[(function, computed)]);
        _streams.Add((subject.Inputs.Count, (int)stream.Order, subject.Elements, stream.Nanoseconds));
        return stream with
        {
            Contender = Run.Bound,
            Nanoseconds = Math.Max(compute, stream.Nanoseconds),
            Best = Math.Max(compute, stream.Best),
        };
    }
}

using LossKit.Benchmarks.Timing;

namespace LossKit.Benchmarks.Compare;

/// <summary>Measurements by what they are of.</summary>
internal sealed class Comparison(IReadOnlyList<Measurement> measurements)
{
    private static readonly string[] s_contenders =
        [Run.LossKit, Run.Scalar, Run.Tensors, Run.MathNet, Run.PyTorch, Run.Bound];

    private readonly Dictionary<(string Loss, string Shape, Order Order, string Contender), Measurement> _all =
        measurements.ToDictionary(m => (m.Loss, m.Shape, m.Order, m.Contender));

    public IReadOnlyList<Measurement> Measurements => measurements;

    public IEnumerable<string> Shapes => measurements.Select(m => m.Shape).Distinct();

    public IEnumerable<string> Losses(string shape) =>
        measurements.Where(m => m.Shape == shape).Select(m => m.Loss).Distinct();

    /// <summary>Who was measured, in a fixed order.</summary>
    public IEnumerable<string> Contenders(string shape, Order order) => s_contenders.Where(contender =>
        measurements.Any(m => m.Shape == shape && m.Order == order && m.Contender == contender));

    public Measurement? Of(string loss, string shape, Order order, string contender = Run.LossKit) =>
        _all.GetValueOrDefault((loss, shape, order, contender));

    /// <summary>How many times the time of LossKit something takes.</summary>
    public double Ratio(Measurement measurement) => measurement.Nanoseconds
        / _all[(measurement.Loss, measurement.Shape, measurement.Order, Run.LossKit)].Nanoseconds;

    /// <summary>The ratios of a contender for all losses it has.</summary>
    public IEnumerable<double> Ratios(string shape, Order order, string contender) => measurements
        .Where(m => m.Shape == shape && m.Order == order && m.Contender == contender)
        .Select(Ratio);
}

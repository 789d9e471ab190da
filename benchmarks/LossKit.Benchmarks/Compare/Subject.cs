using LossKit.Benchmarks.Catalogue;
using LossKit.Benchmarks.Rivals;
using LossKit.Benchmarks.Timing;

namespace LossKit.Benchmarks.Compare;

/// <summary>A loss on a batch, with all that computes it. Its buffers are shared: one subject at a time.</summary>
internal sealed record Subject
{
    /// <summary>Where sums in float have not yet lost digits, and derivatives are not too many to compare.</summary>
    private const int Large = 1_000_000;

    private const int SmallestBound = 512;

    /// <summary>The factory's call.</summary>
    public required string Loss { get; init; }

    public required string Shape { get; init; }

    /// <summary>How many predictions there are.</summary>
    public required int Elements { get; init; }

    /// <summary>LossKit's first.</summary>
    public required IReadOnlyList<Run> Runs { get; init; }

    public required float[] Gradient { get; init; }

    /// <summary>Those by further predictions, where there are several: of the second of a pair.</summary>
    public IReadOnlyList<float[]> OtherGradients { get; init; } = [];

    public required float[] Hessian { get; init; }

    /// <summary>The functions that each element needs.</summary>
    public required IReadOnlyList<Function> Functions { get; init; }

    /// <summary>The arrays of as many elements that are read.</summary>
    public required IReadOnlyList<float[]> Inputs { get; init; }

    /// <summary>Whether streams and functions bound its time; not where rows are multiplied.</summary>
    public bool HasBound { get; init; } = true;

    /// <summary>Whether derivatives need the same functions as the value and no more, as those of a softmax.</summary>
    public bool DerivativesAreFree { get; init; }

    /// <summary>
    /// Plain loops over the very arrays of the loss: none where calls are what a small batch costs.
    /// </summary>
    public IEnumerable<Run> StreamRuns => Runs
        .Where(run => run.Name == Run.LossKit && HasBound && Elements >= SmallestBound)
        .SelectMany(run => Streams.All(Inputs, new[] { Gradient, Hessian }[..(int)run.Order])
            .Select(stream => new Run(Run.Stream, run.Order, stream)));

    /// <summary>Throws where a rival computes something else.</summary>
    public void Check()
    {
        foreach (IGrouping<Order, Run> runs in Runs.GroupBy(run => run.Order))
        {
            double value = ((Local)runs.First().Contender).Run();
            float[] gradient =
                [.. runs.Key >= Order.Gradient ? OtherGradients.Prepend(Gradient).SelectMany(part => part) : []];
            float[] hessian = [.. runs.Key >= Order.Hessian ? Hessian : []];
            foreach (Run rival in runs.Skip(1))
            {
                Check(rival, value, gradient, hessian);
            }
        }
    }

    /// <summary>What everything took, streams included: of several loops over the same, the fastest.</summary>
    public IEnumerable<Measurement> Measure()
    {
        Run[] runs = [.. Runs, .. StreamRuns];
        (double Median, double Best)[] times = Interleaved.Measure(
            [.. runs.Select(run => run.Contender)], Interleaved.Rounds(Elements));
        return runs
            .Zip(times, (run, time) => new Measurement(Loss, Shape, Elements, run.Name, run.Order, time.Median, time.Best))
            .GroupBy(measurement => (measurement.Contender, measurement.Order))
            .Select(group => group.MinBy(measurement => measurement.Nanoseconds)!);
    }

    private void Check(Run rival, double value, float[] gradient, float[] hessian)
    {
        string name = $"{Loss} by {rival.Name} for {Shape}";
        double tolerance = rival.Name == Run.MathNet && Elements > Large ? 0.02 : Agreement.Tolerance<float>();
        if (rival.Contender is PyTorchContender torch)
        {
            Agreement.OfValues(name, value, torch.Value, tolerance, smallest: 0.01);
            Agreement.OfValues(name, gradient.Sum(x => Math.Abs((double)x)), torch.GradientNorm, 10 * tolerance);
            return;
        }

        Gradient.AsSpan().Fill(float.NaN);
        Hessian.AsSpan().Fill(float.NaN);
        Agreement.OfValues(name, value, ((Local)rival.Contender).Run(), tolerance, smallest: 0.01);
        if (Elements <= Large && gradient.Length > 0)
        {
            Agreement.OfDerivatives<float>(name, gradient, Gradient);
        }

        if (Elements <= Large && hessian.Length > 0)
        {
            Agreement.OfDerivatives<float>(name, hessian, Hessian);
        }
    }
}

namespace LossKit.Tests;

/// <summary>Losses of times in intervals against their definitions.</summary>
[Trait("Category", "Kernels")]
public sealed class IntervalLossTests
{
    private const int People = 23;
    private const int Intervals = 4;

    public static TheoryData<string> Losses => ["survived", "ignored", "mass", "constant"];

    [Theory]
    [MemberData(nameof(Losses))]
    public void Agrees_with_the_definition(string name)
    {
        Sample sample = new(name, size: 3);
        double[] losses = new double[People];
        double[] gradient = new double[sample.Predictions.Length];
        double[] hessian = new double[sample.Predictions.Length];
        IntervalLoss<double> loss = Of<double>(name);
        Cost cost = loss.PerExample(sample.Batch, losses, sample.Weights);
        loss.ValueAndGradient(
            sample.Batch, new() { Predictions = gradient, Hessian = hessian }, sample.Weights, Reduction.Sum)
            .Should().Be(cost);
        loss.Value(sample.Batch, sample.Weights).Should().Be(cost);
        double sum = 0;
        for (int i = 0; i < People; i++)
        {
            double[] row = sample.Predictions[(i * Intervals)..((i + 1) * Intervals)];
            double expected = sample.Definition(row, i);
            losses[i].Should().BeApproximately(expected, 1e-12 * (1 + expected), $"person {i}");
            sum += sample.Weights[i] * expected;
            for (int k = 0; k < Intervals; k++)
            {
                const double Step = 1e-3;
                double At(int steps) =>
                    sample.Definition([.. row.Select((x, j) => j == k ? x + steps * Step : x)], i);
                double slope = (8 * (At(1) - At(-1)) - (At(2) - At(-2))) / (12 * Step);
                double curvature = (16 * (At(1) + At(-1)) - (At(2) + At(-2)) - 30 * At(0)) / (12 * Step * Step);
                gradient[i * Intervals + k].Should().BeApproximately(sample.Weights[i] * slope, 1e-8, $"{i}, {k}");
                hessian[i * Intervals + k].Should().BeApproximately(sample.Weights[i] * curvature, 1e-5, $"{i}, {k}");
            }
        }

        cost.Sum.Should().BeApproximately(sum, 1e-10);
        (cost.Weight, cost.Count).Should().Be((sample.Weights.Sum(), People));

        // The Hessian alone, and the gradient alone.
        double[] again = new double[hessian.Length];
        loss.ValueAndGradient(sample.Batch, new() { Hessian = again }, sample.Weights, Reduction.Sum);
        again.Should().Equal(hessian);
        loss.ValueAndGradient(sample.Batch, new() { Predictions = again }, sample.Weights, Reduction.Sum);
        again.Should().Equal(gradient);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Singles_agree_with_doubles_however_far_out(string name)
    {
        foreach (double size in (double[])[3, 200, 2e4])
        {
            Sample sample = new(name, size);
            float[] predictions = Array.ConvertAll(sample.Predictions, x => (float)x);
            float[] fractions = Array.ConvertAll(sample.Fractions, x => (float)x);
            double[] losses = new double[People];
            float[] singles = new float[People];
            double[] gradient = new double[predictions.Length];
            float[] singleGradient = new float[predictions.Length];
            Of<double>(name).PerExample(sample.Batch, losses);
            Of<double>(name).ValueAndGradient(sample.Batch, new() { Predictions = gradient });
            IntervalSurvival<float> batch = new()
            {
                Predictions = predictions,
                Intervals = sample.Labels,
                Events = sample.Events,
                Fractions = fractions,
            };
            Of<float>(name).PerExample(batch, singles);
            Of<float>(name).ValueAndGradient(batch, new() { Predictions = singleGradient });
            for (int i = 0; i < People; i++)
            {
                ((double)singles[i]).Should().BeApproximately(losses[i], 3e-6 * (Math.Abs(losses[i]) + 1));
            }

            singleGradient.Should().Equal(gradient, (single, wide) => Math.Abs(single - wide) < 2e-6);
        }
    }

    [Fact]
    public void A_hazard_that_is_nearly_0_has_its_logarithm()
    {
        double[] losses = new double[3];
        double[] gradient = new double[3];
        Loss.PiecewiseConstantHazard<double>(1).PerExample(
            new() { Predictions = [-800, -1e4, 1e4], Intervals = [0, 0, 0], Events = [1, 1, 1], Fractions = [1, 0, 0] },
            losses);
        losses.Should().Equal([800, 1e4, -Math.Log(1e4)], (left, right) => Math.Abs(left - right) < 1e-11);
        Loss.PiecewiseConstantHazard<double>(1).ValueAndGradient(
            new() { Predictions = [-800, -1e4, 1e4], Intervals = [0, 0, 0], Events = [1, 1, 1], Fractions = [1, 0, 0] },
            new() { Predictions = gradient },
            reduction: Reduction.Sum);
        gradient.Should().Equal([-1, -1, -1e-4], (left, right) => Math.Abs(left - right) < 1e-14);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_NaN_stays_with_its_person_and_a_weight_of_0_hides_it(string name)
    {
        Sample sample = new(name, size: 3);
        IntervalLoss<double> loss = Of<double>(name);
        double[] clean = new double[sample.Predictions.Length];
        double[] gradient = new double[sample.Predictions.Length];
        loss.ValueAndGradient(sample.Batch, new() { Predictions = clean }, reduction: Reduction.Sum);
        sample.Predictions[5 * Intervals] = double.NaN;
        loss.ValueAndGradient(sample.Batch, new() { Predictions = gradient }, reduction: Reduction.Sum).Sum
            .Should().Be(double.NaN);
        for (int i = 0; i < gradient.Length; i++)
        {
            (i / Intervals == 5 ? double.IsNaN(gradient[i]) : gradient[i] == clean[i]).Should().BeTrue($"entry {i}");
        }

        double[] weights = [.. Enumerable.Range(0, People).Select(i => i == 5 ? 0.0 : 1)];
        double.IsFinite(loss.ValueAndGradient(sample.Batch, new() { Predictions = gradient }, weights).Sum)
            .Should().BeTrue();
        gradient[(5 * Intervals)..(6 * Intervals)].Should().OnlyContain(slope => slope == 0);
        Cost none = loss.ValueAndGradient(sample.Batch, new() { Predictions = gradient }, new double[People]);
        (none.Mean, none.Sum).Should().Be((double.NaN, 0));
        gradient.Should().OnlyContain(slope => slope == 0);
        loss.Value(new() { Predictions = [], Intervals = [], Events = [] }).Count.Should().Be(0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    public void Earlier_events_are_to_be_likelier_by_then(double size)
    {
        const double Sigma = 0.5;
        Sample sample = new("mass", size);
        double[] losses = new double[People];
        double[] gradient = new double[sample.Predictions.Length];
        DeepHitRankLoss<double> loss = Loss.DeepHitRank<double>(Intervals, Sigma);
        Cost cost = loss.PerExample(sample.Batch, losses, sample.Weights);
        loss.ValueAndGradient(sample.Batch, new() { Predictions = gradient }, sample.Weights).Should().Be(cost);
        losses.Should().Equal(Definition(), (left, right) => Math.Abs(left - right) < 1e-12 * (1 + right));
        cost.Sum.Should().BeApproximately(Definition().Zip(sample.Weights, (l, w) => l * w).Sum(), 1e-11);
        (cost.Weight, cost.Count).Should().Be((sample.Weights.Sum(), People));
        for (int i = 0; i < gradient.Length && size == 1; i++)
        {
            double kept = sample.Predictions[i];
            double Mean(int steps)
            {
                sample.Predictions[i] = kept + steps * 1e-3;
                double mean = Definition().Zip(sample.Weights, (l, w) => l * w).Sum() / sample.Weights.Sum();
                sample.Predictions[i] = kept;
                return mean;
            }

            gradient[i].Should().BeApproximately((8 * (Mean(1) - Mean(-1)) - (Mean(2) - Mean(-2))) / 12e-3, 1e-9);
        }

        float[] single = new float[People];
        Loss.DeepHitRank<float>(Intervals, Sigma).PerExample(
            new()
            {
                Predictions = Array.ConvertAll(sample.Predictions, x => (float)x),
                Intervals = sample.Labels,
                Events = sample.Events,
            },
            single);
        single.Should().Equal(losses, (left, right) => Math.Abs(left - right) < 1e-6 * (1 + right));
        loss.ValueAndGradient(sample.Batch, new() { Predictions = gradient }, new double[People]).Mean
            .Should().Be(double.NaN);
        gradient.Should().OnlyContain(slope => slope == 0);
        ((Action)(() => loss.ValueAndGradient(sample.Batch, new() { Hessian = gradient })))
            .Should().Throw<ArgumentException>().WithParameterName("gradients.Hessian");

        double[] Definition()
        {
            double[][] sums =
            [
                .. Enumerable.Range(0, People).Select(i =>
                {
                    double[] x = [.. sample.Predictions[(i * Intervals)..((i + 1) * Intervals)], 0];
                    double largest = x.Max();
                    double total = x.Sum(logit => Math.Exp(logit - largest));
                    return Enumerable.Range(1, Intervals)
                        .Select(k => x.Take(k).Sum(logit => Math.Exp(logit - largest)) / total).ToArray();
                }),
            ];
            return
            [
                .. Enumerable.Range(0, People).Select(i => sample.Events[i] == 0 ? 0 : Enumerable.Range(0, People)
                    .Where(j => sample.Labels[j] > sample.Labels[i]
                        || (sample.Labels[j] == sample.Labels[i] && sample.Events[j] == 0))
                    .Sum(j => Math.Exp((sums[j][sample.Labels[i]] - sums[i][sample.Labels[i]]) / Sigma)) / People),
            ];
        }
    }

    [Fact]
    public void Wrong_batches_are_refused()
    {
        Throws("intervals", () => Loss.DiscreteTimeMass<float>(2).Value(
            new() { Predictions = [1, 2], Intervals = [2], Events = [1] }));
        Throws("events", () => Loss.DiscreteTimeHazard<float>(2).Value(
            new() { Predictions = [1, 2], Intervals = [1], Events = [2] }));
        Throws("fractions", () => Loss.DiscreteTimeHazard<float>(2).Value(
            new() { Predictions = [1, 2], Intervals = [1], Events = [1], Fractions = [1] }));
        Throws("fractions", () => Loss.PiecewiseConstantHazard<float>(2).Value(
            new() { Predictions = [1, 2], Intervals = [1], Events = [1] }));
        Throws("predictions", () => Loss.DiscreteTimeMass<float>(2).Value(
            new() { Predictions = [1, 2, 3], Intervals = [1], Events = [1] }));
        Throws("predictions", () => Loss.DiscreteTimeMass<float>(2).Checked().Value(
            new() { Predictions = [1, float.NaN], Intervals = [1], Events = [1] }));
        Throws("intervals", () => Loss.DiscreteTimeMass<float>(0));

        static void Throws(string parameter, Action call) =>
            call.Should().Throw<ArgumentException>().WithParameterName(parameter);
    }

    private static IntervalLoss<T> Of<T>(string name)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> => name switch
        {
            "survived" => Loss.DiscreteTimeHazard<T>(Intervals),
            "ignored" => Loss.DiscreteTimeHazard<T>(Intervals, CensoredInterval.Ignored),
            "mass" => Loss.DiscreteTimeMass<T>(Intervals),
            _ => Loss.PiecewiseConstantHazard<T>(Intervals),
        };

    private sealed class Sample
    {
        private readonly string _name;

        public Sample(string name, double size)
        {
            _name = name;
            Random random = new(3);

            // Numbers of float, in which only far out of it nothing but rounding differs.
            Predictions =
                [.. Enumerable.Range(0, People * Intervals).Select(_ => (double)(float)(size * (random.NextDouble() - 0.5)))];
            Labels = [.. Enumerable.Range(0, People).Select(i => i % Intervals)];
            Events = [.. Enumerable.Range(0, People).Select(i => i / Intervals % 2)];
            Weights = [.. Enumerable.Range(0, People).Select(i => i % 3 * 0.5)];
            Fractions = name == "constant" ? [.. Enumerable.Range(0, People).Select(i => i % 5 * 0.25)] : [];
        }

        public double[] Predictions { get; }

        public int[] Labels { get; }

        public int[] Events { get; }

        public double[] Weights { get; }

        public double[] Fractions { get; }

        public IntervalSurvival<double> Batch => new()
        {
            Predictions = Predictions,
            Intervals = Labels,
            Events = Events,
            Fractions = Fractions,
        };

        public double Definition(double[] x, int person)
        {
            int k = Labels[person];
            bool isEvent = Events[person] == 1;
            if (_name == "mass")
            {
                double total = 1 + x.Sum(Math.Exp);
                return -Math.Log((isEvent ? Math.Exp(x[k]) : 1 + x.Skip(k + 1).Sum(Math.Exp)) / total);
            }

            double before = x.Take(k).Sum(Softplus);
            return _name switch
            {
                "constant" => before + Fractions[person] * Softplus(x[k]) - (isEvent ? Math.Log(Softplus(x[k])) : 0),
                "survived" => before + Softplus(isEvent ? -x[k] : x[k]),
                _ => before + (isEvent ? Softplus(-x[k]) : 0),
            };
        }

        private static double Softplus(double x) => Math.Log(1 + Math.Exp(x));
    }
}

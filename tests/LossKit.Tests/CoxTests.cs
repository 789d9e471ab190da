using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>Cox's partial likelihood against its definition, person by person and event by event.</summary>
[Trait("Category", "Kernels")]
public sealed class CoxTests
{
    private const int People = 41;

    public static TheoryData<Ties, bool, bool, bool> Settings
    {
        get
        {
            TheoryData<Ties, bool, bool, bool> settings = new();
            for (int bits = 0; bits < 16; bits++)
            {
                settings.Add((Ties)(bits & 1), (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0);
            }

            return settings;
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Agrees_with_the_definition(Ties ties, bool isWeighted, bool hasStrata, bool hasEntries)
    {
        for (int seed = 0; seed < 5; seed++)
        {
            Sample sample = Sample.Random(seed, isWeighted, hasStrata, hasEntries);
            CoxLoss<double> loss = Loss.Cox<double>(ties);
            double[] losses = new double[People];
            double[] gradient = new double[People];
            Cost cost = loss.ValueAndGradient(sample.Batch, new() { Risks = gradient }, sample.Weights, Reduction.Sum);
            loss.PerExample(sample.Batch, losses, sample.Weights);
            (double[] expected, double[] slopes) = ByDefinition(sample, ties);
            cost.Sum.Should().BeApproximately(expected.Select((l, i) => l * sample.WeightOf(i)).Sum(), 1e-11);
            cost.Weight.Should().BeApproximately(
                Enumerable.Range(0, People).Sum(i => sample.Events[i] * sample.WeightOf(i)), 1e-12);
            losses.Should().Equal(expected, Near);
            gradient.Should().Equal(slopes, Near);
            loss.Value(sample.Batch, sample.Weights).Should().Be(cost);
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Floats_are_rounded_only_at_the_end(Ties ties, bool isWeighted, bool hasStrata, bool hasEntries)
    {
        // Inputs that are the same in both.
        Sample sample = Sample.Random(7, isWeighted, hasStrata, hasEntries);
        float[] singles = Array.ConvertAll(sample.Risks, risk => (float)risk);
        float[] weights = Array.ConvertAll(sample.Weights, weight => (float)weight);
        float[] times = Array.ConvertAll(sample.Times, time => (float)time);
        float[] entries = Array.ConvertAll(sample.Entries, entry => (float)entry);
        sample = sample with
        {
            Risks = Array.ConvertAll(singles, risk => (double)risk),
            Weights = Array.ConvertAll(weights, weight => (double)weight),
        };
        double[] expected = new double[People];
        float[] gradient = new float[People];
        Cost ofDoubles = Loss.Cox<double>(ties).ValueAndGradient(
            sample.Batch, new() { Risks = expected }, sample.Weights);
        Cost cost = Loss.Cox<float>(ties).ValueAndGradient(
            new() { Risks = singles, Times = times, Events = sample.Events, Strata = sample.Strata, Entries = entries },
            new() { Risks = gradient },
            weights);
        cost.Mean.Should().BeApproximately(ofDoubles.Mean, 1e-12);
        gradient.Should().Equal(expected, (single, exact) => Math.Abs(single - exact) <= 3e-7 * Math.Abs(exact) + 1e-9);
    }

    [Theory]
    [InlineData(Ties.Breslow)]
    [InlineData(Ties.Efron)]
    public void Risks_may_be_of_any_size(Ties ties)
    {
        Sample sample = Sample.Random(3, isWeighted: true, hasStrata: true, hasEntries: true);
        sample = sample with
        {
            Risks = Array.ConvertAll(sample.Risks, risk => risk > 0.3 ? 1e4 : risk < -0.3 ? -1e4 : risk),
        };
        double[] gradient = new double[People];
        Cost cost = Loss.Cox<double>(ties).ValueAndGradient(
            sample.Batch, new() { Risks = gradient }, sample.Weights, Reduction.Sum);
        (double[] expected, double[] slopes) = ByDefinition(sample, ties);
        cost.Sum.Should().BeApproximately(expected.Select((l, i) => l * sample.WeightOf(i)).Sum(), 1e-6);
        gradient.Should().Equal(slopes, (left, right) => Math.Abs(left - right) < 1e-9);
    }

    [Fact]
    public void What_is_small_is_not_the_rest_of_a_difference()
    {
        // The event outweighs everyone by e^80: log(1 + 2·e^(−80)), whose 1 would swallow the rest.
        double[] gradient = new double[3];
        double[] losses = new double[3];
        Survival<double> batch = new() { Risks = [100, 20, 20], Times = [1, 2, 3], Events = [1, 0, 0] };
        double small = 2 * Math.Exp(-80);
        Loss.Cox<double>().ValueAndGradient(batch, new() { Risks = gradient });
        Loss.Cox<double>().PerExample(batch, losses);
        losses[0].Should().BeApproximately(small, 1e-12 * small);
        gradient[0].Should().BeApproximately(-small, 1e-12 * small);
        gradient[1].Should().BeApproximately(small / 2, 1e-12 * small);
    }

    [Fact]
    public void What_leaves_a_sum_takes_nothing_with_it()
    {
        // At time 1 the giant is not yet at risk: a sum it were subtracted from would have lost the others.
        double[] gradient = new double[3];
        Survival<double> batch = new()
        {
            Risks = [0, 0, 60],
            Times = [1, 5, 6],
            Entries = [0, 0, 2],
            Events = [1, 0, 0],
        };
        Cost cost = Loss.Cox<double>().ValueAndGradient(batch, new() { Risks = gradient });
        cost.Mean.Should().BeApproximately(Math.Log(2), 1e-15);
        gradient.Should().Equal([-0.5, 0.5, 0]);
    }

    [Fact]
    public void A_NaN_stays_in_its_stratum_and_under_a_weight_of_0()
    {
        Sample sample = Sample.Random(1, isWeighted: true, hasStrata: true, hasEntries: false);
        sample.Risks[5] = double.NaN;
        sample.Times[5] = 100;
        double[] gradient = new double[People];
        Cost cost = Loss.Cox<double>().ValueAndGradient(sample.Batch, new() { Risks = gradient }, sample.Weights);
        cost.Mean.Should().Be(double.NaN);
        for (int i = 0; i < People; i++)
        {
            (double.IsNaN(gradient[i]) && sample.Strata[i] != sample.Strata[5]).Should().BeFalse();
        }

        gradient[5].Should().Be(double.NaN);
        sample.Weights[5] = 0;
        sample.Times[5] = double.NaN;
        cost = Loss.Cox<double>().ValueAndGradient(
            sample.Batch, new() { Risks = gradient }, sample.Weights, Reduction.Sum);
        double[] expected = ByDefinition(sample.Without(5), Ties.Breslow).Slopes;
        gradient.Where((_, i) => i != 5).Should().Equal(expected, Near);
        gradient[5].Should().Be(0);
        double.IsFinite(cost.Mean).Should().BeTrue();
    }

    [Fact]
    public void Minus_infinity_is_never_at_risk()
    {
        double[] gradient = new double[3];
        Cost cost = Loss.Cox<double>().ValueAndGradient(
            new() { Risks = [1, double.NegativeInfinity, 1], Times = [1, 2, 3], Events = [1, 0, 0] },
            new() { Risks = gradient });
        cost.Mean.Should().BeApproximately(Math.Log(2), 1e-15);
        gradient.Should().Equal([-0.5, 0, 0.5]);
    }

    [Fact]
    public void Weights_far_from_1_are_those_near_1()
    {
        Sample sample = Sample.Random(2, isWeighted: true, hasStrata: false, hasEntries: false);
        double[] expected = new double[People];
        double[] gradient = new double[People];
        Cost cost = Loss.Cox<double>().ValueAndGradient(sample.Batch, new() { Risks = expected }, sample.Weights);
        Cost scaled = Loss.Cox<double>().ValueAndGradient(
            sample.Batch, new() { Risks = gradient }, [.. sample.Weights.Select(weight => weight * 1e-300)]);
        scaled.Mean.Should().BeApproximately(cost.Mean - 300 * Math.Log(10), 1e-9);
        gradient.Should().Equal(expected, (left, right) => Math.Abs(left - right) < 1e-12);
    }

    [Fact]
    public void Nothing_is_written_before_everything_is_checked()
    {
        double[] gradient = [7, 7];
        double[] losses = [7, 7];
        double[] shared = [1, 2, 3];
        Cases(
            () => Call(new() { Risks = [1, 2], Times = [1], Events = [1, 0] }),
            () => Call(new() { Risks = [1, 2], Times = [1, 2], Events = [1] }),
            () => Call(new() { Risks = [1, 2], Times = [1, 2], Events = [1, 2] }),
            () => Call(new() { Risks = [1, 2], Times = [1, double.NaN], Events = [1, 0] }),
            () => Call(new() { Risks = [1, 2], Times = [1, 2], Events = [1, 0], Strata = [1] }),
            () => Call(new() { Risks = [1, 2], Times = [1, 2], Events = [1, 0], Entries = [0, 2] }),
            () => Call(new() { Risks = [1, 2], Times = [1, 2], Events = [1, 0] }, [1]),
            () => Call(new() { Risks = [1, 2], Times = [1, 2], Events = [1, 0] }, [1, -1]),
            () => Call(new() { Risks = [1, 2, 3], Times = [1, 2, 3], Events = [1, 0, 0] }),
            () => Loss.Cox<double>().ValueAndGradient(
                new() { Risks = shared.AsSpan(0, 2), Times = [1, 2], Events = [1, 0] },
                new() { Risks = shared.AsSpan(1, 2) }),
            () => Loss.Cox<double>().PerExample(
                new() { Risks = [1, 2], Times = shared.AsSpan(0, 2), Events = [1, 0] }, shared.AsSpan(0, 2)),
            () => Loss.Cox<double>().PerExample(
                new() { Risks = [1, 2], Times = [1, 2], Events = [1, 0] }, new double[3]));
        gradient.Should().Equal([7, 7]);
        losses.Should().Equal([7, 7]);
        shared.Should().Equal([1, 2, 3]);

        void Call(Survival<double> batch, double[]? weights = null)
        {
            Loss.Cox<double>().ValueAndGradient(batch, new() { Risks = gradient }, weights);
        }

        static void Cases(params Action[] calls)
        {
            foreach (Action call in calls)
            {
                call.Should().Throw<ArgumentException>().Which.ParamName.Should().NotBeNull();
            }
        }
    }

    [Fact]
    public void Calls_allocate_nothing()
    {
        Sample sample = Sample.Random(1, isWeighted: true, hasStrata: true, hasEntries: true);
        double[] gradient = new double[People];
        CoxLoss<double> loss = Loss.Cox<double>(Ties.Efron);
        Allocations.Of(() => loss.ValueAndGradient(sample.Batch, new() { Risks = gradient }, sample.Weights))
            .Should().Be(0);
    }

    [Fact]
    public void An_empty_batch_has_a_NaN_mean()
    {
        Cost cost = Loss.Cox<float>().Value(new() { Risks = [], Times = [], Events = [] });
        (cost.Mean, cost.Sum, cost.Weight, cost.Count).Should().Be((double.NaN, 0, 0, 0));
    }

    private static bool Near(double left, double right) =>
        left.Equals(right) || Math.Abs(left - right) <= 1e-12 + 1e-11 * Math.Abs(right);

    /// <summary>
    /// Losses and the gradient of their weighted sum: the definition, with a shift that keeps it finite.
    /// </summary>
    private static (double[] Losses, double[] Slopes) ByDefinition(Sample sample, Ties ties)
    {
        int n = sample.Risks.Length;
        double[] losses = new double[n];
        double[] slopes = new double[n];
        for (int i = 0; i < n; i++)
        {
            if (sample.Events[i] == 0)
            {
                continue;
            }

            int[] atRisk = [.. Enumerable.Range(0, n).Where(j => sample.StratumOf(j) == sample.StratumOf(i)
                && sample.EntryOf(j) < sample.Times[i] && sample.Times[i] <= sample.Times[j]
                && sample.WeightOf(j) > 0)];
            int[] tied = [.. atRisk.Where(j => sample.Events[j] == 1 && sample.Times[j] == sample.Times[i])];
            double shift = atRisk.Max(j => sample.Risks[j]);
            double[] shares =
                [.. Enumerable.Range(0, n).Select(j => sample.WeightOf(j) * Math.Exp(sample.Risks[j] - shift))];
            int steps = ties == Ties.Efron ? tied.Length : 1;
            for (int l = 0; l < steps; l++)
            {
                // Far apart, the tied ones would be the sum themselves, and their difference only rounding errors.
                double kept = 1 - (double)l / steps;
                double sum = atRisk.Except(tied).Sum(j => shares[j]) + kept * tied.Sum(j => shares[j]);
                losses[i] += (shift - sample.Risks[i] + Math.Log(sum)) / steps;
                foreach (int j in atRisk)
                {
                    slopes[j] += sample.WeightOf(i) / steps * shares[j] * (tied.Contains(j) ? kept : 1) / sum;
                }
            }

            slopes[i] -= sample.WeightOf(i);
        }

        return (losses, slopes);
    }

    private sealed record Sample
    {
        public required double[] Risks { get; init; }

        public required double[] Times { get; init; }

        public required int[] Events { get; init; }

        public int[] Strata { get; init; } = [];

        public double[] Entries { get; init; } = [];

        public double[] Weights { get; init; } = [];

        public Survival<double> Batch =>
            new() { Risks = Risks, Times = Times, Events = Events, Strata = Strata, Entries = Entries };

        public static Sample Random(int seed, bool isWeighted, bool hasStrata, bool hasEntries)
        {
            Random random = new(seed);
            double[] times = Make(() => random.Next(1, 9));
            return new()
            {
                Risks = Make(() => 4 * random.NextDouble() - 2),
                Times = times,
                Events = Array.ConvertAll(times, _ => random.Next(3) == 0 ? 0 : 1),
                Strata = hasStrata ? Array.ConvertAll(times, _ => random.Next(-1, 2)) : [],
                Entries = hasEntries ? Array.ConvertAll(times, time => time - random.Next(1, 9)) : [],
                Weights = isWeighted ? Make(() => 0.25 * random.Next(1, 9)) : [],
            };

            static double[] Make(Func<double> next) => [.. Enumerable.Range(0, People).Select(_ => next())];
        }

        public double WeightOf(int i) => Weights.Length == 0 ? 1 : Weights[i];

        public int StratumOf(int i) => Strata.Length == 0 ? 0 : Strata[i];

        public double EntryOf(int i) => Entries.Length == 0 ? double.NegativeInfinity : Entries[i];

        public Sample Without(int person) => new()
        {
            Risks = [.. Risks.Where((_, i) => i != person)],
            Times = [.. Times.Where((_, i) => i != person)],
            Events = [.. Events.Where((_, i) => i != person)],
            Strata = [.. Strata.Where((_, i) => i != person)],
            Weights = [.. Weights.Where((_, i) => i != person)],
        };
    }
}

using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleSurvivalMetricTests : SurvivalMetricTests<float>;

public sealed class DoubleSurvivalMetricTests : SurvivalMetricTests<double>;

/// <summary>Metrics of times until an event against their definitions, which compare everyone with everyone.</summary>
public abstract class SurvivalMetricTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int People = 60;

    public static TheoryData<bool, bool, bool> Settings => new()
    {
        { false, false, false },
        { true, false, false },
        { false, true, false },
        { true, true, false },
        { false, false, true },
        { true, true, true },
    };

    [Fact]
    public void Remissions_of_leukemia()
    {
        // Freireich et al., Blood 21, 1963, as in Cox and Oakes, 1984: 21 patients with 6-mercaptopurine.
        T[] times = Numbers(6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35);
        int[] events = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0];
        KaplanMeier estimate = KaplanMeier.Of<T>(times, events);
        estimate.Times.ToArray().Should().Equal(6, 7, 10, 13, 16, 22, 23);
        estimate.Shares.ToArray().Should().Equal(
            [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], (share, known) => Math.Abs(share - known) < 5e-4);
        estimate.Quantile(0.5).Should().Be(23);
        estimate.Quantile(0.9).Should().Be(double.PositiveInfinity);
        (estimate.At(5.9), estimate.Before(6), estimate.At(6)).Should().Be((1, 1, 18.0 / 21));
        (estimate.Before(7), estimate.At(100), estimate.At(double.NegativeInfinity))
            .Should().Be((18.0 / 21, estimate.Shares[^1], 1));
        estimate.At(double.NaN).Should().Be(double.NaN);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Kaplan_and_Meier_count_who_is_left(bool isWeighted)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Sample sample = Sample.Random(seed, isWeighted);
            KaplanMeier estimate = KaplanMeier.Of<T>(sample.Times, sample.Events, sample.Weights);
            KaplanMeier ofCensoring = KaplanMeier.OfCensoring<T>(sample.Times, sample.Events, sample.Weights);
            for (double time = -0.5; time < 14; time += 0.5)
            {
                estimate.At(time).Should().BeApproximately(sample.Share(time, isBefore: false, 1), 1e-14);
                estimate.Before(time).Should().BeApproximately(sample.Share(time, isBefore: true, 1), 1e-14);
                ofCensoring.At(time).Should().BeApproximately(sample.Share(time, isBefore: false, 0), 1e-14);
                ofCensoring.Before(time).Should().BeApproximately(sample.Share(time, isBefore: true, 0), 1e-14);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Harrell_compares_all_pairs(bool isWeighted, bool hasStrata, bool hasEntries)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Sample sample = Sample.Random(seed, isWeighted, hasStrata, hasEntries);
            double? until = seed % 2 == 0 ? null : 6;
            (double right, double all, long pairs) = sample.Concordance(until, _ => 1);
            Cost cost = Loss.ConcordanceIndex<T>(until).Value(sample.Batch, sample.Weights);
            pairs.Should().BePositive();
            cost.Count.Should().Be(pairs);
            cost.Weight.Should().BeApproximately(all, 1e-12 * all);
            cost.Sum.Should().BeApproximately(right, 1e-12 * all);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Uno_weighs_by_who_is_watched(bool isWeighted)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Sample sample = Sample.Random(seed, isWeighted, hasStrata: seed % 2 == 0);
            Sample reference = Sample.Random(seed + 100, isWeighted);
            double until = 9;
            KaplanMeier censoring = KaplanMeier.OfCensoring<T>(reference.Times, reference.Events, reference.Weights);
            (double right, double all, long pairs) =
                sample.Concordance(until, time => Math.Pow(reference.Share(time, isBefore: true, 0), -2));
            Cost cost = Loss.ConcordanceIndex<T>(until).Value(sample.Batch, censoring, sample.Weights);
            cost.Count.Should().Be(pairs);
            cost.Weight.Should().BeApproximately(all, 1e-12 * all);
            cost.Sum.Should().BeApproximately(right, 1e-12 * all);
            cost.Mean.Should().NotBe(Loss.ConcordanceIndex<T>(until).Value(sample.Batch, sample.Weights).Mean);
        }
    }

    [Fact]
    public void Orders_of_four()
    {
        Cost cost = Index([4, 3, 2, 1], [1, 2, 3, 4], [1, 1, 1, 1]);
        (cost.Mean, cost.Count).Should().Be((1, 6));
        Index([1, 2, 3, 4], [1, 2, 3, 4], [1, 1, 1, 1]).Mean.Should().Be(0);
        Index([1, 1, 1, 1], [1, 2, 3, 4], [1, 1, 1, 1]).Mean.Should().Be(0.5);

        // Who is censored is only known to outlast those before, and at the same time.
        Index([4, 3, 2, 1], [1, 2, 3, 4], [1, 0, 1, 1]).Count.Should().Be(4);
        Index([1, 2], [3, 3], [1, 0]).Should().Be(new Cost(0, 1, 1));
        Index([1, 2], [3, 3], [1, 1]).Count.Should().Be(0);
        Index([1, 2], [3, 3], [1, 1]).Mean.Should().Be(double.NaN);
        Index([], [], []).Should().Be(default(Cost));
        Index([double.PositiveInfinity, double.NegativeInfinity], [1, 2], [1, 1]).Mean.Should().Be(1);
        Index([1e20, -1e20], [1, double.PositiveInfinity], [1, 0]).Mean.Should().Be(1);

        static Cost Index(double[] risks, double[] times, int[] events) => Loss.ConcordanceIndex<T>().Value(
            new() { Risks = Numbers(risks), Times = Numbers(times), Events = events });
    }

    [Fact]
    public void What_a_weight_of_0_covers_is_not_seen_and_a_NaN_that_counts_is()
    {
        T[] risks = [T.One, T.NaN, T.Zero];
        T[] times = [T.One, T.NaN, T.One + T.One];
        Cost cost = Loss.ConcordanceIndex<T>().Value(
            new() { Risks = risks, Times = times, Events = [1, 1, 1] }, [T.One, T.Zero, T.One]);
        cost.Should().Be(new Cost(1, 1, 1));
        times[1] = T.One;
        Cost ofNaN = Loss.ConcordanceIndex<T>().Value(new() { Risks = risks, Times = times, Events = [1, 1, 1] });
        (ofNaN.Mean, ofNaN.Count).Should().Be((double.NaN, 2));

        // The second has an event before the third, of another stratum; what it is compared with alone is NaN.
        T[] ofStrata = [T.One, T.NaN, T.Zero, T.NaN];
        Loss.ConcordanceIndex<T>().Value(new()
        {
            Risks = ofStrata,
            Times = Numbers(1, 1, 2, 0),
            Events = [1, 1, 1, 0],
            Strata = [1, 2, 1, 1],
        }).Should().Be(new Cost(1, 1, 1));
    }

    [Theory]
    [InlineData(1e-30)]
    [InlineData(1e30)]
    public void Weights_of_any_size(double size)
    {
        Sample sample = Sample.Random(5, isWeighted: true);
        T[] large = [.. sample.Weights.Select(weight => weight * T.CreateTruncating(size))];
        KaplanMeier censoring = KaplanMeier.OfCensoring<T>(sample.Times, sample.Events, sample.Weights);
        KaplanMeier same = KaplanMeier.OfCensoring<T>(sample.Times, sample.Events, large);
        same.Shares.ToArray().Should().Equal(censoring.Shares.ToArray(), (one, other) => Math.Abs(one - other) < 1e-6);
        Loss.ConcordanceIndex<T>(9).Value(sample.Batch, censoring, large).Mean.Should().BeApproximately(
            Loss.ConcordanceIndex<T>(9).Value(sample.Batch, censoring, sample.Weights).Mean, 1e-6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Brier_scores_are_those_of_the_definition(bool isWeighted)
    {
        for (int seed = 0; seed < 10; seed++)
        {
            Sample sample = Sample.Random(seed, isWeighted);
            Sample reference = Sample.Random(seed + 100, isWeighted);
            double[] grid = [0.5, 2, 3, 4.5, 8];
            T[] curves = Sample.Curves(grid.Length);
            SurvivalCurves<T> batch = new()
            {
                Survival = curves,
                Grid = Numbers(grid),
                Times = sample.Times,
                Events = sample.Events,
                Censoring = KaplanMeier.OfCensoring<T>(reference.Times, reference.Events, reference.Weights),
            };
            double[][] expected =
            [
                .. Enumerable.Range(0, People).Select(i => grid.Select((time, k) => Score(i, time, k)).ToArray()),
            ];
            double[] integrals = [.. expected.Select(scores => Integral(grid, scores))];
            double[] weights = [.. Enumerable.Range(0, People).Select(sample.WeightOf)];
            T[] values = new T[People];
            Cost cost = Loss.IntegratedBrierScore<T>().PerExample(batch, values, sample.Weights);
            values.Select(Samples.ToDouble).Should().Equal(
                integrals, (value, integral) => Math.Abs(value - integral) <= Samples.Close<T>() * (1 + integral));
            cost.Count.Should().Be(People);
            cost.Weight.Should().BeApproximately(weights.Sum(), 1e-12);
            cost.Mean.Should().BeApproximately(integrals.Zip(weights, (x, w) => w * x).Sum() / weights.Sum(), 1e-12);
            Loss.IntegratedBrierScore<T>().Value(batch, sample.Weights).Should().Be(cost);
            Cost[] ofTimes = new Cost[grid.Length];
            Loss.IntegratedBrierScore<T>().PerTime(batch, ofTimes, sample.Weights);
            for (int k = 0; k < grid.Length; k++)
            {
                ofTimes[k].Mean.Should().BeApproximately(
                    expected.Select((scores, i) => weights[i] * scores[k]).Sum() / weights.Sum(), 1e-12);
            }

            Integral(grid, [.. ofTimes.Select(score => score.Mean)]).Should().BeApproximately(cost.Mean, 1e-12);

            double Score(int i, double time, int k)
            {
                double survival = Samples.ToDouble(curves[i * grid.Length + k]);
                double own = Samples.ToDouble(sample.Times[i]);
                return own > time ? Math.Pow(1 - survival, 2) / reference.Share(time, isBefore: false, 0)
                    : sample.Events[i] == 1 ? Math.Pow(survival, 2) / reference.Share(own, isBefore: true, 0)
                    : 0;
            }
        }

        static double Integral(double[] times, double[] scores) => Enumerable.Range(1, times.Length - 1)
            .Sum(k => (times[k] - times[k - 1]) * (scores[k] + scores[k - 1]) / 2) / (times[^1] - times[0]);
    }

    [Fact]
    public void Brier_scores_of_two_by_hand()
    {
        // Nobody is lost before the end: a quarter of a guess, and nothing of who knows.
        T[] times = Numbers(1, 3);
        Cost Score(double[] survival, double[] grid) => Loss.IntegratedBrierScore<T>().Value(new()
        {
            Survival = Numbers(survival),
            Grid = Numbers(grid),
            Times = times,
            Events = [1, 1],
            Censoring = KaplanMeier.OfCensoring<T>(times, [1, 1]),
        });
        Score([0.5, 0.5], [2]).Should().Be(new Cost(0.5, 2, 2));
        Score([1, 0, 1, 1], [0.5, 2]).Mean.Should().Be(0);
        Score([0, 0, 0, 0], [0.5, 2.5]).Mean.Should().Be(0.75);

        // At 2, the second has 1 − ¾ and the first is lost, as half of all were by then.
        Loss.IntegratedBrierScore<T>().Value(new()
        {
            Survival = [T.NaN, T.CreateTruncating(0.75)],
            Grid = Numbers(2),
            Times = times,
            Events = [0, 1],
            Censoring = KaplanMeier.OfCensoring<T>(times, [0, 1]),
        }).Should().Be(new Cost(0.0625 / 0.5, 2, 2));
    }

    [Fact]
    public void What_nobody_can_be_is_told()
    {
        T[] three = Numbers(1, 2, 3);
        int[] ended = [1, 1, 1];
        KaplanMeier all = KaplanMeier.OfCensoring<T>(three, ended);
        KaplanMeier lost = KaplanMeier.OfCensoring<T>(Numbers(1, 2), [1, 0]);
        ConcordanceIndex<T> index = Loss.ConcordanceIndex<T>();
        Says(
            () => index.Value(new() { Risks = three, Times = three.AsSpan(1), Events = ended }),
            "'times' has 2 entries*3 people*");
        Says(() => index.Value(new() { Risks = three, Times = three, Events = [1] }), "'events' has 1 entries*");
        Says(() => index.Value(new() { Risks = three, Times = three, Events = [1, 2, 1] }), "events[1] is 2*0 or 1*");
        Says(
            () => index.Value(new() { Risks = three, Times = [T.One, T.NaN, T.One], Events = ended }),
            "times[1] is NaN*");
        Says(
            () => index.Value(new() { Risks = three, Times = three, Events = ended, Entries = three }),
            "entries[0] is 1, but must be before times[0]*");
        Says(
            () => index.Value(new() { Risks = three, Times = three, Events = ended }, [T.One, -T.One, T.One]),
            "weights[1] is -1*");
        Says(
            () => index.Value(new() { Risks = three, Times = three, Events = ended }, lost),
            "times[2] is 3, but must be a time until which anyone is watched by 'censoring'*");
        Loss.ConcordanceIndex<T>(until: 3).Value(new() { Risks = three, Times = three, Events = ended }, lost)
            .Count.Should().Be(3);
        Says(
            () => index.Value(
                new() { Risks = three, Times = three, Events = ended, Entries = Numbers(0, 0, 0) }, all),
            "'entries' are given*");
        Says(
            () => index.Value(new() { Risks = three, Times = three, Events = ended }, (KaplanMeier)null!),
            "*censoring*");
        Says(() => Loss.ConcordanceIndex<T>(double.NaN), "'until' must be a number*");
        Says(() => KaplanMeier.Of<T>([], []), "'times' has 0 entries, but at least one person*");
        Says(() => KaplanMeier.Of<T>(three, ended, new T[3]), "'times' has 3 entries, but at least one person*");
        Says(() => all.Quantile(1), "'quantile' must be*");

        Says(() => Brier(three[1..], three, all), "'survival' has 2 entries, but must have 9, 3 for each of 3 people*");
        Says(() => Brier([], [], all), "'grid' is empty*");
        Says(() => Brier(new T[6], Numbers(2, 2), all), "grid[1] is 2, but must be after grid[0]*");
        Says(() => Brier(new T[3], [T.PositiveInfinity], all), "grid[0] is *: must be a finite number*");
        Says(() => Brier(new T[3], Numbers(2.5), lost), "grid[0] is 2.5, but must be a time until which anyone*");
        Says(() => Brier(new T[3], Numbers(3), lost), "times[2] is 3, but must be a time until which anyone*");
        Says(() => Brier(new T[3], Numbers(2), null!), "*censoring*");
        Says(
            () =>
            {
                Loss.IntegratedBrierScore<T>().PerTime(Batch(new T[3], Numbers(2), all), new Cost[2]);
                return 0;
            },
            "'scores' has 2 entries*");
        Says(
            () => Loss.IntegratedBrierScore<T>().PerExample(Batch(three, Numbers(2), all), three),
            "'values' overlaps 'survival'*");

        object Brier(T[] survival, T[] grid, KaplanMeier censoring) =>
            Loss.IntegratedBrierScore<T>().Value(Batch(survival, grid, censoring));

        SurvivalCurves<T> Batch(T[] survival, T[] grid, KaplanMeier censoring) => new()
        {
            Survival = survival,
            Grid = grid,
            Times = Numbers(1, 2, 3),
            Events = ended,
            Censoring = censoring,
        };
    }

    [Fact]
    public void A_call_does_not_allocate()
    {
        Sample sample = Sample.Random(1, isWeighted: true, hasStrata: true, hasEntries: true);
        KaplanMeier censoring = KaplanMeier.OfCensoring<T>(sample.Times, sample.Events);
        ConcordanceIndex<T> index = Loss.ConcordanceIndex<T>();
        Allocations.Of(() => index.Value(sample.Batch, sample.Weights)).Should().Be(0);
        T[] grid = Numbers(1, 2, 3);
        T[] curves = Sample.Curves(grid.Length);
        IntegratedBrierScore<T> brier = Loss.IntegratedBrierScore<T>();
        Allocations.Of(() => brier.Value(
            new()
            {
                Survival = curves,
                Grid = grid,
                Times = sample.Times,
                Events = sample.Events,
                Censoring = censoring,
            },
            sample.Weights)).Should().Be(0);
    }

    private static void Says(Func<object> call, string message) =>
        call.Should().Throw<ArgumentException>().WithMessage(message);

    private static T[] Numbers(params double[] numbers) => [.. numbers.Select(T.CreateTruncating)];

    /// <summary>People of whom many share times and risks; someone is always watched to the last time.</summary>
    private sealed record Sample(T[] Risks, T[] Times, int[] Events, T[] Weights, int[] Strata, T[] Entries)
    {
        public Survival<T> Batch => new()
        {
            Risks = Risks,
            Times = Times,
            Events = Events,
            Strata = Strata,
            Entries = Entries,
        };

        public static Sample Random(
            int seed, bool isWeighted, bool hasStrata = false, bool hasEntries = false)
        {
            Random random = new(seed);
            T[] times = Drawn(1, 13);
            T[] weights = isWeighted ? [.. Drawn(0, 6).Select(x => x / T.CreateTruncating(4))] : [];
            times[^1] = T.CreateTruncating(20);
            if (isWeighted)
            {
                weights[^1] = T.One;
            }

            return new(
                Drawn(-4, 5),
                times,
                [.. Enumerable.Range(0, People).Select(_ => random.Next(3) > 0 ? 1 : 0)],
                weights,
                hasStrata ? [.. Enumerable.Range(0, People).Select(_ => random.Next(-1, 2))] : [],
                hasEntries ? [.. times.Select(time => time - T.CreateTruncating(random.Next(1, 8)))] : []);

            T[] Drawn(int from, int to) =>
                [.. Enumerable.Range(0, People).Select(_ => T.CreateTruncating(random.Next(from, to)))];
        }

        public double WeightOf(int i) => Weights.Length == 0 ? 1 : Samples.ToDouble(Weights[i]);

        public static T[] Curves(int times)
        {
            Random random = new(times);
            return [.. Enumerable.Range(0, People * times).Select(_ => T.CreateTruncating(random.NextDouble()))];
        }

        /// <summary>
        /// Kaplan's and Meier's product, of events or of censorings, which are after events of the same time.
        /// </summary>
        public double Share(double time, bool isBefore, int isEvent)
        {
            double share = 1;
            double[] times = [.. Times.Select(Samples.ToDouble)];
            foreach (double at in times.Distinct().Where(at => at < time || (at == time && !isBefore)))
            {
                int[] left =
                [
                    .. Enumerable.Range(0, People)
                        .Where(i => times[i] > at || (times[i] == at && (isEvent == 1 || Events[i] == 0))),
                ];
                double lost = left.Where(i => times[i] == at && Events[i] == isEvent).Sum(WeightOf);
                share *= lost == 0 ? 1 : 1 - lost / left.Sum(WeightOf);
            }

            return share;
        }

        public (double Right, double All, long Pairs) Concordance(double? until, Func<double, double> factor)
        {
            (double right, double all, long pairs) = (0, 0, 0);
            for (int i = 0; i < People; i++)
            {
                double time = Samples.ToDouble(Times[i]);
                if (Events[i] == 0 || !(time < (until ?? double.PositiveInfinity)) || WeightOf(i) == 0)
                {
                    continue;
                }

                for (int j = 0; j < People; j++)
                {
                    bool isLater = Times[j] > Times[i] || (Times[j] == Times[i] && Events[j] == 0);
                    bool isThere = Entries.Length == 0 || Entries[j] < Times[i];
                    if (isLater && isThere && WeightOf(j) != 0 && (Strata.Length == 0 || Strata[i] == Strata[j]))
                    {
                        double weight = WeightOf(i) * WeightOf(j) * factor(time);
                        all += weight;
                        pairs++;
                        right += weight * (Risks[i] > Risks[j] ? 1 : Risks[i] == Risks[j] ? 0.5 : 0);
                    }
                }
            }

            return (right, all, pairs);
        }
    }
}

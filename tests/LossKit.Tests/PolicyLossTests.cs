namespace LossKit.Tests;

/// <summary>Losses of rollouts against their definitions.</summary>
public sealed class PolicyLossTests
{
    private static readonly int[] s_lengths = [3, 1, 9, 2, 40];

    [Theory]
    [InlineData(TokenAggregation.TokenMean, ImportanceRatio.Token, null)]
    [InlineData(TokenAggregation.TokenMean, ImportanceRatio.Sequence, 1.5)]
    [InlineData(TokenAggregation.SequenceMean, ImportanceRatio.Token, 1.5)]
    [InlineData(TokenAggregation.SequenceMean, ImportanceRatio.Sequence, null)]
    [InlineData(TokenAggregation.SequenceSum, ImportanceRatio.Sequence, 1.5)]
    public void Clipped_policy_is_its_definition(
        TokenAggregation aggregation, ImportanceRatio importance, double? dualClip) => Check(
            Loss.ClippedPolicy<double>(0.2, 0.3, dualClip, importance, 0.1, aggregation, 7),
            Loss.ClippedPolicy<float>(0.2, 0.3, dualClip, importance, 0.1, aggregation, 7),
            (logRatio, p, advantage, reference, _) =>
            {
                double ratio = Math.Exp(logRatio);
                double free = Math.Min(ratio, dualClip ?? double.PositiveInfinity) * advantage;
                double kl = Math.Exp(reference - p) - 1 - (reference - p);
                return 0.1 * kl - Math.Min(free, Math.Clamp(ratio, 0.8, 1.3) * advantage);
            });

    [Theory]
    [InlineData(TokenAggregation.TokenMean)]
    [InlineData(TokenAggregation.SequenceMean)]
    public void Cispo_is_its_definition(TokenAggregation aggregation) => Check(
        Loss.Cispo<double>(1.25, aggregation),
        Loss.Cispo<float>(1.25, aggregation),
        (_, p, advantage, _, held) => -Math.Min(Math.Exp(held), 1.25) * advantage * p);

    [Fact]
    public void An_advantage_of_0_costs_nothing_however_far_the_policy_has_moved()
    {
        double[] gradient = new double[3];
        Cost cost = Loss.ClippedPolicy<double>(importance: ImportanceRatio.Token).ValueAndGradient(
            new()
            {
                LogProbabilities = [0, -1, -2],
                OldLogProbabilities = [-1e4, -1e4, -2],
                Advantages = [0, 2, 1],
                Lengths = [3],
            },
            new() { LogProbabilities = gradient },
            reduction: Reduction.Sum);
        cost.Sum.Should().BeApproximately(-1.2 * 2 - 1, 1e-12);
        gradient.Should().Equal(0, 0, -1);
    }

    [Fact]
    public void A_NaN_stays_in_its_token_or_sequence()
    {
        double[] given = [-1, double.NaN, -2, -3];
        foreach (ImportanceRatio importance in Enum.GetValues<ImportanceRatio>())
        {
            double[] gradient = new double[4];
            PolicyLoss<double> loss = Loss.ClippedPolicy<double>(importance: importance);
            Rollouts<double> batch = new()
            {
                LogProbabilities = given,
                OldLogProbabilities = [-1, -1, -2, -3],
                Advantages = [1, 1, 1, 1],
                Lengths = [2, 2],
            };
            loss.ValueAndGradient(batch, new() { LogProbabilities = gradient }).Mean.Should().Be(double.NaN);
            gradient.Select(double.IsNaN).Should().Equal(
                [importance == ImportanceRatio.Sequence, true, false, false]);
            loss.ValueAndGradient(batch, new() { LogProbabilities = gradient }, [0, 0, 1, 1]).Mean.Should().Be(-1);
            gradient.Should().Equal(0, 0, -0.5, -0.5);
        }
    }

    [Theory]
    [InlineData(TokenAggregation.TokenMean)]
    [InlineData(TokenAggregation.SequenceMean)]
    [InlineData(TokenAggregation.SequenceSum)]
    public void Where_all_tokens_are_masked_the_gradient_is_0(TokenAggregation aggregation)
    {
        foreach (ImportanceRatio importance in Enum.GetValues<ImportanceRatio>())
        {
            double[] gradient = [7, 7, 7];
            Loss.ClippedPolicy<double>(importance: importance, aggregation: aggregation).ValueAndGradient(
                new()
                {
                    LogProbabilities = [double.NaN, -1, -2],
                    OldLogProbabilities = [-1, double.NaN, -2],
                    Advantages = [1, 1, double.NaN],
                    Lengths = [2, 1],
                    Mask = new bool[3],
                },
                new() { LogProbabilities = gradient },
                reduction: Reduction.Sum);
            gradient.Should().Equal(0, 0, 0);
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        double[] gradient = [7, 7];
        double[] two = [-1, -1];
        foreach (Action call in new Action[]
        {
            () => Call(Loss.ClippedPolicy<double>(), [-1], two, [], [2], []),
            () => Call(Loss.ClippedPolicy<double>(), two, [1], [], [2], []),
            () => Call(Loss.ClippedPolicy<double>(), two, two, [-1], [2], []),
            () => Call(Loss.ClippedPolicy<double>(klWeight: 1), two, two, [], [2], []),
            () => Call(Loss.ClippedPolicy<double>(), two, two, [], [1], []),
            () => Call(Loss.ClippedPolicy<double>(), two, two, [], [2], [true]),
            () => Call(Loss.ClippedPolicy<double>(), two, two, [], [2], [], [1]),
            () => Call(
                Loss.ClippedPolicy<double>(aggregation: TokenAggregation.SequenceSum), two, two, [], [2], [], two),
            () => Call(Loss.ClippedPolicy<double>(), gradient, two, [], [2], []),
            () => Loss.ClippedPolicy<double>(clipLow: 2),
            () => Loss.ClippedPolicy<double>(dualClip: 0),
            () => Loss.ClippedPolicy<double>(normalizer: 0),
            () => Loss.ClippedPolicy<double>(aggregation: (TokenAggregation)9),
            () => Loss.ClippedPolicy<double>(importance: (ImportanceRatio)9),
            () => Loss.Cispo<double>(0),
        })
        {
            call.Should().Throw<ArgumentException>().Which.ParamName.Should().NotBeNull();
        }

        gradient.Should().Equal([7, 7]);

        void Call(
            PolicyLoss<double> loss,
            double[] old,
            double[] advantages,
            double[] reference,
            int[] lengths,
            bool[] mask,
            double[]? weights = null) => loss.ValueAndGradient(
                new()
                {
                    LogProbabilities = two,
                    OldLogProbabilities = old,
                    Advantages = advantages,
                    ReferenceLogProbabilities = reference,
                    Lengths = lengths,
                    Mask = mask,
                },
                new() { LogProbabilities = gradient },
                weights);
    }

    /// <param name="loss">The loss.</param>
    /// <param name="single">The same of floats.</param>
    /// <param name="definition">
    /// Of log-ratio, log-probability, advantage, reference and a log-ratio that is held constant.
    /// </param>
    private static void Check(
        PolicyLoss<double> loss, PolicyLoss<float> single, Func<double, double, double, double, double, double> definition)
    {
        Random random = new(3);
        int tokens = s_lengths.Sum();
        double[] p = Numbers(() => -3 * random.NextDouble());
        double[] old = [.. p.Select(x => x + random.NextDouble() - 0.5)];
        double[] advantages = Numbers(() => 2 * random.NextDouble() - 1);
        double[] reference = [.. p.Select(x => x + random.NextDouble() - 0.5)];
        bool[] mask = [.. Enumerable.Range(0, tokens).Select(i => i != 3 && random.Next(4) > 0)];
        double[] weights = [.. Enumerable.Range(0, loss.Losses(new()
        {
            LogProbabilities = p,
            OldLogProbabilities = old,
            Advantages = advantages,
            Lengths = s_lengths,
        })).Select(_ => (double)random.Next(3))];
        double[] losses = new double[weights.Length];
        double[] gradient = new double[tokens];

        // What is masked may hold anything.
        double[] given = [.. p.Select((x, i) => mask[i] ? x : double.NaN)];
        Cost cost = loss.ValueAndGradient(
            Rollouts(given, old, advantages, reference),
            new() { LogProbabilities = gradient },
            weights,
            Reduction.Sum);
        loss.PerExample(Rollouts(given, old, advantages, reference), losses, weights).Should().Be(cost);
        double[] expected = Losses(p);
        losses.Should().Equal(expected, (left, right) => Math.Abs(left - right) < 1e-12);
        cost.Sum.Should().BeApproximately(Sum(p), 1e-11);
        for (int i = 0; i < tokens; i++)
        {
            double slope = (8 * (Moved(1) - Moved(-1)) - (Moved(2) - Moved(-2))) / 12e-4;
            gradient[i].Should().BeApproximately(slope, 1e-7);

            double Moved(int steps) => Sum([.. p.Select((x, j) => j == i ? x + 1e-4 * steps : x)]);
        }

        float[] singles = new float[tokens];
        single.ValueAndGradient(
            Rollouts(Singles(given), Singles(old), Singles(advantages), Singles(reference)),
            new() { LogProbabilities = singles },
            Singles(weights),
            Reduction.Sum);
        singles.Should().Equal(gradient, (left, right) => Math.Abs(left - right) < 1e-5);

        double[] Numbers(Func<double> next) => [.. Enumerable.Range(0, tokens).Select(_ => next())];

        static float[] Singles(double[] numbers) => Array.ConvertAll(numbers, number => (float)number);

        Rollouts<T> Rollouts<T>(T[] x, T[] before, T[] gains, T[] beside) where T : unmanaged => new()
        {
            LogProbabilities = x,
            OldLogProbabilities = before,
            Advantages = gains,
            ReferenceLogProbabilities = beside,
            Lengths = s_lengths,
            Mask = mask,
        };

        double Sum(double[] x) => Losses(x).Zip(weights).Sum(pair => pair.First * pair.Second);

        double[] Losses(double[] x)
        {
            List<double> found = [];
            for (int sequence = 0, first = 0; sequence < s_lengths.Length; first += s_lengths[sequence], sequence++)
            {
                int[] there = [.. Enumerable.Range(first, s_lengths[sequence]).Where(i => mask[i])];
                bool areWhole = loss.Importance == ImportanceRatio.Sequence;
                double[] ofTokens =
                [
                    .. there.Select(i => definition(
                        areWhole ? there.Average(j => x[j] - old[j]) : x[i] - old[i],
                        x[i],
                        advantages[i],
                        reference[i],
                        p[i] - old[i])),
                ];
                if (loss.Aggregation == TokenAggregation.TokenMean)
                {
                    found.AddRange(Enumerable.Range(first, s_lengths[sequence])
                        .Select(i => mask[i] ? ofTokens[Array.IndexOf(there, i)] : 0));
                }
                else
                {
                    double divisor = loss.Aggregation == TokenAggregation.SequenceMean ? there.Length : loss.Normalizer;
                    found.Add(there.Length == 0 ? 0 : ofTokens.Sum() / divisor);
                }
            }

            return [.. found];
        }
    }
}

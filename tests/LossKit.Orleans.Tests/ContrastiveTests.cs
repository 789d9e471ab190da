using Orleans;

namespace LossKit.Orleans.Tests;

/// <summary>A contrastive loss over the rows of all shards is that of one big batch.</summary>
public sealed class ContrastiveTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    private const int Width = ParameterRows<double>.Width;

    public static TheoryData<string, int> Losses()
    {
        TheoryData<string, int> losses = [];
        foreach (string loss in new[]
        {
            $"Clip({Width})", $"InBatchInfoNce({Width})", $"InBatchInfoNce({Width}, normalize=false)",
        })
        {
            foreach (int shards in new[] { 1, 2, 7 })
            {
                losses.Add(loss, shards);
            }
        }

        return losses;
    }

    [Theory, MemberData(nameof(Losses))]
    public async Task It_is_that_of_one_big_batch(string name, int shards)
    {
        RetrievalLoss<double> loss = Loss.Parse<double, RetrievalLoss<double>>(name);
        double[] parameters = Parameters<double>(shards);
        int numbers = (parameters.Length - 1) / 2;
        double[] expected = new double[parameters.Length];
        Cost whole = loss.ValueAndGradient(
            new()
            {
                Scale = parameters.AsSpan(0, 1),
                Queries = parameters.AsSpan(1, numbers),
                Keys = parameters.AsSpan(1 + numbers, numbers),
            },
            new()
            {
                Scale = expected.AsSpan(0, 1),
                Queries = expected.AsSpan(1, numbers),
                Keys = expected.AsSpan(1 + numbers, numbers),
            });
        double[] gradient = new double[parameters.Length];
        Cost cost = await cluster.Client.Objective(ParameterRows<double>.Name, loss, shards)
            .ValueAndGradientAsync(parameters, gradient);
        (cost.Weight, cost.Count).Should().Be((whole.Weight, whole.Count));
        cost.Mean.Should().BeApproximately(whole.Mean, 1e-12 * whole.Mean);
        double largest = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
        {
            gradient[i].Should().BeApproximately(expected[i], 1e-12 * largest, $"of entry {i}");
        }
    }

    [Theory]
    [InlineData(3, 1, 64, int.MaxValue)]
    [InlineData(7, 2, 2, 1)]
    public async Task It_has_the_bits_of_one_process(int shards, int shardsPerBlock, int fanOut, int inFlight)
    {
        ShardingOptions options =
            new() { ShardsPerBlock = shardsPerBlock, FanOut = fanOut, InFlight = inFlight };
        await Compare(Loss.Clip<double>(Width), shards, options);
        await Compare(Loss.Clip<float>(Width), shards, options);
        await Compare(Loss.InBatchInfoNce<float>(Width), shards, options);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_number_of_silos_makes_no_difference(short silos)
    {
        TestCluster other = await TestCluster.OfSilos(silos);
        try
        {
            RetrievalLoss<double> loss = Loss.Clip<double>(Width);
            double[] parameters = Parameters<double>(5);
            (await Evaluate(other.Client.Objective(ParameterRows<double>.Name, loss, 5), parameters)).Should()
                .Equal(await Evaluate(cluster.Client.Objective(ParameterRows<double>.Name, loss, 5), parameters));
        }
        finally
        {
            await other.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_confident_match_keeps_its_digits()
    {
        // Each query is its key, at a scale by which nothing is left beside it: 1 less the probability is all there is.
        const int Shards = 3;
        double[] parameters = Parameters<double>(Shards);
        parameters[0] = 60;
        int numbers = (parameters.Length - 1) / 2;
        Array.Copy(parameters, 1, parameters, 1 + numbers, numbers);
        double[] expected = new double[1];
        RetrievalLoss<double> loss = Loss.Clip<double>(Width);
        Cost whole = loss.ValueAndGradient(
            new()
            {
                Scale = parameters.AsSpan(0, 1),
                Queries = parameters.AsSpan(1, numbers),
                Keys = parameters.AsSpan(1 + numbers, numbers),
            },
            new() { Scale = expected });
        double[] gradient = new double[parameters.Length];
        Cost cost = await cluster.Client.Objective(ParameterRows<double>.Name, loss, Shards)
            .ValueAndGradientAsync(parameters, gradient);
        whole.Mean.Should().BePositive().And.BeLessThan(1e-6);
        (cost.Mean / whole.Mean).Should().BeApproximately(1, 1e-12);
        (gradient[0] / expected[0]).Should().BeApproximately(1, 1e-6);
    }

    [Fact]
    public async Task A_poisoned_row_names_its_shard()
    {
        double[] parameters = Parameters<double>(4);
        parameters[1 + ParameterRows<double>.ItemsBefore(2) * Width + 5] = double.NaN;
        RetrievalLoss<double> loss = Loss.Clip<double>(Width);
        ShardedObjective<double>[] objectives =
        [
            cluster.Client.Objective(ParameterRows<double>.Name, loss, 4),
            ShardedObjective.Local(new ParameterRows<double>(), loss, 4),
        ];
        foreach (ShardedObjective<double> objective in objectives)
        {
            Func<Task> evaluating = () => objective.ValueAsync(parameters);
            ShardException error = (await evaluating.Should().ThrowAsync<ShardException>()).Which;
            (error.Shard, error.Reason).Should().Be((2, "entry 5 of the queries is NaN: must be finite"));
        }
    }

    [Fact]
    public async Task What_does_not_fit_is_refused()
    {
        Making(Loss.SigLip<double>(Width)).Should().Throw<ArgumentException>().WithMessage(
            $"'loss' is 'SigLip(dimension={Width}, offset=0)': must be Clip, or InBatchInfoNce without an offset.*");
        Making(Loss.InBatchInfoNce<double>(Width, offset: 2)).Should().Throw<ArgumentException>();
        Making(Loss.MultipleNegativesRanking<double>(Width)).Should().Throw<ArgumentException>();
        Func<Task> evaluating = () => cluster.Client.Objective(ParameterRows<double>.Name, Loss.Clip<double>(5), 1)
            .ValueAsync(Parameters<double>(1));
        (await evaluating.Should().ThrowAsync<ShardException>()).Which.Reason.Should()
            .Be($"rows have {Width} numbers: must have 5, as the loss is made for");

        Action Making(RetrievalLoss<double> loss) => () => cluster.Client.Objective("rows", loss, 1);
    }

    private static T[] Parameters<T>(int shards) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Random random = new(shards);
        T[] parameters = new T[1 + 2 * Width * ParameterRows<T>.ItemsBefore(shards)];
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i] = T.CreateTruncating(random.NextDouble() - 0.5);
        }

        parameters[0] = T.CreateTruncating(7.5);
        return parameters;
    }

    private async Task Compare<T>(RetrievalLoss<T> loss, int shards, ShardingOptions options)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] parameters = Parameters<T>(shards);
        long[] expected = await Evaluate(ShardedObjective.Local(new ParameterRows<T>(), loss, shards), parameters);
        foreach (IGrainFactory client in new[] { cluster.Client, cluster.InSilo })
        {
            ShardedObjective<T> objective = client.Objective(ParameterRows<T>.Name, loss, shards, options);
            (await Evaluate(objective, parameters)).Should().Equal(expected);
        }
    }

    private static async Task<long[]> Evaluate<T>(ShardedObjective<T> objective, T[] parameters)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] gradient = new T[parameters.Length];
        Cost cost = await objective.ValueAndGradientAsync(parameters, gradient);
        (await objective.ValueAsync(parameters)).Should().Be(cost);
        return Bits.Of(cost, gradient);
    }
}

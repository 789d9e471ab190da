using Orleans;

namespace LossKit.Orleans.Tests;

/// <summary>A cluster says what one process says, to the last bit, and says what its shards do.</summary>
public sealed class ObjectiveTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    private static readonly double[] s_parameters = LogisticShards<double>.Parameters();

    [Theory]
    [InlineData(1, 1, 64)]
    [InlineData(2, 1, 2)]
    [InlineData(13, 1, 64)]
    [InlineData(13, 1, 2)]
    [InlineData(13, 4, 2)]
    [InlineData(13, 16, 4)]
    [InlineData(64, 8, 4)]
    [InlineData(67, 2, 4)]
    public async Task The_cluster_says_what_one_process_says(int shards, int shardsPerBlock, int fanOut)
    {
        ShardingOptions options = new() { ShardsPerBlock = shardsPerBlock, FanOut = fanOut };
        await Compare(LogisticShards<double>.Parameters(), shards, options);
        await Compare(LogisticShards<float>.Parameters(), shards, options);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_number_of_silos_makes_no_difference(short silos)
    {
        TestCluster other = await TestCluster.OfSilos(silos);
        try
        {
            (Cost cost, double[] gradient) =
                await Evaluate(other.Client.Objective<double>(LogisticShards<double>.Name, 13));
            (Cost same, double[] sameGradient) =
                await Evaluate(cluster.Client.Objective<double>(LogisticShards<double>.Name, 13));
            Bits.Of(cost, gradient).Should().Equal(Bits.Of(same, sameGradient));
        }
        finally
        {
            await other.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(Reduction.Mean)]
    [InlineData(Reduction.Sum)]
    [InlineData(Reduction.MeanOverCount)]
    public async Task The_gradient_is_that_of_all_rows_by_any_reduction(Reduction reduction)
    {
        const int Shards = 5;
        double[] gradient = new double[s_parameters.Length];
        Cost cost = await cluster.Client.Objective<double>(LogisticShards<double>.Name, Shards)
            .ValueAndGradientAsync(s_parameters, gradient, reduction);
        Cost total = default;
        double[] sum = new double[s_parameters.Length];
        for (int shard = 0; shard < Shards; shard++)
        {
            double[] part = new double[s_parameters.Length];
            total += new LogisticShards<double>().ValueAndGradient(shard, s_parameters, part, default);
            sum = [.. sum.Zip(part, (a, b) => a + b)];
        }

        double divisor = reduction == Reduction.Sum ? 1 : total.Count;
        cost.Mean.Should().BeApproximately(total.Mean, 1e-14);
        gradient.Zip(sum, (a, b) => Math.Abs(a - b / divisor) / Math.Abs(b / divisor)).Max().Should().BeLessThan(1e-11);
    }

    [Fact]
    public async Task The_value_alone_is_the_same()
    {
        ShardedObjective<double> objective = cluster.Client.Objective<double>(LogisticShards<double>.Name, 13);
        (Cost cost, _) = await Evaluate(objective);
        (await objective.ValueAsync(s_parameters)).Should().Be(cost);
    }

    private async Task Compare<T>(T[] parameters, int shards, ShardingOptions options)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] expected = new T[parameters.Length];
        Cost cost = await ShardedObjective.Local(new LogisticShards<T>(), shards)
            .ValueAndGradientAsync(parameters, expected);
        foreach (IGrainFactory client in new[] { cluster.Client, cluster.InSilo })
        {
            T[] gradient = new T[parameters.Length];
            Cost same = await client.Objective<T>(LogisticShards<T>.Name, shards, options)
                .ValueAndGradientAsync(parameters, gradient);
            Bits.Of(same, gradient).Should().Equal(Bits.Of(cost, expected));
        }
    }

    private static async Task<(Cost Cost, double[] Gradient)> Evaluate(ShardedObjective<double> objective)
    {
        double[] gradient = new double[s_parameters.Length];
        return (await objective.ValueAndGradientAsync(s_parameters, gradient), gradient);
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Hosting;

namespace LossKit.Orleans.Tests;

public sealed class ReadmeExample
{
    [Fact]
    public async Task Works()
    {
        // A cluster of one silo in this process; those on other machines are configured alike.
        int port = Random.Shared.Next(20_000, 30_000);
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(silo => silo.UseLocalhostClustering(port, gatewayPort: port + 10_000).AddLossKit());
        IHost host = builder.Build();
        await host.StartAsync();
        IClusterClient cluster = host.Services.GetRequiredService<IClusterClient>();

        // A batch in slices, which go to all silos; and the same by this process alone.
        float[] predictions = [.. Enumerable.Range(0, 300_000).Select(i => i % 7 - 3f)];
        float[] targets = new float[300_000];
        float[] gradient = new float[300_000];
        float[] same = new float[300_000];
        PointwiseLoss<float> loss = Loss.Huber<float>(delta: 1).Asymmetric(over: 1, under: 4);
        Cost cost = await loss.OnCluster(cluster).ValueAndGradientAsync(predictions, targets, gradient);
        Cost equal = await loss.InSlices().ValueAndGradientAsync(predictions, targets, same);
        Console.WriteLine($"{cost}, to the last bit: {cost == equal && gradient.AsSpan().SequenceEqual(same)}");
        await host.StopAsync();

        cost.Should().Be(equal);
        gradient.Should().Equal(same);
        cost.Mean.Should().BeApproximately(3.2143, 1e-4);
    }

    [Fact]
    public async Task Shards_work()
    {
        int port = Random.Shared.Next(20_000, 30_000);
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(port, gatewayPort: port + 10_000)
            .AddLossKit()
            .AddObjective("line", services => new Line()));
        IHost host = builder.Build();
        await host.StartAsync();
        IClusterClient cluster = host.Services.GetRequiredService<IClusterClient>();

        // Gradient descent over 20 shards, wherever they are.
        ShardedObjective<double> objective = cluster.Objective<double>("line", shards: 20);
        double[] parameters = [0, 0];
        double[] gradient = new double[2];
        for (int step = 0; step < 50; step++)
        {
            Cost cost = await objective.ValueAndGradientAsync(parameters, gradient);
            Console.WriteLine($"step {step}: {cost}");
            parameters = [parameters[0] - 0.4 * gradient[0], parameters[1] - 0.4 * gradient[1]];
        }

        await host.StopAsync();
        parameters[0].Should().BeApproximately(3, 0.01);
        parameters[1].Should().BeApproximately(1, 0.01);
    }

    /// <summary>y = 3x + 1 and some noise; the rows of a shard are made of its number.</summary>
    internal sealed class Line : IShardObjective<double>
    {
        public Cost Value(int shard, ReadOnlySpan<double> parameters, CancellationToken cancellationToken) =>
            ValueAndGradient(shard, parameters, new double[2], cancellationToken);

        public Cost ValueAndGradient(
            int shard, ReadOnlySpan<double> parameters, Span<double> gradient, CancellationToken cancellationToken)
        {
            Random random = new(shard);
            double[] x = [.. Enumerable.Range(0, 500).Select(_ => 2 * random.NextDouble() - 1)];
            double[] y = [.. x.Select(at => 3 * at + 1 + 0.1 * random.NextDouble() - 0.05)];
            (double slope, double offset) = (parameters[0], parameters[1]);
            double[] slopes = [.. x.Select(at => slope * at + offset)];
            Cost cost = Loss.SquaredError<double>().ValueAndGradient(slopes, y, slopes, reduction: Reduction.Sum);
            gradient[0] = slopes.Zip(x, (a, b) => a * b).Sum();
            gradient[1] = slopes.Sum();
            return cost;
        }
    }
}

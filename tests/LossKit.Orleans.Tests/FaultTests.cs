using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;

namespace LossKit.Orleans.Tests;

/// <summary>A training on silos in processes of their own, one of which is killed on the way.</summary>
public sealed class FaultTests
{
    private const int Shards = 24;
    private const int Steps = 300;
    private const int KilledAt = 120;

    [Fact]
    public async Task A_silo_that_is_killed_loses_nothing_and_counts_nothing_twice()
    {
        SiloProcess[] silos = await SiloProcess.StartAsync(3);
        try
        {
            using IHost client = await LocalCluster.ConnectAsync(silos[..2]);
            List<ShardProgress> retried = [];
            ShardedObjective<double> cluster = client.Services.GetRequiredService<IClusterClient>()
                .Objective<double>(LogisticShards<double>.Name, Shards, new()
                {
                    InFlight = 8,
                    Heartbeat = TimeSpan.FromSeconds(0.5),
                });
            (double[] parameters, List<long[]> costs) = await Train(cluster, async (step, progress) =>
            {
                // In the middle of the step, with some of its shards done and others not begun.
                if (step == KilledAt && progress.Done == Shards / 2 && retried.Count == 0)
                {
                    await silos[2].Kill();
                }

                if (progress.Event == ShardEvent.Retried)
                {
                    retried.Add(progress);
                }
            });
            (double[] expected, List<long[]> expectedCosts) =
                await Train(ShardedObjective.Local(new LogisticShards<double>(), Shards), (_, _) => Task.CompletedTask);

            silos[2].HasExited.Should().BeTrue();
            retried.Should().NotBeEmpty().And.OnlyContain(attempt => attempt.Step == KilledAt);
            costs.Should().HaveCount(Steps);
            for (int step = 0; step < Steps; step++)
            {
                costs[step].Should().Equal(expectedCosts[step], $"of step {step}");
            }

            parameters.Select(BitConverter.DoubleToInt64Bits).Should()
                .Equal(expected.Select(BitConverter.DoubleToInt64Bits));
            await client.StopAsync();
        }
        finally
        {
            await SiloProcess.EndAsync(silos);
        }
    }

    private static async Task<(double[] Parameters, List<long[]> Costs)> Train(
        ShardedObjective<double> objective, Func<int, ShardProgress, Task> happened)
    {
        double[] parameters = LogisticShards<double>.Parameters();
        double[] gradient = new double[parameters.Length];
        List<long[]> costs = [];
        for (int step = 0; step < Steps; step++)
        {
            int now = step;
            Cost cost = await objective.ValueAndGradientAsync(
                parameters, gradient, progress: new Listener(news => happened(now, news).Wait()));
            costs.Add(Bits.Of(cost, gradient));
            for (int i = 0; i < parameters.Length; i++)
            {
                parameters[i] -= 0.05 * gradient[i];
            }
        }

        return (parameters, costs);
    }
}

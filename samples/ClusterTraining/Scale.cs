using System.Diagnostics;
using System.Globalization;
using LossKit.Orleans;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Spectre.Console;

namespace ClusterTraining;

/// <summary>
/// Time, messages and bytes of a step by the number of silos, the length of the gradient and its blocks.
/// </summary>
internal static class Scale
{
    private const int Shards = 64;
    private const int RowsPerShard = 20_000;
    private const int Repeats = 7;

    public static async Task RunAsync()
    {
        AnsiConsole.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Shards} shards, silos of one computing thread each, {Environment.ProcessorCount} processors, the least "
            + $"time of {Repeats} steps. Messages and bytes are those that silos and client send, per step.\n"));
        WriteLine("objective", "parameters", "a block", "silos", "ms", "messages", "KB");
        foreach ((string name, int parameters, int perBlock) in new[]
        {
            (SoftmaxRegression.Name, SoftmaxRegression.Parameters, 1),
            (WideObjective.Name, SoftmaxRegression.Parameters, 1),
            (WideObjective.Name, 100_000, 1),
            (WideObjective.Name, 100_000, 16),
        })
        {
            foreach (int silos in new[] { 1, 2, 4 })
            {
                (TimeSpan time, long messages, long bytes) = await MeasureAsync(name, parameters, perBlock, silos);
                WriteLine(
                    name,
                    $"{parameters:N0}",
                    $"{perBlock}",
                    $"{silos}",
                    $"{time.TotalMilliseconds:F1}",
                    $"{messages:N0}",
                    $"{bytes / 1e3:N0}");
            }
        }
    }

    /// <summary>One measurement a line, as soon as it is made.</summary>
    private static void WriteLine(string name, params string[] numbers) => AnsiConsole.WriteLine(
        numbers.Aggregate($"{name,-18}", (line, number) => $"{line} {number,10}"));

    private static async Task<(TimeSpan Least, long Messages, long Bytes)> MeasureAsync(
        string name, int parameters, int perBlock, int count)
    {
        using Traffic traffic = new();
        SiloProcess[] silos = await SiloProcess.StartAsync(
            count, RowsPerShard.ToString(CultureInfo.InvariantCulture));
        try
        {
            using IHost client = await LocalCluster.ConnectAsync(silos);
            ShardedObjective<float> objective = client.Services.GetRequiredService<IClusterClient>()
                .Objective<float>(name, Shards, new() { ShardsPerBlock = perBlock, InFlight = 4 * perBlock * count });
            float[] point = new float[parameters];
            float[] gradient = new float[parameters];

            // The first steps activate the grains, and are compiled.
            for (int step = 0; step < 3; step++)
            {
                await objective.ValueAndGradientAsync(point, gradient);
            }

            (long Messages, long Bytes) before = await SentAsync(silos, traffic);
            TimeSpan least = TimeSpan.MaxValue;
            for (int step = 0; step < Repeats; step++)
            {
                long start = Stopwatch.GetTimestamp();
                await objective.ValueAndGradientAsync(point, gradient);
                TimeSpan time = Stopwatch.GetElapsedTime(start);
                least = time < least ? time : least;
            }

            (long Messages, long Bytes) after = await SentAsync(silos, traffic);
            await client.StopAsync();
            return (least, (after.Messages - before.Messages) / Repeats, (after.Bytes - before.Bytes) / Repeats);
        }
        finally
        {
            await SiloProcess.EndAsync(silos);
        }
    }

    private static async Task<(long Messages, long Bytes)> SentAsync(SiloProcess[] silos, Traffic own)
    {
        (long messages, long bytes) = Traffic.Read(own.Answer(""));
        foreach (SiloProcess silo in silos)
        {
            (long more, long moreBytes) = Traffic.Read(await silo.Ask("traffic"));
            (messages, bytes) = (messages + more, bytes + moreBytes);
        }

        return (messages, bytes);
    }
}

using System.Globalization;
using ClusterTraining;
using LossKit.Orleans;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Spectre.Console;
using Toolbox;

const int Shards = 64;
const int Silos = 3;
const string Dashboard = "http://localhost:8080";

// A silo begins with its ports.
if (args.Length > 3 && int.TryParse(args[0], CultureInfo.InvariantCulture, out _))
{
    await SiloProgram.RunAsync(args);
    return 0;
}

SampleConsole.Prepare();
if (args.Contains("scale"))
{
    await Scale.RunAsync();
    return 0;
}

bool isSmall = args.Contains("small");
int rows = args.Length > 0 && int.TryParse(args[0], CultureInfo.InvariantCulture, out int given) ? given
    : isSmall ? 50_000
    : 10_000_000;
int steps = isSmall ? 30 : 15;
int rowsPerShard = (rows + Shards - 1) / Shards;
bool hasDashboard = args.Contains("dashboard");
AnsiConsole.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"A linear softmax learns {rowsPerShard * Shards:N0} rows in {Shards} shards, on {Silos} silos in processes of "
    + $"their own; one is killed on the way. Then one process does the same.{Environment.NewLine}"));

SiloProcess[] silos = await SiloProcess.StartAsync(
    Silos,
    [rowsPerShard.ToString(CultureInfo.InvariantCulture), .. hasDashboard ? [Dashboard] : Array.Empty<string>()]);
Training onCluster;
Events events;
try
{
    using IHost client = await LocalCluster.ConnectAsync(silos[..^1]);
    ShardedObjective<float> objective = client.Services.GetRequiredService<IClusterClient>().Objective<float>(
        SoftmaxRegression.Name,
        Shards,
        new() { InFlight = 4 * Silos, Heartbeat = TimeSpan.FromSeconds(0.5) });
    onCluster = new(objective, steps);
    events = new(silos[^1], killAtStep: steps / 3);
    Show("cluster", onCluster, events);
    await client.StopAsync();
}
finally
{
    await SiloProcess.EndAsync(silos);
}

Training inOneProcess = new(ShardedObjective.Local(new SoftmaxRegression(rowsPerShard), Shards), steps);
Show("one process", inOneProcess, null);
return Report.Write(onCluster, inOneProcess, events) ? 0 : 1;

void Show(string name, Training training, Events? listener) => SampleConsole.WithProgress(
    [training],
    _ => name,
    steps,
    lines: 8,
    (item, stepped) =>
    {
        item.RunAsync(stepped, listener).GetAwaiter().GetResult();
        return item;
    });

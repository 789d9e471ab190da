using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;

namespace LossKit.Orleans.Tests.Support;

/// <summary>A silo as a process of its own, of this assembly; begun by <see cref="SiloProcess"/>.</summary>
public static class SiloProgram
{
    /// <summary>What it says when it can be asked.</summary>
    public const string Ready = "ready";

    public static async Task Main(string[] args)
    {
        (int port, int gateway, int primary) = (int.Parse(args[0]), int.Parse(args[1]), int.Parse(args[2]));
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(port, gateway, new IPEndPoint(IPAddress.Loopback, primary))
            .Configure<ClusterMembershipOptions>(options =>
            {
                // Within seconds, where a real cluster takes some minutes' trouble over it.
                options.ProbeTimeout = TimeSpan.FromSeconds(0.5);
                options.NumMissedProbesLimit = 2;
                options.NumVotesForDeathDeclaration = 1;
                options.TableRefreshTimeout = TimeSpan.FromSeconds(1);
            })
            .AddLossKit(threads: 1)
            .AddObjective<double>(LogisticShards<double>.Name, _ => new LogisticShards<double>()));
        using IHost host = builder.Build();
        await host.StartAsync();
        Console.WriteLine(Ready);

        // Whoever has begun it ends it, also by its own end.
        await Console.In.ReadToEndAsync();
        await host.StopAsync();
    }
}

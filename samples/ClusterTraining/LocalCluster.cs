using System.Globalization;
using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;

namespace ClusterTraining;

/// <summary>How silos and clients on one machine find each other.</summary>
internal static class LocalCluster
{
    /// <summary>A silo on the ports that <see cref="SiloProcess"/> has given it.</summary>
    public static ISiloBuilder UsePorts(this ISiloBuilder silo, ReadOnlySpan<string> ports)
    {
        (int port, int gateway, int primary) = (Number(ports[0]), Number(ports[1]), Number(ports[2]));
        return silo
            .UseLocalhostClustering(port, gateway, new IPEndPoint(IPAddress.Loopback, primary))
            .Configure<ClusterMembershipOptions>(options =>
            {
                // On one machine a second's silence is death; on a network it is a busy switch.
                options.ProbeTimeout = TimeSpan.FromSeconds(0.5);
                options.NumMissedProbesLimit = 2;
                options.NumVotesForDeathDeclaration = 1;
                options.TableRefreshTimeout = TimeSpan.FromSeconds(1);
            });

        static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>Runs a silo until whoever has begun it ends it, also by its own end.</summary>
    /// <param name="host">The silo's.</param>
    /// <param name="answer">What it says to a line.</param>
    public static async Task RunAsync(IHost host, Func<string, string> answer)
    {
        await host.StartAsync();
        Console.WriteLine(SiloProcess.Ready);
        while (await Console.In.ReadLineAsync() is string line)
        {
            Console.WriteLine(answer(line));
        }

        await host.StopAsync();
    }

    /// <summary>A client of the cluster with these silos.</summary>
    public static async Task<IHost> ConnectAsync(params IEnumerable<SiloProcess> silos)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client => client.UseStaticClustering(
            [.. silos.Select(silo => new IPEndPoint(IPAddress.Loopback, silo.Gateway))]));
        IHost host = builder.Build();
        await host.StartAsync();
        return host;
    }
}

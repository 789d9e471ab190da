using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;

namespace LossKit.Orleans.Tests.Support;

/// <summary>This assembly as a silo in a process of its own, which <see cref="SiloProcess"/> begins.</summary>
public static class SiloProgram
{
    public static async Task Main(string[] args)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo
            .UsePorts(args)
            .AddLossKit(threads: 1)
            .AddObjective<double>(LogisticShards<double>.Name, _ => new LogisticShards<double>()));
        using IHost host = builder.Build();
        await LocalCluster.RunAsync(host, question => question);
    }
}

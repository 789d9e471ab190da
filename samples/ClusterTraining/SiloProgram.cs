using System.Globalization;
using LossKit.Orleans;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Dashboard;
using Orleans.Hosting;

namespace ClusterTraining;

/// <summary>This program as a silo.</summary>
internal static class SiloProgram
{
    public static async Task RunAsync(string[] args)
    {
        int rowsPerShard = int.Parse(args[3], CultureInfo.InvariantCulture);
        string? dashboard = args.ElementAtOrDefault(4);
        using Traffic traffic = new();

        // All silos count for the dashboard; the one that is never killed has its page.
        if (dashboard is null || args[0] != args[2])
        {
            HostApplicationBuilder builder = Host.CreateApplicationBuilder();
            builder.Logging.ClearProviders();
            builder.UseOrleans(silo => Configure(silo, args, rowsPerShard, dashboard is not null));
            using IHost host = builder.Build();
            await LocalCluster.RunAsync(host, traffic.Answer);
            return;
        }

        WebApplicationBuilder web = WebApplication.CreateBuilder();
        web.Logging.ClearProviders();
        web.WebHost.UseUrls(dashboard);
        web.UseOrleans(silo => Configure(silo, args, rowsPerShard, hasDashboard: true));
        await using WebApplication application = web.Build();
        application.MapOrleansDashboard();
        await LocalCluster.RunAsync(application, traffic.Answer);
    }

    private static void Configure(ISiloBuilder silo, string[] args, int rowsPerShard, bool hasDashboard)
    {
        silo.UsePorts(args)
            .AddLossKit(threads: 1)
            .AddObjective(SoftmaxRegression.Name, _ => new SoftmaxRegression(rowsPerShard))
            .AddObjective(WideObjective.Name, _ => new WideObjective());
        if (hasDashboard)
        {
            silo.AddDashboard();
        }
    }
}

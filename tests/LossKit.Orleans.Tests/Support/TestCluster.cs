using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace LossKit.Orleans.Tests.Support;

/// <summary>Silos in this process, which talk as if they were in others.</summary>
public sealed class TestCluster : IAsyncLifetime
{
    private readonly InProcessTestCluster _cluster;

    public TestCluster() : this(3)
    {
    }

    private TestCluster(short silos)
    {
        InProcessTestClusterBuilder builder = new(silos);
        builder.ConfigureHost(host => host.Logging.ClearProviders());
        builder.ConfigureSilo((_, silo) => silo
            .AddLossKit(threads: 4)
            .AddObjective<double>(LogisticShards<double>.Name, _ => new LogisticShards<double>())
            .AddObjective<float>(LogisticShards<float>.Name, _ => new LogisticShards<float>())
            .AddObjective<double>("probe", _ => new Probe())
            .AddViews<double>(ParameterRows<double>.Name, _ => new ParameterRows<double>())
            .AddViews<float>(ParameterRows<float>.Name, _ => new ParameterRows<float>()));
        _cluster = builder.Build();
    }

    public static async Task<TestCluster> OfSilos(short silos)
    {
        TestCluster cluster = new(silos);
        await cluster.InitializeAsync();
        return cluster;
    }

    public IClusterClient Client => _cluster.Client;

    /// <summary>The client that a silo has within itself.</summary>
    public IGrainFactory InSilo => _cluster.Silos[0].ServiceProvider.GetRequiredService<IGrainFactory>();

    public Task InitializeAsync() => _cluster.DeployAsync();

    public Task DisposeAsync() => _cluster.DisposeAsync().AsTask();
}

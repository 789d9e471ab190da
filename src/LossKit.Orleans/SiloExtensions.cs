using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans;
using Orleans.Hosting;

namespace LossKit.Orleans;

/// <summary>What makes a silo take part.</summary>
public static class SiloExtensions
{
    /// <summary>Lets the silo evaluate shards and slices of batches.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="threads">How many of them at a time; as many as there are processors by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is to be no thread.</exception>
    public static ISiloBuilder AddLossKit(this ISiloBuilder silo, int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(silo);
        int count = threads ?? Environment.ProcessorCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(threads));
        silo.Services.TryAddSingleton(new SiloWorkerOptions(count));
        silo.Services.TryAddSingleton<SiloWorkers>();
        silo.Services.TryAddSingleton<Objectives>();
        silo.Services.TryAddSingleton<NamedLosses>();
        silo.Services.AddPlacementDirector<EvenPlacement, EvenPlacementDirector>();
        return silo;
    }

    /// <summary>
    /// Registers an objective over shards, which
    /// <see cref="ClusterExtensions.Objective{T}(IGrainFactory, string, int, ShardingOptions)"/> names.
    /// </summary>
    /// <remarks>All silos need the same ones: a shard goes to any of them.</remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="silo">The silo, after <see cref="AddLossKit"/>.</param>
    /// <param name="name">Its name, unique among those of the same numbers, without <c>/</c>.</param>
    /// <param name="make">Makes the one instance of the silo, when it is first asked for.</param>
    /// <exception cref="ArgumentException">The name is empty or has a <c>/</c>.</exception>
    public static ISiloBuilder AddObjective<T>(
        this ISiloBuilder silo, string name, Func<IServiceProvider, IShardObjective<T>> make)
        where T : unmanaged, IFloatingPointIeee754<T> => Add(silo, name, make);

    /// <summary>
    /// Registers views of items in shards, which <see cref="ClusterExtensions.Objective{T}(IGrainFactory, string,
    /// RetrievalLoss{T}, int, ShardingOptions)"/> names.
    /// </summary>
    /// <remarks>All silos need the same ones: a shard goes to any of them.</remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="silo">The silo, after <see cref="AddLossKit"/>.</param>
    /// <param name="name">Their name, unique among those of the same numbers, without <c>/</c>.</param>
    /// <param name="make">Makes the one instance of the silo, when it is first asked for.</param>
    /// <exception cref="ArgumentException">The name is empty or has a <c>/</c>.</exception>
    public static ISiloBuilder AddViews<T>(
        this ISiloBuilder silo, string name, Func<IServiceProvider, IShardViews<T>> make)
        where T : unmanaged, IFloatingPointIeee754<T> => Add(silo, name, make);

    private static ISiloBuilder Add<TObjective>(
        ISiloBuilder silo, string name, Func<IServiceProvider, TObjective> make)
        where TObjective : class
    {
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentNullException.ThrowIfNull(make);
        silo.Services.AddSingleton(new ObjectiveRegistration(ObjectiveNames.Checked(name), typeof(TObjective), make));
        return silo;
    }
}

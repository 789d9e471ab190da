using Orleans;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace LossKit.Orleans.Internals;

/// <summary>One block after the other on one silo after the other.</summary>
/// <remarks>
/// Random placement leaves some silos with several times the shards of others, and a step takes as long as the fullest.
/// Who has been placed stays there; where a silo has ended, its blocks are spread over those that are left.
/// </remarks>
[GenerateSerializer, Immutable, Alias("LossKit.EvenPlacement")]
internal sealed class EvenPlacement : PlacementStrategy;

/// <summary>Places the grains of a class evenly.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class EvenPlacementAttribute() : PlacementAttribute(new EvenPlacement());

/// <summary>Knows the silos there are.</summary>
internal sealed class EvenPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(
        PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        SiloAddress[] silos = [.. context.GetCompatibleSilos(target).Order()];
        return Task.FromResult(silos[PartKey.BlockOf(target.GrainIdentity.Key.ToString()!) % silos.Length]);
    }
}

using Orleans;

namespace LossKit.Orleans.Internals;

/// <summary>
/// Who adds up which shards: the shards on level 0, above them blocks, if they have more than one, above those nodes,
/// and at the top the client. A part is a range of shards that begins at a multiple of its level's span.
/// </summary>
/// <param name="Shards">How many there are.</param>
/// <param name="ShardsPerBlock">A power of two.</param>
/// <param name="FanOut">A power of two of at least 2.</param>
[GenerateSerializer, Immutable, Alias("LossKit.ShardTree")]
internal readonly record struct ShardTree(
    [property: Id(0)] int Shards, [property: Id(1)] int ShardsPerBlock, [property: Id(2)] int FanOut)
{
    /// <summary>The level of those whom the client asks.</summary>
    public int TopLevel
    {
        get
        {
            int level = ShardsPerBlock > 1 ? 1 : 0;
            while (Parts(level) > FanOut)
            {
                level++;
            }

            return level;
        }
    }

    /// <summary>How many shards a part of the level has, but the last.</summary>
    public long Span(int level)
    {
        long span = 1;
        for (int below = 0; below < level; below++)
        {
            span *= below == 0 && ShardsPerBlock > 1 ? ShardsPerBlock : FanOut;
        }

        return span;
    }

    /// <summary>How many parts the level has.</summary>
    public int Parts(int level) => (int)((Shards + Span(level) - 1) / Span(level));

    /// <summary>The parts of the next level down that one consists of.</summary>
    public Range Children(int level, int index)
    {
        int children = (int)(Span(level) / Span(level - 1));
        int first = index * children;
        return first..(int)Math.Min((long)first + children, Parts(level - 1));
    }

    /// <summary>The first shard of a part, and how many it has.</summary>
    public (int First, int Count) ShardsOf(int level, int index)
    {
        long first = index * Span(level);
        return ((int)first, (int)(Math.Min(first + Span(level), Shards) - first));
    }

    /// <summary>Which block, counted along the shards, a part begins with.</summary>
    public int BlockOf(int level, int index) => ShardsOf(level, index).First / ShardsPerBlock;
}

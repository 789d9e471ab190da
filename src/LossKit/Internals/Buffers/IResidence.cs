namespace LossKit.Internals.Buffers;

/// <summary>Where a batch lies, as a type: a kernel is compiled for each and asks nothing in its loop.</summary>
internal interface IResidence
{
    /// <summary>How far ahead inputs are asked for; 0 where asking takes longer than waiting.</summary>
    static abstract int PrefetchedBytes { get; }
}

/// <summary>In the cache that loads come from.</summary>
internal readonly struct NearCache : IResidence
{
    /// <summary>What leaves room for the other inputs and the outputs.</summary>
    public const int Bytes = 1 << 14;

    public static int PrefetchedBytes => 0;
}

/// <summary>In a cache behind it.</summary>
internal readonly struct FarCache : IResidence
{
    public static int PrefetchedBytes => 1024;
}

/// <summary>In no cache, and not expected in one afterwards: derivatives are written past them.</summary>
internal readonly struct Memory : IResidence
{
    public static int PrefetchedBytes => 2048;
}

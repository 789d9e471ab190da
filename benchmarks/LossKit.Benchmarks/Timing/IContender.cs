namespace LossKit.Benchmarks.Timing;

/// <summary>Something that computes a loss and can be timed, in this process or in another.</summary>
internal interface IContender
{
    /// <summary>The nanoseconds that this many calls take.</summary>
    double Time(int calls);
}

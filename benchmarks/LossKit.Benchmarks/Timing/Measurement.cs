namespace LossKit.Benchmarks.Timing;

/// <summary>What a call took, by the median.</summary>
internal sealed record Measurement(
    string Loss, string Shape, int Elements, string Contender, Order Order, double Nanoseconds);

namespace LossKit.Benchmarks.Timing;

/// <summary>What a call took.</summary>
/// <param name="Loss">The factory's call.</param>
/// <param name="Shape">Of the batch.</param>
/// <param name="Elements">How many predictions there were.</param>
/// <param name="Contender">Who computed it.</param>
/// <param name="Order">How much of it.</param>
/// <param name="Nanoseconds">The median.</param>
/// <param name="Best">The best, which other work on the machine disturbs least.</param>
internal sealed record Measurement(
    string Loss, string Shape, int Elements, string Contender, Order Order, double Nanoseconds, double Best);

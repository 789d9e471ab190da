using System.Runtime.Intrinsics;

namespace LossKit.Benchmarks.Goals;

/// <summary>A number of each process, with the goal for it if there is one.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Of">The number, from the times a process has measured.</param>
/// <param name="Goal">The goal in words, or nothing.</param>
/// <param name="IsMet">Whether a number meets the goal.</param>
internal sealed record Quantity(
    string Title,
    Func<IReadOnlyDictionary<string, double>, double> Of,
    string Goal = "",
    Func<double, bool>? IsMet = null)
{
    private const double MostOfParts = 1.5;
    private const double LeastSpeedup = 5;
    private const double MostNanoseconds = 1.3;

    public static IReadOnlyList<Quantity> All { get; } =
    [
        OfParts(Measured.Gradient),
        OfParts(Measured.Hessian),
        Speedup(Measured.Gradient, Measured.ScalarSquaredError, Measured.SquaredError, hasGoal: true),
        Speedup(Measured.Gradient, Measured.ScalarHuber, Measured.Huber, hasGoal: true),
        Speedup(Measured.Gradient, Measured.BranchingHuber, Measured.Huber, hasGoal: true),
        Speedup(Measured.Hessian, Measured.ScalarSquaredError, Measured.SquaredError),
        Speedup(Measured.Hessian, Measured.ScalarHuber, Measured.Huber),
        CrossEntropy(),
        Nanoseconds(Measured.Hessian(Measured.BinaryCrossEntropy)),
        Nanoseconds(Measured.Gradient(Measured.AsymmetricHuber)),
        Nanoseconds(Measured.Hessian(Measured.AsymmetricHuber)),
        Nanoseconds(Measured.Gradient(Measured.Composite)),
        Nanoseconds(Measured.Hessian(Measured.Composite)),
        Nanoseconds(Measured.Gradient(Measured.SquaredError)),
        Nanoseconds(Measured.Hessian(Measured.SquaredError)),
        Nanoseconds(Measured.Gradient(Measured.Huber)),
        Nanoseconds(Measured.Hessian(Measured.Huber)),
    ];

    private static Quantity OfParts(Func<string, string> derivatives) => new(
        $"{derivatives(Measured.Composite)} / sum of its parts",
        times => times[derivatives(Measured.Composite)]
            / (times[derivatives(Measured.AsymmetricHuber)] + times[derivatives(Measured.BinaryCrossEntropy)]),
        $"≤ {MostOfParts}",
        ratio => ratio <= MostOfParts);

    private static Quantity Speedup(
        Func<string, string> derivatives, string rival, string subject, bool hasGoal = false) => new(
        $"{derivatives(rival)} / LossKit",
        times => times[derivatives(rival)] / times[derivatives(subject)],
        hasGoal ? $"≥ {LeastSpeedup}" : "",
        hasGoal ? ratio => ratio >= LeastSpeedup : null);

    private static Quantity CrossEntropy()
    {
        Quantity time = Nanoseconds(Measured.Gradient(Measured.BinaryCrossEntropy));
        return Vector512.IsHardwareAccelerated
            ? time with { Goal = $"≤ {MostNanoseconds}", IsMet = nanoseconds => nanoseconds <= MostNanoseconds }
            : time;
    }

    private static Quantity Nanoseconds(string name) => new($"{name}, ns/element", times => times[name]);
}

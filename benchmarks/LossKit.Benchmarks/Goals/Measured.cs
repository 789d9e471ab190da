namespace LossKit.Benchmarks.Goals;

/// <summary>The names under which a process reports its times.</summary>
internal static class Measured
{
    public const string Composite = "composite";
    public const string AsymmetricHuber = "asymmetric Huber";
    public const string BinaryCrossEntropy = "BCE on logits";
    public const string SquaredError = "squared error";
    public const string Huber = "Huber";
    public const string ScalarSquaredError = "squared error, scalar loop";
    public const string ScalarHuber = "Huber, scalar loop";
    public const string BranchingHuber = "Huber, branching scalar loop";

    public static string Gradient(string subject) => subject + ": value, gradient";

    public static string Hessian(string subject) => subject + ": value, gradient, Hessian";
}

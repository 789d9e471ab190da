namespace LearningToRank;

/// <summary>What boosting by a loss led to, after each round; number 0 is before the first.</summary>
/// <param name="Method">The loss.</param>
/// <param name="Train">The mean NDCG of the queries that the trees have seen.</param>
/// <param name="Test">The NDCG of each held-out query.</param>
internal sealed record Result(Method Method, double[] Train, double[][] Test)
{
    public double Before => Test[0].Average();

    public double After => Test[^1].Average();

    /// <summary>By how much it ranks the same queries better than another, and the standard error of that.</summary>
    public (double Mean, double StandardError) Above(Result other)
    {
        double[] differences = [.. Test[^1].Zip(other.Test[^1], (own, others) => own - others)];
        double mean = differences.Average();
        double variance = differences.Sum(x => (x - mean) * (x - mean)) / (differences.Length - 1);
        return (mean, Math.Sqrt(variance / differences.Length));
    }
}

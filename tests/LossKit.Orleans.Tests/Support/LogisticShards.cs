namespace LossKit.Orleans.Tests.Support;

/// <summary>Logistic regression on rows made of the shard's number, which no two silos can see differently.</summary>
internal class LogisticShards<T> : IShardObjective<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public const string Name = "logistic";
    public const int Features = 37;
    private const int Rows = 101;

    private static readonly PointwiseLoss<T> s_loss = Loss.BinaryCrossEntropyLogits<T>();

    public virtual Cost Value(int shard, ReadOnlySpan<T> parameters, CancellationToken cancellationToken)
    {
        (T[] features, T[] targets) = Data(shard);
        return s_loss.Value(Scores(features, parameters), targets);
    }

    public virtual Cost ValueAndGradient(
        int shard, ReadOnlySpan<T> parameters, Span<T> gradient, CancellationToken cancellationToken)
    {
        (T[] features, T[] targets) = Data(shard);
        T[] scores = Scores(features, parameters);
        Cost cost = s_loss.ValueAndGradient(scores, targets, scores, reduction: Reduction.Sum);
        for (int row = 0; row < targets.Length; row++)
        {
            for (int i = 0; i < Features; i++)
            {
                gradient[i] += scores[row] * features[row * Features + i];
            }
        }

        return cost;
    }

    /// <summary>Parameters to begin with, which are not 0.</summary>
    public static T[] Parameters(int seed = 0)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, Features).Select(_ => T.CreateTruncating(random.NextDouble() - 0.5))];
    }

    // Of rows that differ in size by many orders of magnitude, sums in another order have other bits.
    private static (T[] Features, T[] Targets) Data(int shard)
    {
        Random random = new(shard);
        int rows = Rows + shard % 7;
        return (
            [.. Enumerable.Range(0, rows * Features).Select(
                i => T.CreateTruncating((random.NextDouble() - 0.5) * Math.Pow(10, i % 5 - 2)))],
            [.. Enumerable.Range(0, rows).Select(_ => T.CreateTruncating(random.Next(2)))]);
    }

    private static T[] Scores(T[] features, ReadOnlySpan<T> parameters)
    {
        T[] scores = new T[features.Length / Features];
        for (int row = 0; row < scores.Length; row++)
        {
            for (int i = 0; i < Features; i++)
            {
                scores[row] += features[row * Features + i] * parameters[i];
            }
        }

        return scores;
    }
}

using LossKit;

namespace LearningToRank;

/// <summary>Gradient boosting: each tree is a Newton step of the scores, shortened.</summary>
internal static class Boosting
{
    public const int Rounds = 120;
    public const float Shrinkage = 0.1f;

    /// <summary>How many places of a query count.</summary>
    public const int Places = 10;

    /// <summary>Of queries that have a relevant document; equal scores keep their order.</summary>
    private static readonly RankingMetric<float> s_ndcg = Loss.Ndcg<float>(cutoff: Places);

    public static Result Run(Method method, Queries train, Queries test, Action<int, string> onRound)
    {
        Bins bins = new(train.Features);
        byte[][] trainBins = bins.Of(train.Features);
        byte[][] testBins = bins.Of(test.Features);
        float[] trainScores = new float[train.Documents];
        float[] testScores = new float[test.Documents];
        float[] gradient = new float[train.Documents];
        float[] hessian = new float[train.Documents];
        double[][] ofTest = [Ndcgs(testScores, test), .. new double[Rounds][]];
        double[] trainMeans = [Ndcg(trainScores, train).Mean, .. new double[Rounds]];
        for (int round = 1; round <= Rounds; round++)
        {
            Cost cost = method.Loss(trainScores, train, gradient, hessian);
            Tree tree = Tree.Grow(trainBins, gradient, hessian);
            Add(tree, trainBins, trainScores);
            Add(tree, testBins, testScores);
            trainMeans[round] = Ndcg(trainScores, train).Mean;
            ofTest[round] = Ndcgs(testScores, test);
            onRound(round, $"mean loss {cost.Mean:F4}, training NDCG {trainMeans[round]:F4}");
        }

        return new(method, trainMeans, ofTest);
    }

    private static Cost Ndcg(float[] scores, Queries queries) =>
        s_ndcg.Value(scores, queries.Relevances, Groups.OfLengths(queries.Lengths));

    /// <summary>One number for each query that has a relevant document.</summary>
    private static double[] Ndcgs(float[] scores, Queries queries)
    {
        float[] values = new float[queries.Lengths.Length];
        s_ndcg.PerExample(scores, queries.Relevances, Groups.OfLengths(queries.Lengths), values);
        return [.. values.Where(value => !float.IsNaN(value)).Select(value => (double)value)];
    }

    private static void Add(Tree tree, byte[][] bins, float[] scores)
    {
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] += Shrinkage * tree[bins, i];
        }
    }
}

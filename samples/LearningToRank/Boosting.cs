using LossKit;

namespace LearningToRank;

/// <summary>Gradient boosting: each tree is a Newton step of the scores, shortened.</summary>
internal static class Boosting
{
    public const int Rounds = 120;
    public const float Shrinkage = 0.1f;

    public static Result Run(Method method, Queries train, Queries test, Action<int, string> onRound)
    {
        Bins bins = new(train.Features);
        byte[][] trainBins = bins.Of(train.Features);
        byte[][] testBins = bins.Of(test.Features);
        float[] trainScores = new float[train.Documents];
        float[] testScores = new float[test.Documents];
        float[] gradient = new float[train.Documents];
        float[] hessian = new float[train.Documents];
        double[][] ofTest = [Ndcg.Of(testScores, test), .. new double[Rounds][]];
        double[] trainMeans = [Ndcg.Of(trainScores, train).Average(), .. new double[Rounds]];
        for (int round = 1; round <= Rounds; round++)
        {
            Cost cost = method.Loss(trainScores, train, gradient, hessian);
            Tree tree = Tree.Grow(trainBins, gradient, hessian);
            Add(tree, trainBins, trainScores);
            Add(tree, testBins, testScores);
            trainMeans[round] = Ndcg.Of(trainScores, train).Average();
            ofTest[round] = Ndcg.Of(testScores, test);
            onRound(round, $"mean loss {cost.Mean:F4}, training NDCG {trainMeans[round]:F4}");
        }

        return new(method, trainMeans, ofTest);
    }

    private static void Add(Tree tree, byte[][] bins, float[] scores)
    {
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] += Shrinkage * tree[bins, i];
        }
    }
}

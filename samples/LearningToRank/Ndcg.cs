namespace LearningToRank;

/// <summary>
/// How much of what the best order is worth an order is worth: a document's gain is 2^relevance − 1, and the further
/// down it stands, the less of it counts. Järvelin and Kekäläinen, ACM TOIS 20, 2002.
/// </summary>
internal static class Ndcg
{
    /// <summary>How many places count.</summary>
    public const int Places = 10;

    /// <summary>
    /// One number between 0 and 1 for each query that has a relevant document; equal scores keep their order.
    /// </summary>
    public static double[] Of(float[] scores, Queries queries)
    {
        List<double> results = [];
        int start = 0;
        foreach (int length in queries.Lengths)
        {
            ArraySegment<float> relevances = new(queries.Relevances, start, length);
            ArraySegment<float> ofQuery = new(scores, start, length);
            start += length;
            double best = Worth(relevances.OrderDescending());
            if (best > 0)
            {
                IEnumerable<float> ordered = relevances.Zip(ofQuery)
                    .OrderByDescending(document => document.Second).Select(document => document.First);
                results.Add(Worth(ordered) / best);
            }
        }

        return [.. results];
    }

    private static double Worth(IEnumerable<float> relevances) =>
        relevances.Take(Places).Select((relevance, rank) => (Math.Pow(2, relevance) - 1) / Math.Log2(rank + 2)).Sum();
}

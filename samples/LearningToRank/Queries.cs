namespace LearningToRank;

/// <summary>Made-up queries of a made-up search engine, with the documents that were found for each.</summary>
/// <param name="Features">Of all documents, feature by feature.</param>
/// <param name="Relevances">How well each document answers its query, from 0 to 4.</param>
/// <param name="Lengths">How many documents each query has.</param>
internal sealed record Queries(float[][] Features, float[] Relevances, int[] Lengths)
{
    private const int FeatureCount = 8;

    /// <summary>From which usefulness on a document has relevance 1, 2, 3 and 4.</summary>
    private static readonly double[] s_grades = [1.5, 2.5, 3.5, 4.5];

    public int Documents => Relevances.Length;

    /// <summary>
    /// Documents come in random order. Some queries have better documents than others, which their kind tells in part.
    /// </summary>
    public static Queries Make(int count, int seed)
    {
        Random random = new(seed);
        int[] lengths = [.. Enumerable.Range(0, count).Select(_ => random.Next(10, 41))];
        float[][] features = [.. Enumerable.Range(0, FeatureCount).Select(_ => new float[lengths.Sum()])];
        float[] relevances = new float[lengths.Sum()];
        int document = 0;
        foreach (int length in lengths)
        {
            double newsiness = random.NextDouble();
            double popularity = Normal(random);
            double ease = popularity + Normal(random);
            for (int k = 0; k < length; k++, document++)
            {
                double text = Normal(random);
                double title = 0.6 * text + 0.8 * Normal(random);
                double age = -Math.Log(1 - random.NextDouble());
                double links = Normal(random);
                double words = Normal(random);
                double usefulness = 1.2 * Math.Tanh(text) + 0.8 * Math.Max(title, 0) * Math.Max(text, 0)
                    + 0.5 * links - 0.5 * Math.Abs(words - 0.5) - 1.5 * newsiness * Math.Min(age, 2)
                    + ease + 0.6 * Normal(random) + 0.5;
                double[] numbers = [text, title, age, links, words, newsiness, popularity, length];
                for (int j = 0; j < FeatureCount; j++)
                {
                    features[j][document] = (float)numbers[j];
                }

                relevances[document] = s_grades.Count(grade => usefulness >= grade);
            }
        }

        return new(features, relevances, lengths);
    }

    /// <summary>A normally distributed number, by Box and Muller.</summary>
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}

namespace LossKit.CustomLoss.Tests;

public sealed class RowExample
{
    [Fact]
    public void Works()
    {
        float[] logits = [2.0f, -1.0f, 0.5f, 0.1f, 3.0f, -2.0f];
        float[] logitGradient = new float[6];

        CategoricalLoss<float> loss = Loss.SoftmaxCrossEntropy<float>(classes: 3, labelSmoothing: 0.1);
        Cost cost = loss.ValueAndGradient(logits, [0, -100], logitGradient);   // the second row is ignored
        double perplexity = Math.Exp(cost.Mean);
        Cost soft = loss.WithProbabilityTargets().Value(logits, [0.7f, 0, 0.3f, 0, 1, 0]);
        Console.WriteLine($"{cost}, perplexity {perplexity:F2}, against soft targets {soft}");

        cost.Weight.Should().Be(1);
        logitGradient[3..].Should().OnlyContain(gradient => gradient == 0);
        perplexity.Should().BeGreaterThan(1);
        soft.Weight.Should().Be(2);
    }

    [Fact]
    public void Works_with_the_linear_layer()
    {
        Random random = new(1);
        float[] hidden = [.. Enumerable.Range(0, 16 * 64).Select(_ => random.NextSingle() - 0.5f)];
        float[] prototypes = [.. Enumerable.Range(0, 5000 * 64).Select(_ => random.NextSingle() - 0.5f)];
        int[] tokens = [.. Enumerable.Range(0, 16).Select(_ => random.Next(5000))];
        float[] gradientHidden = new float[hidden.Length];
        float[] gradientPrototypes = new float[prototypes.Length];

        LinearLoss<float> head = Loss.LinearCrossEntropy<float>(classes: 5000, dimension: 64, zLoss: 1e-4, softCap: 30);
        Cost cost = head.ValueAndGradient(
            new() { Hidden = hidden, Prototypes = prototypes, Labels = tokens },
            new() { Hidden = gradientHidden, Prototypes = gradientPrototypes },
            out Cost zLoss);
        Console.WriteLine($"perplexity {Math.Exp(cost.Mean - zLoss.Mean):F0}, z-loss {zLoss.Mean:F4}");

        Math.Exp(cost.Mean - zLoss.Mean).Should().BeInRange(4500, 8000);
        zLoss.Mean.Should().BeApproximately(1e-4 * Math.Pow(Math.Log(5000), 2), 1e-3);
        gradientPrototypes.Should().Contain(x => x != 0);
    }

    [Fact]
    public void Own_loss_works()
    {
        RowLoss<float, int> own = Loss.FromTrueClassFormula<float, RootError>(new(), classes: 3);
        Cost rootError = own.Value([2.0f, -1.0f, 0.5f, 0.1f, 3.0f, -2.0f], [0, 1]);
        Console.WriteLine(rootError);                                          // mean 0.352109 (weight 2, 2 examples)

        rootError.Mean.Should().BeApproximately(0.352109, 1e-6);
    }

    [Fact]
    public void Works_for_embeddings()
    {
        // 64 rows of two views, the second a little moved; the labels are ten kinds.
        Random random = new(7);
        float[] queries = [.. Enumerable.Range(0, 64 * 32).Select(_ => random.NextSingle() - 0.5f)];
        float[] keys = [.. queries.Select(number => number + 0.1f * random.NextSingle())];
        int[] labels = [.. Enumerable.Range(0, 64).Select(row => row % 10)];
        float[] gradientQueries = new float[queries.Length];
        float[] gradientKeys = new float[keys.Length];

        MatchLoss<float> retrieval = Loss.InfoNce<float>(dimension: 32, temperature: 0.05);
        Cost cost = retrieval.ValueAndGradient(
            new() { First = queries, Second = keys }, new() { First = gradientQueries, Second = gradientKeys });

        MinedLoss<float> triplets = Loss.SemiHardTriplet<float>(dimension: 32, margin: 0.2);
        triplets.ValueAndGradient(
            new() { Embeddings = queries, Labels = labels },
            new() { Embeddings = gradientQueries },
            out TripletCount count);
        Console.WriteLine($"{cost}, {count.ActiveShare:P0} of {count.Total} triplets active");

        cost.Count.Should().Be(64);
        count.Total.Should().Be(348);
        count.ActiveShare.Should().BeInRange(0, 1);
    }
}

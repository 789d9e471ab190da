namespace LossKit.LightGbm.Tests;

public sealed class ReadmeExample
{
    [Fact]
    public void Works()
    {
        // 2,000 loans: income and age, and 1 if it was not paid back.
        Random random = new(1);
        double[] features = new double[4000];
        double[] defaults = new double[2000];
        for (int i = 0; i < 2000; i++)
        {
            (features[2 * i], features[2 * i + 1]) = (random.Next(20, 90), random.Next(18, 70));
            defaults[i] = random.Next(150) > 60 + features[2 * i] ? 1 : 0;
        }

        LightGbmDataset<double> train = new(features.AsMemory(0, 3000), columns: 2, defaults.AsMemory(0, 1500));
        LightGbmDataset<double> held = new(features.AsMemory(3000), columns: 2, defaults.AsMemory(1500));

        // A default costs five times as much as a customer turned away: in training, and in what stops it.
        DecisionCosts costs = new(falsePositive: 1, falseNegative: 5);
        LightGbmValidation<double> validation = new(held)
        {
            Patience = 20,
            Metrics = [new(new("cost", Better.Lower), costs.AtThreshold<double>(0))],
        };
        PointwiseLoss<double> loss = Loss.BinaryCrossEntropyLogits<double>(positiveWeight: 5);
        using LightGbmBooster booster = loss.TrainLightGbm(train, new() { Leaves = 4 }, validation);

        double[] risk = booster.Predict<double>([25, 30]);        // a probability, each default counted 5 times
        booster.Save("loans.txt");                                // LightGBM's own format
        using LightGbmBooster again = LightGbmBooster.Load("loans.txt");
        Console.WriteLine($"{again.Rounds} rounds of {again.Loss}: {risk[0]:F2}");

        File.Delete("loans.txt");
        risk[0].Should().BeInRange(0.65, 0.9);
        again.Predict<double>([25, 30]).Should().Equal(risk);
        again.Predict<double>([85, 30])[0].Should().BeLessThan(risk[0] - 0.4);
    }

    [Fact]
    public void Is_that_of_the_readme()
    {
        string example = Compact(Read("ReadmeExample.cs.txt"));
        string code = Read("README.md").Split("```csharp")[1].Split("```")[0];
        string statements = code[code.IndexOf("// 2,000 loans", StringComparison.Ordinal)..];
        example.Should().Contain(Compact(statements));

        static string Read(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "readme", name));
        static string Compact(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
    }
}

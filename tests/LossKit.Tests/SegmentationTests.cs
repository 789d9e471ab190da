namespace LossKit.Tests;

/// <summary>Losses of regions, beyond what the reference cases say.</summary>
public sealed class SegmentationTests
{
    private const int Examples = 2;
    private const int Classes = 3;
    private const int Pixels = 37;

    public static TheoryData<ClassActivation, bool, bool> Options
    {
        get
        {
            TheoryData<ClassActivation, bool, bool> options = [];
            foreach (ClassActivation activation in Enum.GetValues<ClassActivation>())
            {
                options.Add(activation, true, false);
                options.Add(activation, false, true);
                options.Add(activation, false, false);
            }

            return options;
        }
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void The_gradient_is_that_of_the_value(ClassActivation activation, bool perBatch, bool includeBackground)
    {
        (double[] predictions, double[] targets, bool[] mask) = Sample(activation);
        double[] weights = [.. Enumerable.Range(1, (perBatch ? 1 : Examples) * (includeBackground ? 3 : 2))];
        SegmentationLoss<double> loss = Loss.SoftDice<double>(0.5, 0.25, squared: true, logits: false)
            .OfClasses(Classes, activation, perBatch, includeBackground, includeBackground ? [0.5, 1, 2] : [1, 2]);
        double[] gradient = new double[predictions.Length];
        loss.ValueAndGradient(Batch(), new() { Predictions = gradient }, weights);
        for (int i = 0; i < predictions.Length; i += 5)
        {
            double kept = predictions[i];
            predictions[i] = kept + 1e-5;
            double above = loss.Value(Batch(), weights).Mean;
            predictions[i] = kept - 1e-5;
            double below = loss.Value(Batch(), weights).Mean;
            predictions[i] = kept;
            gradient[i].Should().BeApproximately((above - below) / 2e-5, 1e-8);
        }

        Segmentation<double> Batch() => new()
        {
            Predictions = predictions,
            Targets = targets,
            Pixels = Pixels,
            Mask = mask,
        };
    }

    [Fact]
    public void What_is_masked_or_weighs_nothing_may_be_NaN()
    {
        (double[] predictions, double[] targets, bool[] mask) = Sample(ClassActivation.Softmax);
        SegmentationLoss<double> loss = Loss.SoftDice<double>(logits: false).OfClasses(Classes);
        double[] gradient = new double[predictions.Length];
        double[] same = new double[predictions.Length];
        double[] weights = [1, 2, 3, 0, 0, 0];
        Cost cost = loss.ValueAndGradient(
            new() { Predictions = predictions, Targets = targets, Pixels = Pixels, Mask = mask },
            new() { Predictions = gradient },
            weights);
        for (int pixel = 0; pixel < Pixels; pixel++)
        {
            predictions[pixel] = mask[pixel] ? predictions[pixel] : double.NaN;
            predictions[Classes * Pixels + pixel] = double.NaN;
        }

        loss.ValueAndGradient(
            new() { Predictions = predictions, Targets = targets, Pixels = Pixels, Mask = mask },
            new() { Predictions = same },
            weights).Should().Be(cost);
        same.Should().Equal(gradient);
        gradient.Skip(Classes * Pixels).Should().OnlyContain(slope => slope == 0);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        SegmentationLoss<float> loss = Loss.SoftDice<float>(logits: false).OfClasses(2);
        float[] numbers = new float[12];
        float[] gradient = [7, 7, 7];
        foreach (Action call in new Action[]
        {
            () => loss.Value(new() { Predictions = numbers, Targets = numbers, Pixels = 0 }),
            () => _ = loss.Losses(new() { Predictions = numbers, Targets = numbers, Pixels = 0 }),
            () => loss.Value(new() { Predictions = numbers, Targets = numbers, Pixels = 4 }),
            () => loss.Value(new() { Predictions = numbers, Targets = new float[11], Pixels = 3 }),
            () => loss.Value(new() { Predictions = numbers, Targets = numbers, Pixels = 3, Mask = new bool[7] }),
            () => loss.Value(new() { Predictions = numbers, Targets = numbers, Pixels = 3 }, [1, 1, 1]),
            () => loss.ValueAndGradient(
                new() { Predictions = numbers, Targets = numbers, Pixels = 3 }, new() { Predictions = gradient }),
            () => loss.ValueAndGradient(
                new() { Predictions = numbers, Targets = numbers, Pixels = 3 }, new() { Predictions = numbers }),
            () => loss.ValueAndGradient(
                new() { Predictions = [], Targets = [], Pixels = 3 }, default, default, (Reduction)9),
            () => Loss.SoftDice<float>(logits: false).OfClasses(1, classWeights: [1]).ValueAndGradient(
                new() { Predictions = numbers.AsSpan(3), Targets = numbers.AsSpan(3), Pixels = 9 },
                new() { Predictions = numbers.AsSpan(..3) },
                default,
                (Reduction)9),
            () => Loss.SoftDice<float>().OfClasses(0),
            () => Loss.SoftDice<float>().OfClasses(1, includeBackground: false),
            () => Loss.SoftDice<float>().OfClasses(2, classWeights: [1, 1, 1]),
            () => Loss.SoftDice<float>().OfClasses(2, (ClassActivation)9),
        })
        {
            call.Should().Throw<ArgumentException>().Which.ParamName.Should().NotBeNull();
        }

        gradient.Should().Equal([7, 7, 7]);
    }

    [Fact]
    public void A_batch_without_examples_has_regions_all_the_same()
    {
        double[] losses = [7, 7];
        Segmentation<double> batch = new() { Predictions = [], Targets = [], Pixels = 3 };
        Loss.SoftDice<double>(logits: false).OfClasses(2, perBatch: true).PerExample(batch, losses)
            .Should().Be(default(Cost));
        losses.Should().Equal([0, 0]);
    }

    [Fact]
    public void What_is_said_of_classes_is_what_was_given()
    {
        Action call = () => Loss.SoftDice<double>().OfClasses(1, includeBackground: false);
        call.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("classes")
            .Which.ActualValue.Should().Be(1);
    }

    private static (double[] Predictions, double[] Targets, bool[] Mask) Sample(ClassActivation activation)
    {
        Random random = new(3);
        double[] predictions = [.. Enumerable.Range(0, Examples * Classes * Pixels).Select(_ =>
            activation == ClassActivation.None ? random.NextDouble() : 6 * random.NextDouble() - 3)];
        return (
            predictions,
            [.. predictions.Select(_ => (double)random.Next(2))],
            [.. Enumerable.Range(0, Examples * Pixels).Select(_ => random.Next(4) > 0)]);
    }
}

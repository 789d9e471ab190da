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
    public void A_loss_of_logits_is_one_of_the_probabilities_that_the_activation_makes()
    {
        float[] predictions = [0.5f, -1, 2, 0.25f, 1, -3, 0, 4, -0.5f, 0.75f, 1.5f, -2];
        float[] targets = [1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0];
        Segmentation<float> batch = new() { Predictions = predictions, Targets = targets, Pixels = 4 };
        foreach (ClassActivation activation in Enum.GetValues<ClassActivation>())
        {
            Loss.SoftDice<float>().OfClasses(3, activation).Value(batch).Should().Be(
                Loss.SoftDice<float>(logits: false).OfClasses(3, activation).Value(batch));
        }

        // As of all modifiers that do not suit a loss, of its name too.
        foreach (Action call in (Action[])
        [
            () => Loss.PairwiseHinge<float>().OfClasses(3),
            () => Loss.Parse<float, NamedMetric>("PairwiseHinge.OfClasses(3)"),
        ])
        {
            call.Should().Throw<NotSupportedException>().WithMessage(
                "PairwiseHinge(margin=1, *) is of pairs or lists; expected a loss of regions, as SoftDice.");
        }
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

    public static TheoryData<string, bool> Whole
    {
        get
        {
            TheoryData<string, bool> losses = [];
            foreach (string name in (string[])["square", "simple", "present", "all", "boundary", "hausdorff"])
            {
                losses.Add(name, false);
                losses.Add(name, true);
            }

            return losses;
        }
    }

    /// <summary>With ignored pixels, a class that is in no image, and weights.</summary>
    [Theory]
    [MemberData(nameof(Whole))]
    public void Losses_of_all_classes_are_those_of_the_definition(string name, bool perBatch)
    {
        (double[] predictions, double[] planes, bool[] mask) = Sample(ClassActivation.Softmax);
        Random random = new(4);
        int[] labels = [.. mask.Select(isThere => isThere ? random.Next(2) : 255)];
        double[] far = [.. planes.Select(_ => random.NextDouble())];
        SegmentationLoss<double> loss = name switch
        {
            "square" => Loss.GeneralizedDice<double>(
                Classes, RegionWeighting.Square, 0.5, 0.25, ClassActivation.Softmax, perBatch, 255),
            "simple" => Loss.GeneralizedDice<double>(
                Classes, RegionWeighting.Simple, 0.5, 0.25, ClassActivation.Softmax, perBatch, 255),
            "boundary" => Loss.Boundary<double>(Classes, ClassActivation.Softmax),
            "hausdorff" => Loss.HausdorffDt<double>(Classes, 1.5, ClassActivation.Softmax),
            _ => Loss.LovaszSoftmax<double>(
                Classes, ClassActivation.Softmax, !perBatch, name == "present", ignoreIndex: 255),
        };
        bool isOfDistances = name is "boundary" or "hausdorff";
        double[] losses = new double[loss.Losses(Batch())];
        double[] weights = [.. Enumerable.Range(1, losses.Length).Select(i => i * 0.5)];
        double[] gradient = new double[predictions.Length];
        Cost cost = loss.PerExample(Batch(), losses, weights);
        loss.ValueAndGradient(Batch(), new() { Predictions = gradient }, weights).Should().Be(cost);
        double[] expected = Definition();
        losses.Should().Equal(expected, (left, right) => Math.Abs(left - right) < 1e-12);
        cost.Sum.Should().BeApproximately(expected.Zip(weights, (l, w) => l * w).Sum(), 1e-12);
        (cost.Weight, cost.Count).Should().Be((weights.Sum(), losses.Length));
        for (int i = 0; i < predictions.Length; i += 7)
        {
            double kept = predictions[i];
            predictions[i] = kept + 1e-6;
            double above = Definition().Zip(weights, (l, w) => l * w).Sum();
            predictions[i] = kept - 1e-6;
            double below = Definition().Zip(weights, (l, w) => l * w).Sum();
            predictions[i] = kept;
            gradient[i].Should().BeApproximately((above - below) / 2e-6 / weights.Sum(), 1e-8, $"entry {i}");
        }

        Segmentation<double> Batch() => new()
        {
            Predictions = predictions
                .Select((x, i) => mask[i / Pixels / Classes * Pixels + i % Pixels] ? x : double.NaN).ToArray(),
            Targets = isOfDistances ? planes : [],
            Labels = isOfDistances ? [] : labels,
            Mask = isOfDistances ? mask : [],
            Pixels = Pixels,
            PredictionDistances = name == "hausdorff" ? far : [],
            TargetDistances = name == "hausdorff" ? planes : [],
        };

        double[] Definition()
        {
            List<double> all = [];
            foreach (int[] examples in (int[][])(perBatch && !isOfDistances ? [[0, 1]] : [[0], [1]]))
            {
                (double P, double T, double D)[][] regions =
                [
                    .. Enumerable.Range(0, Classes).Select(c => examples.SelectMany(e => Enumerable.Range(0, Pixels)
                        .Where(pixel => mask[e * Pixels + pixel])
                        .Select(pixel => (
                            Probability(e, c, pixel),
                            isOfDistances ? planes[At(e, c, pixel)] : labels[e * Pixels + pixel] == c ? 1.0 : 0,
                            far[At(e, c, pixel)]))).ToArray()),
                ];
                if (name is "square" or "simple")
                {
                    double[] sizes = [.. regions.Select(region => region.Sum(x => x.T))];
                    double[] counts =
                        [.. sizes.Select(size => size == 0 ? 0 : name == "square" ? 1 / (size * size) : 1 / size)];
                    counts = [.. counts.Select(count => count == 0 ? counts.Max() : count)];
                    double both = regions.Select((region, c) => counts[c] * region.Sum(x => x.P * x.T)).Sum();
                    double total = regions.Select((region, c) => counts[c] * region.Sum(x => x.P + x.T)).Sum();
                    all.Add(1 - (2 * both + 0.5) / (total + 0.25));
                }
                else if (name is "present" or "all")
                {
                    all.Add(regions.Where(region => name == "all" || region.Any(x => x.T == 1))
                        .Average(region => Lovasz([.. region.Select(x => (Math.Abs(x.T - x.P), x.T == 1))])));
                }
                else
                {
                    all.AddRange(regions.Select(region => region.Average(x => name == "boundary"
                        ? x.P * x.T
                        : (x.P - x.T) * (x.P - x.T) * (Math.Pow(x.D, 1.5) + Math.Pow(x.T, 1.5)))));
                }
            }

            return [.. all];
        }

        double Probability(int example, int label, int pixel) => Math.Exp(predictions[At(example, label, pixel)])
            / Enumerable.Range(0, Classes).Sum(c => Math.Exp(predictions[At(example, c, pixel)]));

        static int At(int example, int label, int pixel) => (example * Classes + label) * Pixels + pixel;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Lovasz_hinge_is_that_of_its_definition(bool perImage)
    {
        Random random = new(6);
        double[] scores = [.. Enumerable.Range(0, 2 * Pixels).Select(_ => 4 * random.NextDouble() - 2)];
        int[] labels = [.. scores.Select(_ => random.Next(3))];
        SegmentationLoss<double> loss = Loss.LovaszHinge<double>(perImage, ignoreIndex: 2);
        double[] losses = new double[perImage ? 2 : 1];
        double[] gradient = new double[scores.Length];
        loss.PerExample(Batch(), losses);
        loss.ValueAndGradient(Batch(), new() { Predictions = gradient }, reduction: Reduction.Sum);
        losses.Should().Equal(Definition(), (left, right) => Math.Abs(left - right) < 1e-12);
        for (int i = 0; i < scores.Length; i++)
        {
            double kept = scores[i];
            scores[i] = kept + 1e-6;
            double above = Definition().Sum();
            scores[i] = kept - 1e-6;
            double below = Definition().Sum();
            scores[i] = kept;
            gradient[i].Should().BeApproximately((above - below) / 2e-6, 1e-8);
        }

        // Nothing but ignored pixels: no loss, but one that counts.
        labels.AsSpan(0, Pixels).Fill(2);
        loss.PerExample(Batch(), losses).Count.Should().Be(losses.Length);
        (losses[0] == 0).Should().Be(perImage);

        Segmentation<double> Batch() => new() { Predictions = scores, Labels = labels, Pixels = Pixels };

        double[] Definition() => [.. Enumerable.Range(0, perImage ? 2 : 1).Select(image => Lovasz(
        [
            .. Enumerable.Range(image * Pixels, perImage ? Pixels : 2 * Pixels).Where(i => labels[i] < 2)
                .Select(i => (Math.Max(0, labels[i] == 1 ? 1 - scores[i] : 1 + scores[i]), labels[i] == 1)),
        ]))];
    }

    [Fact]
    public void Dice_and_cross_entropy_add_up_to_their_definition()
    {
        (double[] predictions, _, bool[] mask) = Sample(ClassActivation.Softmax);
        Random random = new(4);
        int[] labels = [.. mask.Select(isThere => isThere ? random.Next(Classes) : -100)];
        SegmentationLoss<double> loss = Loss.DiceCrossEntropy<double>(Classes, 0.75, 2, true, 0.5, 0.25);
        double[] gradient = new double[predictions.Length];
        double[] losses = new double[1];
        Cost cost = loss.PerExample(Batch(), losses, [3]);
        losses[0].Should().BeApproximately(Definition(), 1e-12);
        (cost.Mean, cost.Weight, cost.Count).Should().Be((cost.Sum / 3, 3, 1));
        cost.Mean.Should().BeApproximately(losses[0], 1e-12);
        loss.ValueAndGradient(Batch(), new() { Predictions = gradient }, [3], Reduction.Sum).Should().Be(cost);
        for (int i = 0; i < predictions.Length; i += 3)
        {
            double kept = predictions[i];
            predictions[i] = kept + 1e-6;
            double above = Definition();
            predictions[i] = kept - 1e-6;
            double below = Definition();
            predictions[i] = kept;
            gradient[i].Should().BeApproximately(3 * (above - below) / 2e-6, 1e-8, $"entry {i}");
        }

        predictions[Pixels] = double.NaN;
        Cost none = loss.ValueAndGradient(Batch(), new() { Predictions = gradient }, [0]);
        (none.Mean, none.Sum).Should().Be((double.NaN, 0));
        gradient.Should().OnlyContain(slope => slope == 0);

        // However far out, in both precisions.
        int[] two = [0, 1];
        double[] far = new double[4];
        float[] near = new float[4];
        Loss.DiceCrossEntropy<double>(2).ValueAndGradient(
            new() { Predictions = [1e4, -1e4, -1e4, -1e4], Labels = two, Pixels = 2 },
            new() { Predictions = far }).Mean.Should().BeApproximately(0.613239, 1e-5);
        Loss.DiceCrossEntropy<float>(2).ValueAndGradient(
            new() { Predictions = [1e4f, -1e4f, -1e4f, -1e4f], Labels = two, Pixels = 2 },
            new() { Predictions = near });
        near.Should().Equal(far, (single, wide) => Math.Abs(single - wide) < 1e-6);

        Segmentation<double> Batch() => new() { Predictions = predictions, Labels = labels, Pixels = Pixels };

        double Definition()
        {
            List<double> dice = [];
            double crossEntropy = 0;
            for (int example = 0; example < Examples; example++)
            {
                for (int label = 0; label < Classes; label++)
                {
                    double both = 0;
                    double total = 0;
                    for (int pixel = 0; pixel < Pixels; pixel++)
                    {
                        int truth = labels[example * Pixels + pixel];
                        if (truth >= 0)
                        {
                            double[] x = [.. Enumerable.Range(0, Classes)
                                .Select(c => predictions[(example * Classes + c) * Pixels + pixel])];
                            double p = Math.Exp(x[label]) / x.Sum(Math.Exp);
                            double target = truth == label ? 1 : 0;
                            both += p * target;
                            total += p * p + target;
                            crossEntropy -= target * Math.Log(p);
                        }
                    }

                    dice.Add(1 - (2 * both + 0.5) / (total + 0.25));
                }
            }

            return 0.75 * dice.Average() + 2 * crossEntropy / mask.Count(isThere => isThere);
        }
    }

    [Fact]
    public void What_a_loss_has_no_part_for_is_refused()
    {
        float[] numbers = new float[12];
        foreach ((string name, Action call) in ((string, Action)[])
        [
            ("targets", () => Loss.LovaszSoftmax<float>(2).Value(
                new() { Predictions = numbers, Targets = numbers, Labels = new int[6], Pixels = 3 })),
            ("labels", () => Loss.LovaszSoftmax<float>(2).Value(
                new() { Predictions = numbers, Labels = [0, 1, 0, 1, 0, 2], Pixels = 3 })),
            ("labels", () => Loss.LovaszHinge<float>().Value(
                new() { Predictions = numbers, Labels = new int[5], Pixels = 3 })),
            ("predictionDistances", () => Loss.Boundary<float>(2).Value(
                new() { Predictions = numbers, Targets = numbers, PredictionDistances = numbers, Pixels = 3 })),
            ("predictionDistances", () => Loss.HausdorffDt<float>(2).Value(
                new() { Predictions = numbers, Targets = numbers, TargetDistances = numbers, Pixels = 3 })),
            ("alpha", () => Loss.HausdorffDt<float>(2, alpha: 0)),
            ("weighting", () => Loss.GeneralizedDice<float>(2, (RegionWeighting)9)),
        ])
        {
            call.Should().Throw<ArgumentException>().WithParameterName(name);
        }
    }

    /// <summary>Σ e·(Δ − Δ before) in falling order of the errors e.</summary>
    private static double Lovasz((double Error, bool IsForeground)[] pixels)
    {
        (double Error, bool IsForeground)[] order = [.. pixels.OrderByDescending(pixel => pixel.Error)];
        int foreground = order.Count(pixel => pixel.IsForeground);
        double sum = 0;
        double before = 0;
        for (int k = 1; k <= order.Length; k++)
        {
            double loss = (double)k / (foreground + order[..k].Count(pixel => !pixel.IsForeground));
            sum += order[k - 1].Error * (loss - before);
            before = loss;
        }

        return sum;
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

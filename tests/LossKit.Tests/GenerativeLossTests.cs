namespace LossKit.Tests;

/// <summary>
/// Losses of rows of tuples, of variational autoencoders and of adversarial networks, by their definitions.
/// </summary>
public sealed class GenerativeLossTests
{
    private const double Step = 1e-3;

    public static TheoryData<string> RowLosses => new(s_rows.Keys);

    /// <summary>
    /// A loss of rows of a width, the definition of a row, and the least and largest of its targets of rows.
    /// </summary>
    private static readonly Dictionary<
        string,
        (Func<int, TupleRowsLoss<double>> Double, Func<int, TupleRowsLoss<float>> Single,
            Func<double[], double[], double> Value)> s_rows = new()
            {
                ["standard"] = (
            d => Loss.GaussianKlStandard<double>(d),
            d => Loss.GaussianKlStandard<float>(d),
            (p, _) => Enumerable.Range(0, p.Length / 2).Sum(c => Normal(p[c], p[c + p.Length / 2], 0, 0))),
                ["free"] = (
            d => Loss.GaussianKlStandard<double>(d, 0.4),
            d => Loss.GaussianKlStandard<float>(d, 0.4),
            (p, _) => Enumerable.Range(0, p.Length / 2)
                .Sum(c => Math.Max(0.4, Normal(p[c], p[c + p.Length / 2], 0, 0)))),
                ["prior"] = (
            d => Loss.GaussianKl<double>(d),
            d => Loss.GaussianKl<float>(d),
            (p, _) => Enumerable.Range(0, p.Length / 4).Sum(c => Normal(
                p[c], p[c + p.Length / 4], p[c + p.Length / 2], p[c + 3 * (p.Length / 4)]))),
                ["diffusion"] = (
            d => Loss.DiffusionMse<double>(d, DiffusionPrediction.Velocity, DiffusionWeighting.MinSnr, 0.4),
            d => Loss.DiffusionMse<float>(d, DiffusionPrediction.Velocity, DiffusionWeighting.MinSnr, 0.4),
            (p, t) => Math.Min(t[^1], 0.4) / (t[^1] + 1) * p.Zip(t).Average(pair => Square(pair.First - pair.Second))),
                ["score"] = (
            d => Loss.DenoisingScoreMatching<double>(d, 1.5),
            d => Loss.DenoisingScoreMatching<float>(d, 1.5),
            (p, t) => 0.5 * Math.Pow(t[^1], 1.5)
                * p.Select((s, c) => Square(s + (t[p.Length + c] - t[c]) / (t[^1] * t[^1]))).Sum()),
                ["flow"] = (
            d => Loss.FlowMatching<double>(d, FlowWeighting.LogitNormal),
            d => Loss.FlowMatching<float>(d, FlowWeighting.LogitNormal),
            (p, t) => Math.Exp(-Square(Math.Log(t[^1] / (1 - t[^1]))) / 2)
                / (Math.Sqrt(2 * Math.PI) * t[^1] * (1 - t[^1]))
                * p.Select((v, c) => Square(v - (t[p.Length + c] - t[c]))).Average()),
            };

    [Theory, MemberData(nameof(RowLosses))]
    public void A_row_is_the_sum_or_mean_over_its_tuples(string name)
    {
        foreach (int width in (int[])[1, 3, 17, 1500])
        {
            (TupleRowsLoss<double> loss, TupleRowsLoss<float> single) = (s_rows[name].Double(width), s_rows[name].Single(width));
            (int k, int m) = loss.Shape;
            int rows = width > 100 ? 2 : 9;
            Random random = new(width);
            double[] predictions = Numbers(rows * k, -1.5, 1.5);
            double[] targets = Numbers(rows * m, 0.25, 0.75);
            double[] weights = [.. Enumerable.Range(0, rows).Select(row => (double)(1 + row % 3))];
            double[] losses = new double[rows];
            double[] gradient = new double[predictions.Length];
            double[] hessian = new double[predictions.Length];
            Cost cost = loss.ValueGradientAndHessian(predictions, targets, gradient, hessian, weights, Reduction.Sum);
            loss.PerExample(predictions, targets, losses, weights).Should().Be(cost);
            float[] singles = new float[predictions.Length];
            single.ValueAndGradient(
                Singles(predictions), Singles(targets), singles, Singles(weights), Reduction.Sum);
            for (int i = 0; i < predictions.Length; i += width > 100 ? 97 : 1)
            {
                int row = i / k;
                double[] p = predictions[(row * k)..((row + 1) * k)];
                double[] t = targets[(row * m)..((row + 1) * m)];
                losses[row].Should().BeApproximately(At(0), 1e-11 * (1 + width));
                double slope = (8 * (At(1) - At(-1)) - (At(2) - At(-2))) / (12 * Step);
                double curvature = (16 * (At(1) + At(-1)) - (At(2) + At(-2)) - 30 * At(0)) / (12 * Step * Step);
                if (Math.Abs((At(1) - At(-1)) / (2 * Step) - (At(2) - At(-2)) / (4 * Step)) < 1e-4)
                {
                    gradient[i].Should().BeApproximately(weights[row] * slope, 1e-6);
                    hessian[i].Should().BeApproximately(weights[row] * curvature, 1e-3);
                    ((double)singles[i]).Should().BeApproximately(weights[row] * slope, 1e-3);
                }

                double At(int steps) => s_rows[name].Value([.. p.Select((x, c) => c == i % k ? x + steps * Step : x)], t);
            }

            double[] Numbers(int count, double from, double to) =>
                [.. Enumerable.Range(0, count).Select(_ => from + (to - from) * random.NextDouble())];
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1500)]
    public void A_NaN_reaches_its_row_unless_that_has_no_weight(int width)
    {
        TupleRowsLoss<double> loss = Loss.GaussianKlStandard<double>(width);
        double[] numbers = new double[6 * width];
        numbers[3 * width] = double.NaN;
        double[] gradient = new double[numbers.Length];
        double[] hessian = new double[numbers.Length];
        double[] losses = new double[3];
        loss.PerExample(numbers, [], losses);
        losses.Select(double.IsNaN).Should().Equal(false, true, false);
        loss.ValueGradientAndHessian(numbers, [], gradient, hessian).Mean.Should().Be(double.NaN);
        gradient.Select(double.IsNaN).Should().Equal(Enumerable.Range(0, 6 * width).Select(i => i / (2 * width) == 1));
        hessian.Select(double.IsNaN).Should().Equal(Enumerable.Range(0, 6 * width).Select(i => i / (2 * width) == 1));
        loss.ValueGradientAndHessian(numbers, [], gradient, hessian, [1, 0, 1]).Mean.Should().Be(0);
        gradient.Should().OnlyContain(slope => slope == 0);
    }

    [Theory]
    [InlineData(Reconstruction.Binary, 1)]
    [InlineData(Reconstruction.Squared, 0.25)]
    public void Elbo_is_the_sum_of_its_parts(Reconstruction reconstruction, double variance)
    {
        const int Rows = 4;
        Random random = new(2);
        double[] predictions = Numbers(Rows * 7);
        double[] targets = Numbers(Rows * 7);
        double[] means = Numbers(Rows * 3);
        double[] logVariances = Numbers(Rows * 3);
        double[][] written =
        [
            .. Enumerable.Range(0, 6).Select(i => new double[i % 3 == 0 ? predictions.Length : means.Length]),
        ];
        double[] weights = [1, 2, 0, 1];
        double[] losses = new double[Rows];
        ElboLoss<double> loss = Loss.Elbo<double>(reconstruction, 0.5, variance);
        Cost cost = loss.ValueAndGradient(
            Batch(),
            new()
            {
                Predictions = written[0],
                Means = written[1],
                LogVariances = written[2],
                PredictionsHessian = written[3],
                MeansHessian = written[4],
                LogVariancesHessian = written[5],
            },
            out Cost divergence,
            weights,
            Reduction.Sum);
        loss.PerExample(Batch(), losses, weights).Should().Be(cost);
        Cost ofDivergence = Loss.GaussianKlStandard<double>(3).Value(
            [.. Enumerable.Range(0, Rows).SelectMany(row =>
                means[(3 * row)..(3 * row + 3)].Concat(logVariances[(3 * row)..(3 * row + 3)]))],
            [],
            weights);
        divergence.Should().Be(ofDivergence);
        double expected = Enumerable.Range(0, Rows).Sum(row => weights[row]
            * predictions[(7 * row)..(7 * row + 7)].Zip(targets[(7 * row)..]).Sum(pair =>
                reconstruction == Reconstruction.Binary
                    ? Math.Log(1 + Math.Exp(pair.First)) - pair.Second * pair.First
                    : Square(pair.First - pair.Second) / (2 * variance)));
        cost.Sum.Should().BeApproximately(expected + 0.5 * divergence.Sum, 1e-11);
        losses.Zip(weights).Sum(pair => pair.First * pair.Second).Should().BeApproximately(cost.Sum, 1e-11);
        for (int row = 0; row < Rows; row++)
        {
            for (int c = 0; c < 3; c++)
            {
                int i = 3 * row + c;
                written[1][i].Should().BeApproximately(weights[row] * 0.5 * means[i], 1e-12);
                written[2][i].Should().BeApproximately(weights[row] * 0.25 * (Math.Exp(logVariances[i]) - 1), 1e-12);
                written[4][i].Should().BeApproximately(weights[row] * 0.5, 1e-12);
                written[5][i].Should().BeApproximately(weights[row] * 0.25 * Math.Exp(logVariances[i]), 1e-12);
            }

            for (int c = 0; c < 7; c++)
            {
                int i = 7 * row + c;
                double sigmoid = 1 / (1 + Math.Exp(-predictions[i]));
                bool isBinary = reconstruction == Reconstruction.Binary;
                written[0][i].Should().BeApproximately(
                    weights[row] * (isBinary ? sigmoid - targets[i] : (predictions[i] - targets[i]) / variance), 1e-12);
                written[3][i].Should().BeApproximately(
                    weights[row] * (isBinary ? sigmoid * (1 - sigmoid) : 1 / variance), 1e-12);
            }
        }

        double[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())];

        Variational<double> Batch() => new()
        {
            Rows = Rows,
            Predictions = predictions,
            Targets = targets,
            Means = means,
            LogVariances = logVariances,
        };
    }

    [Theory]
    [InlineData(AdversarialKind.Logistic, AdversarialSide.Critic)]
    [InlineData(AdversarialKind.Logistic, AdversarialSide.Generator)]
    [InlineData(AdversarialKind.LeastSquares, AdversarialSide.Critic)]
    [InlineData(AdversarialKind.LeastSquares, AdversarialSide.Generator)]
    [InlineData(AdversarialKind.Hinge, AdversarialSide.Critic)]
    [InlineData(AdversarialKind.Hinge, AdversarialSide.Generator)]
    [InlineData(AdversarialKind.Wasserstein, AdversarialSide.Critic)]
    [InlineData(AdversarialKind.Wasserstein, AdversarialSide.Generator)]
    public void Adversarial_losses_are_those_of_each_score(AdversarialKind kind, AdversarialSide side)
    {
        double[] real = [0.3, -0.4, 1.7, double.NaN, 0.2];
        double[] fake = [-0.7, 1.3, 0.1];
        double[] weights = [1, 2, 1, 0, 1, 1, 3, 1];
        bool isCritic = side == AdversarialSide.Critic;
        double[] none = isCritic ? real : [];
        Check(Loss.Gan<double>(kind, side), none, fake, weights[(isCritic ? 0 : 5)..], (r, f) =>
        [
            .. r.Select(OfReal),
            .. f.Select(x => isCritic ? OfFake(x) : kind == AdversarialKind.Hinge ? -x : OfReal(x)),
        ]);
        Check(Loss.RelativisticAverageGan<double>(kind, side), real, fake, weights, (r, f) =>
        {
            double meanOfReal = r.Where((_, i) => weights[i] > 0).Average();
            double meanOfFake = f.Average();
            return
            [
                .. r.Select(x => isCritic ? OfReal(x - meanOfFake) : OfFake(x - meanOfFake)),
                .. f.Select(x => isCritic ? OfFake(x - meanOfReal) : OfReal(x - meanOfReal)),
            ];
        });

        double OfReal(double x) => kind switch
        {
            AdversarialKind.Logistic => Math.Log(1 + Math.Exp(-x)),
            AdversarialKind.LeastSquares => Square(x - 1) / 2,
            AdversarialKind.Hinge => Math.Max(0, 1 - x),
            _ => -x,
        };

        double OfFake(double x) => kind == AdversarialKind.LeastSquares ? x * x / 2 : OfReal(-x);
    }

    [Fact]
    public void Gradients_that_share_memory_are_refused()
    {
        double[] scores = [1, 2, 3];
        double[] shared = new double[3];
        ((Action)(() => Loss.Gan<double>().ValueAndGradient(
            new() { Real = scores, Fake = scores }, new() { Fake = shared, RealHessian = shared })))
            .Should().Throw<ArgumentException>().WithMessage("*gradients.RealHessian*overlaps*gradients.Fake*");
        ((Action)(() => Loss.Elbo<double>().ValueAndGradient(
            new() { Predictions = scores, Targets = scores, Means = scores, LogVariances = scores, Rows = 3 },
            new() { Predictions = shared, MeansHessian = shared })))
            .Should().Throw<ArgumentException>().WithMessage("*gradients.MeansHessian*overlaps*gradients.Predictions*");
        shared.Should().AllBeEquivalentTo(0);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        double[] gradient = [7, 7];
        double[] two = [1, 2];
        foreach (Action call in new Action[]
        {
            () => Loss.GaussianKl<double>(0),
            () => Loss.GaussianKlStandard<double>(2, -1),
            () => Loss.GaussianKlStandard<double>(2).ValueAndGradient(two, [], gradient),
            () => Loss.GaussianKlStandard<double>(1).ValueAndGradient(two, two, gradient),
            () => Loss.FromTupleFormula<double, FlowMatching>(new(default)).OfRows(1, false, 4),
            () => Loss.DiffusionMse<double>(1, (DiffusionPrediction)9),
            () => Loss.DiffusionMse<double>(1, weighting: (DiffusionWeighting)9),
            () => Loss.FlowMatching<double>(1, (FlowWeighting)9),
            () => Loss.Elbo<double>((Reconstruction)9),
            () => Loss.Elbo<double>(beta: -1),
            () => Elbo(3, two, two),
            () => Elbo(1, two, [1]),
            () => Elbo(-1, two, two),
            () => Elbo(0, two, two),
            () => Loss.Gan<double>((AdversarialKind)9),
            () => Loss.Gan<double>(side: (AdversarialSide)9),
            () => Loss.Gan<double>(side: AdversarialSide.Generator).ValueAndGradient(
                new() { Real = two, Fake = two }, new() { Fake = gradient }),
            () => Loss.Gan<double>().ValueAndGradient(
                new() { Real = two, Fake = two }, new() { Fake = gradient }, [1, 1]),
            () => Loss.Gan<double>().ValueAndGradient(
                new() { Real = two, Fake = gradient }, new() { Fake = gradient }),
        })
        {
            call.Should().Throw<ArgumentException>().Which.ParamName.Should().NotBeNull();
        }

        gradient.Should().Equal([7, 7]);

        void Elbo(int rows, double[] predictions, double[] targets) => Loss.Elbo<double>().ValueAndGradient(
            new() { Rows = rows, Predictions = predictions, Targets = targets, Means = [], LogVariances = [] },
            new() { Predictions = gradient });
    }

    /// <summary>A loss of scores, of which those without weight may hold anything.</summary>
    private static void Check(
        AdversarialLoss<double> loss,
        double[] real,
        double[] fake,
        double[] weights,
        Func<double[], double[], double[]> definition)
    {
        double[][] written = [new double[real.Length], new double[fake.Length], new double[real.Length], new double[fake.Length]];
        Cost cost = loss.ValueAndGradient(
            new() { Real = real, Fake = fake },
            new() { Real = written[0], Fake = written[1], RealHessian = written[2], FakeHessian = written[3] },
            weights,
            Reduction.Sum);
        cost.Sum.Should().BeApproximately(Sum(real, fake), 1e-12);
        loss.Value(new() { Real = real, Fake = fake }, weights).Should().Be(cost);
        for (int i = 0; i < real.Length + fake.Length; i++)
        {
            bool isReal = i < real.Length;
            int at = isReal ? i : i - real.Length;
            double slope = weights[i] == 0 ? 0 : (8 * (At(1) - At(-1)) - (At(2) - At(-2))) / (12 * Step);
            double curvature = weights[i] == 0
                ? 0
                : (16 * (At(1) + At(-1)) - (At(2) + At(-2)) - 30 * At(0)) / (12 * Step * Step);
            written[isReal ? 0 : 1][at].Should().BeApproximately(slope, 1e-8);
            written[isReal ? 2 : 3][at].Should().BeApproximately(curvature, 1e-6);

            double At(int steps) => Sum(
                [.. real.Select((x, j) => isReal && j == at ? x + steps * Step : x)],
                [.. fake.Select((x, j) => !isReal && j == at ? x + steps * Step : x)]);
        }

        double Sum(double[] ofReal, double[] ofFake) => definition(ofReal, ofFake).Zip(weights)
            .Sum(pair => pair.Second == 0 ? 0 : pair.First * pair.Second);
    }

    private static double Normal(double mean, double logVariance, double priorMean, double priorLogVariance) =>
        (priorLogVariance - logVariance - 1
            + (Math.Exp(logVariance) + Square(mean - priorMean)) / Math.Exp(priorLogVariance)) / 2;

    private static double Square(double x) => x * x;

    private static float[] Singles(double[] numbers) => Array.ConvertAll(numbers, number => (float)number);
}

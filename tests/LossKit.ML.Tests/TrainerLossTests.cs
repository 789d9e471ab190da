using Microsoft.ML.Trainers;

namespace LossKit.ML.Tests;

/// <summary>Losses mean to ML.NET's trainers what ML.NET's own mean to them.</summary>
public sealed class TrainerLossTests
{
    private static readonly float[] s_outputs = [-7, -1.5f, -1, -0.25f, 0, 0.5f, 1, 1.75f, 6];

    private static readonly (float Label, float Dual)[] s_duals =
        [(1, 0), (1, 0.5f), (1, 1), (0, 0), (0, -0.75f), (0, -1)];

    public static TheoryData<string> Regression => ["squared", "poisson"];

    public static TheoryData<string> Classification =>
        ["hinge", "smoothed hinge", "log", "log of 0 and 1", "exponential"];

    [Theory, MemberData(nameof(Regression))]
    public void Losses_of_regression_are_those_of_ml_net(string name)
    {
        (IRegressionLoss ours, IRegressionLoss theirs) = name == "squared"
            ? (Loss.SquaredError<double>().ToRegressionLoss(), (IRegressionLoss)new SquaredLoss())
            : (Loss.Poisson<double>().ToRegressionLoss(), new PoissonLoss());
        foreach (float output in s_outputs)
        {
            foreach (float label in (float[])[0, 1, 2.5f])
            {
                Near(ours.Derivative(output, label), theirs.Derivative(output, label));
                Near(ours.Loss(output, label), theirs.Loss(output, label));
            }
        }

        static void Near(double actual, double expected) =>
            actual.Should().BeApproximately(expected, 1e-5 * (1 + Math.Abs(expected)));
    }

    [Theory, MemberData(nameof(Classification))]
    public void Losses_of_classes_are_those_of_ml_net(string name)
    {
        (IClassificationLoss ours, IClassificationLoss theirs) = Pair(name);
        foreach (float output in s_outputs)
        {
            // What is not above 0 is negative, whether labels are 0 and 1 or −1 and +1.
            foreach (float label in (float[])[1, 0, -1, 0.5f])
            {
                ours.Derivative(output, label).Should().BeApproximately(theirs.Derivative(output, label), 2e-5f);
                ours.Loss(output, label).Should().BeApproximately(theirs.Loss(output, label), 1e-4);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_regression_trained_by_squared_error_is_that_of_ml_net(bool isDouble)
    {
        IRegressionLoss ours = isDouble
            ? Loss.SquaredError<double>().ToRegressionLoss()
            : Loss.SquaredError<float>().ToRegressionLoss();
        Weights(ours).Should().Equal(Weights(new SquaredLoss()));

        static float[] Weights(IRegressionLoss loss)
        {
            MLContext context = new(seed: 7);
            OnlineGradientDescentTrainer trainer =
                context.Regression.Trainers.OnlineGradientDescent("Target", lossFunction: loss);
            LinearRegressionModelParameters model = trainer.Fit(context.Examples()).Model;
            return [.. model.Weights, model.Bias];
        }
    }

    [Theory, MemberData(nameof(Classification))]
    public void A_perceptron_trained_by_a_loss_is_that_of_ml_net(string name)
    {
        (IClassificationLoss ours, IClassificationLoss theirs) = Pair(name);
        float[] expected = Weights(theirs);
        Weights(ours).Zip(expected, (one, other) => Math.Abs(one - other)).Max()
            .Should().BeLessThan(2e-4f * expected.Max());

        static float[] Weights(IClassificationLoss loss)
        {
            MLContext context = new(seed: 7);
            AveragedPerceptronTrainer trainer = context.BinaryClassification.Trainers.AveragedPerceptron(
                lossFunction: loss, learningRate: 0.1f);
            LinearBinaryModelParameters model = trainer.Fit(context.Examples()).Model;
            return [.. model.Weights, model.Bias];
        }
    }

    public static TheoryData<string> Dual => ["squared", "hinge", "smoothed hinge"];

    [Theory, MemberData(nameof(Dual))]
    public void Steps_in_the_dual_are_those_of_ml_net(string name)
    {
        (ISupportSdcaLoss ours, ISupportSdcaLoss theirs) = DualPair(name);
        foreach (float output in s_outputs)
        {
            foreach ((float label, float dual) in s_duals)
            {
                foreach (float norm in (float[])[0.01f, 1, 30])
                {
                    float Step(ISupportSdcaLoss loss, int threads) =>
                        loss.DualUpdate(output, label, dual, loss.ComputeDualUpdateInvariant(norm), threads);

                    Step(ours, 1).Should().BeApproximately(Step(theirs, 1), 2e-6f * (1 + Math.Abs(Step(theirs, 1))));
                    Step(ours, 4).Should().BeApproximately(Step(ours, 1) / 4, 1e-6f);
                }

                ours.DualLoss(label, dual).Should().BeApproximately(theirs.DualLoss(label, dual), 1e-5);
            }
        }

        if (name != "squared")
        {
            ours.DualLoss(1, 1.5f).Should().Be(double.NegativeInfinity);
            ours.DualLoss(1, -0.5f).Should().Be(double.NegativeInfinity);
        }
    }

    [Fact]
    public void The_dual_of_the_log_loss_is_an_entropy()
    {
        ISupportSdcaClassificationLoss loss = Loss.BinaryCrossEntropyLogits<double>().ToSdcaClassificationLoss();
        foreach (double share in (double[])[0.001, 0.25, 0.5, 0.9])
        {
            double entropy = -share * Math.Log(share) - (1 - share) * Math.Log(1 - share);
            loss.DualLoss(1, (float)share).Should().BeApproximately(entropy, 1e-5);
            loss.DualLoss(0, -(float)share).Should().BeApproximately(entropy, 1e-5);
        }

        loss.DualLoss(1, 0).Should().BeApproximately(0, 1e-5);
        loss.DualLoss(1, -0.1f).Should().Be(double.NegativeInfinity);
    }

    [Fact]
    public void A_step_from_an_infinite_slope_is_none()
    {
        ISupportSdcaRegressionLoss loss = Loss.Poisson<float>().ToSdcaRegressionLoss();
        loss.DualUpdate(1e5f, 1, 0, 1, 1).Should().Be(0);
        loss.DualUpdate(float.NaN, 1, 0, 1, 1).Should().Be(0);
        loss.DualLoss(1, float.NaN).Should().Be(double.NaN);
    }

    [Fact]
    public void Coordinate_ascent_by_squared_error_is_that_of_ml_net()
    {
        float[] theirs = Weights(new SquaredLoss());
        float[] ours = Weights(Loss.SquaredError<float>().ToSdcaRegressionLoss());

        // Both stop where the gap between primal and dual is what floats can tell.
        ours.Zip(theirs, (one, other) => Math.Abs(one - other)).Max().Should().BeLessThan(1e-3f);

        static float[] Weights(ISupportSdcaRegressionLoss loss)
        {
            LinearRegressionModelParameters model = Sdca(loss, new(seed: 7));
            return [.. model.Weights, model.Bias];
        }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.9)]
    public void Coordinate_ascent_fits_quantiles(double quantile)
    {
        MLContext context = new(seed: 7);
        LinearRegressionModelParameters model = Sdca(Loss.Quantile<float>(quantile).ToSdcaRegressionLoss(), context);
        Data.Example[] examples =
            [.. context.Data.CreateEnumerable<Data.Example>(context.Examples(), reuseRowObject: false)];
        double below = examples.Average(example => example.Target <= Predict(example) ? 1.0 : 0);
        below.Should().BeApproximately(quantile, 0.04);

        float Predict(Data.Example example) =>
            model.Bias + example.Features[0] * model.Weights[0] + example.Features[1] * model.Weights[1];
    }

    /// <summary>
    /// The least α·u + φ(u) is at the kink, u = y, and α·y, for α from q − 1 to q. A sum of steps in float is past
    /// these by rounding every now and then.
    /// </summary>
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    [InlineData(0.7)]
    [InlineData(0.9)]
    public void Rounding_does_not_carry_a_dual_past_its_bound(double quantile)
    {
        PointwiseLoss<double> thousandfold = Loss.Quantile<double>(quantile).Scaled(1000);
        int past = 0;
        foreach ((ISupportSdcaLoss loss, double scale) in (IEnumerable<(ISupportSdcaLoss, double)>)
        [
            (Loss.Quantile<float>(quantile).ToSdcaRegressionLoss(), 1),
            (Loss.Quantile<double>(quantile).ToSdcaRegressionLoss(), 1),
            (thousandfold.ToSdcaRegressionLoss(), 1000),
        ])
        {
            Random random = new(3);
            for (int i = 0; i < 300; i++)
            {
                float label = (float)(2 * random.NextDouble() - 1);
                float dual = 0;
                for (int step = 0; step < 5; step++)
                {
                    float output = (float)(scale * (2 * random.NextDouble() - 1));
                    dual += loss.DualUpdate(output, label, dual, (float)random.NextDouble(), 1);
                }

                past += dual > scale * quantile || dual < scale * (quantile - 1) ? 1 : 0;
                loss.DualLoss(label, dual).Should().BeApproximately(dual * (double)label, 1e-5 * scale);
            }

            loss.DualLoss(0.5f, (float)(scale * (quantile + 1e-4))).Should().Be(double.NegativeInfinity);
            loss.DualLoss(0.5f, (float)(scale * (quantile - 1 - 1e-4))).Should().Be(double.NegativeInfinity);
        }

        past.Should().BePositive("rounding is to be seen");
        ISupportSdcaClassificationLoss hinge = Loss.Hinge<float>().ToSdcaClassificationLoss();
        hinge.DualLoss(1, float.BitIncrement(1)).Should().BeApproximately(1, 1e-6);
        hinge.DualLoss(1, -6e-8f).Should().BeApproximately(0, 1e-6);
        hinge.DualLoss(1, -1e-4f).Should().Be(double.NegativeInfinity);
    }

    [Fact]
    public void A_loss_of_two_classes_is_none_of_numbers()
    {
        foreach (Action action in (Action[])
        [
            () => Loss.Hinge<float>().ToRegressionLoss(),
            () => Loss.Hinge<float>().ToSdcaRegressionLoss(),
            () => Loss.Logistic<double>().ToSdcaRegressionLoss(),
        ])
        {
            action.Should().Throw<ArgumentException>()
                .WithMessage("'loss' is *, whose targets are -1 or +1: expected one of numbers*ToClassificationLoss*")
                .WithParameterName("loss");
        }

        ((Action)(() => ((PointwiseLoss<float>)null!).ToSdcaRegressionLoss())).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void What_is_not_convex_has_no_dual()
    {
        ((Action)(() => Loss.TukeyBiweight<float>().ToSdcaRegressionLoss())).Should().Throw<ArgumentException>()
            .WithMessage("'loss' is TukeyBiweight(*), which is not convex*").WithParameterName("loss");
        ((Action)(() => Loss.Savage<float>().ToSdcaClassificationLoss())).Should().Throw<ArgumentException>();
        ((Action)(() => ((PointwiseLoss<float>)null!).ToRegressionLoss())).Should().Throw<ArgumentNullException>();
        ((Action)(() => ((PointwiseLoss<float>)null!).ToClassificationLoss())).Should().Throw<ArgumentNullException>();
    }

    private static LinearRegressionModelParameters Sdca(ISupportSdcaRegressionLoss loss, MLContext context) =>
        context.Regression.Trainers.Sdca(new SdcaRegressionTrainer.Options
        {
            LabelColumnName = "Target",
            LossFunction = loss,
            L2Regularization = 1e-2f,
            L1Regularization = 0,
            MaximumNumberOfIterations = 500,
            NumberOfThreads = 1,
            ConvergenceTolerance = 1e-6f,

            // With the default of 1 ML.NET diverges on so few rows, with its own loss too.
            BiasLearningRate = 0,
        }).Fit(context.Examples()).Model;

    private static (IClassificationLoss Ours, IClassificationLoss Theirs) Pair(string name) => name switch
    {
        "hinge" => (Loss.Hinge<float>().ToClassificationLoss(), new HingeLoss()),
        "smoothed hinge" => (Loss.SmoothedHinge<float>().ToClassificationLoss(), new SmoothedHingeLoss()),
        "log" => (Loss.Logistic<float>().ToClassificationLoss(), new LogLoss()),
        "log of 0 and 1" => (Loss.BinaryCrossEntropyLogits<float>().ToClassificationLoss(), new LogLoss()),
        _ => (Loss.Exponential<double>().ToClassificationLoss(), new ExpLoss()),
    };

    private static (ISupportSdcaLoss Ours, ISupportSdcaLoss Theirs) DualPair(string name) => name switch
    {
        "squared" => (Loss.SquaredError<double>().ToSdcaRegressionLoss(), new SquaredLoss()),
        "hinge" => (Loss.Hinge<double>().ToSdcaClassificationLoss(), new HingeLoss()),
        _ => (Loss.SmoothedHinge<double>().ToSdcaClassificationLoss(), new SmoothedHingeLoss()),
    };
}

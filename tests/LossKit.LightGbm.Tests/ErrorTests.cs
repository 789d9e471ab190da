namespace LossKit.LightGbm.Tests;

/// <summary>
/// What does not fit is refused before LightGBM sees it, by argument, what was given and what was expected.
/// </summary>
public sealed class ErrorTests
{
    private static readonly Sample s_sample = new(100, seed: 5);
    private static readonly double[] s_five = [5];
    private static readonly double[] s_twoWeights = [1, 2];
    private static readonly double[] s_fourAndSix = [4, 6];

    [Fact]
    public void Data_are_whole_rows()
    {
        Refused<ArgumentException>(() => new LightGbmDataset<double>(new double[7], 3, new double[2]))
            .WithMessage("'features' has 7 entries: expected some rows of 3 columns.*").WithParameterName("features");
        Refused<ArgumentException>(() => new LightGbmDataset<double>(Array.Empty<double>(), 3, Array.Empty<double>()))
            .WithMessage("'features' has 0 entries*");
        Refused<ArgumentException>(() => new LightGbmDataset<double>(new double[0, 3], Array.Empty<double>()))
            .WithMessage("'features' has 0 entries*");
        Refused<ArgumentOutOfRangeException>(() => new LightGbmDataset<double>(new double[6], 0, new double[2]))
            .WithMessage("'columns' is 0: must be at least 1.*");
        Refused<ArgumentException>(() => new LightGbmDataset<double>(new float[6], 3, new double[3]))
            .WithMessage("'targets' has 3 entries: expected as many for each of 2 rows.*");
        Refused<ArgumentNullException>(() => new LightGbmDataset<double>((double[,])null!, new double[3]));
    }

    [Theory]
    [InlineData(-1, "Weights[1] is -1: must be *")]
    [InlineData(double.NaN, "Weights[1] is NaN: must be *")]
    [InlineData(double.PositiveInfinity, "Weights[1] is Infinity: must be *")]
    public void Weights_are_finite_and_not_negative(double weight, string message) =>
        Refused<ArgumentException>(() => new LightGbmDataset<double>(new double[6], 3, new double[2])
        {
            Weights = new[] { 1, weight },
        }).WithMessage(message);

    [Fact]
    public void Groups_are_those_of_all_rows()
    {
        Refused<ArgumentException>(() => Grouped(1, 2)).WithMessage(
            "The sum of 'GroupLengths' is 3: expected the number of rows, 2.*");
        Refused<ArgumentException>(() => Grouped(3, -1)).WithMessage("GroupLengths[1] is -1: must be at least 0.*");
        Grouped(0, 2, 0).Rows.Should().Be(2);

        static LightGbmDataset<double> Grouped(params int[] lengths) =>
            new(new double[6], 3, new double[2]) { GroupLengths = lengths };
    }

    [Fact]
    public void Names_are_one_each()
    {
        Refused<ArgumentException>(() => Named("a", "b"))
            .WithMessage("'FeatureNames' has 2 entries, 2 of them different*");
        Refused<ArgumentException>(() => Named("a", "b", "b"))
            .WithMessage("*3 entries, 2 of them different*3 columns.*");
        Refused<ArgumentException>(() => Named("a", "b", ""));

        static LightGbmDataset<double> Named(params string[] names) =>
            new(new double[6], 3, new double[2]) { FeatureNames = names };
    }

    [Fact]
    public void Options_are_in_range()
    {
        Refused<ArgumentOutOfRangeException>(() => new LightGbmOptions { Rounds = 0 })
            .WithMessage("'Rounds' is 0: must be at least 1.*");
        Refused<ArgumentOutOfRangeException>(() => new LightGbmOptions { LearningRate = 0 })
            .WithMessage("*LearningRate*");
        Refused<ArgumentOutOfRangeException>(() => new LightGbmOptions { Leaves = 1 }).WithMessage("*Leaves*");
        Refused<ArgumentOutOfRangeException>(() => new LightGbmOptions { MinimumExamples = -1 });
        Refused<ArgumentOutOfRangeException>(() => new LightGbmOptions { L2 = double.NaN }).WithMessage("*L2*");
        Refused<ArgumentOutOfRangeException>(() => new LightGbmOptions { Threads = -1 });
        Refused<ArgumentOutOfRangeException>(() => new LightGbmOptions { CurvatureFloor = -1 });
        Refused<ArgumentOutOfRangeException>(() => new LightGbmOptions { CurvatureFactor = 0 });
        Refused<ArgumentOutOfRangeException>(() => new LightGbmOptions { InitialScores = [0, double.NaN] });
        Refused<ArgumentOutOfRangeException>(() => new LightGbmValidation<double>(Data()) { Patience = 0 });
        Refused<ArgumentOutOfRangeException>(() => new LightGbmValidation<double>(Data()) { MinimumChange = -1 });
        Refused<ArgumentNullException>(() => new LightGbmValidation<double>(null!));
        Refused<ArgumentNullException>(
            () => new LightGbmMetric<double>(new("x", Better.Lower), (IMetric<double, double>)null!));
    }

    [Theory]
    [InlineData("max_bins_", "63", "'max_bins_' is no parameter of LightGBM.*")]
    [InlineData("eta", "0.3", "'eta' is set by LearningRate.*")]
    [InlineData("num_iterations", "3", "'num_iterations' is set by Rounds.*")]
    [InlineData("application", "binary", "'application' is set by the loss.*")]
    [InlineData("num_class", "3", "'num_class' is set by the loss.*")]
    [InlineData("metric", "auc", "'metric' is set by LightGbmValidation.Metrics.*")]
    [InlineData("early_stopping", "5", "'early_stopping' is set by LightGbmValidation.Patience.*")]
    [InlineData("max_bin", "6 3", "'max_bin' is '6 3': expected a value without spaces and '='.*")]
    [InlineData("max_bin", "", "'max_bin' is '': expected*")]
    [InlineData("linear_tree", "true", "'linear_tree' is not supported.*")]
    public void Parameters_are_known_and_free(string name, string value, string message) =>
        Refused<ArgumentException>(() => Train(Loss.SquaredError<double>(), Data(), new()
        {
            Parameters = new Dictionary<string, string> { [name] = value },
        })).WithMessage(message).WithParameterName("Parameters");

    [Theory]
    [InlineData("application", "'application' is set by 'objective'.*")]
    [InlineData("eta", "'eta' is set by LearningRate.*")]
    public void Parameters_are_free_of_LightGbms_own_objective_too(string name, string message) =>
        Refused<ArgumentException>(() => Data().TrainBuiltIn(
            "regression", new() { Parameters = new Dictionary<string, string> { [name] = "1" } })).WithMessage(message);

    [Fact]
    public void A_parameter_is_there_once() => Refused<ArgumentException>(() => Train(
        Loss.SquaredError<double>(),
        Data(),
        new() { Parameters = new Dictionary<string, string> { ["max_bin"] = "63", ["max_bins"] = "64" } }))
        .WithMessage("'max_bins' is there twice, by another name.*");

    [Fact]
    public void LightGbm_says_itself_what_it_does_not_take() => Refused<LightGbmException>(() => Train(
        Loss.SquaredError<double>(),
        Data(),
        new() { Parameters = new Dictionary<string, string> { ["max_bin"] = "1" } }))
        .WithMessage("LightGBM: *max_bin*");

    [Fact]
    public void Targets_are_as_many_as_the_loss_takes()
    {
        Refused<ArgumentException>(() => Train(Loss.Aft<double>(), Data())).WithMessage(
            "'dataset' has 100 targets for 100 rows, but the loss takes 2 for each.*");
        Refused<ArgumentException>(() => Loss.SquaredError<double>().TrainLightGbm(
            Data(),
            validation: new(new LightGbmDataset<double>(s_sample.Features, Sample.Columns, new double[200]))))
            .WithMessage("'validation' has 200 targets for 100 rows, but the loss takes 1 for each.*");
        Refused<ArgumentException>(() => Loss.SquaredError<double>().TrainLightGbm(
            Data(),
            validation: new(new LightGbmDataset<double>(s_sample.Features, 1, new double[s_sample.Features.Length]))))
            .WithMessage("'validation' has 1 columns, but 'dataset' has 5*");
        Refused<ArgumentException>(() => Train(
            Loss.SquaredError<double>(),
            new(s_sample.Features, Sample.Columns, s_sample.Numbers) { Weights = new double[99] }))
            .WithMessage("'dataset' has 99 weights for 100 rows*");
        Refused<ArgumentException>(() => Loss.LambdaRank<double>().TrainLightGbm(
            new LightGbmDataset<double>(s_sample.Features, Sample.Columns, s_sample.Relevances)
            {
                GroupLengths = Enumerable.Repeat(50, 2).ToArray(),
                Weights = s_sample.Weights,
            }))
            .WithMessage("'dataset' has 100 weights for 2 groups*");
    }

    [Fact]
    public void A_NaN_or_a_label_that_is_no_class_is_named()
    {
        double[] numbers = s_sample.Numbers;
        numbers[17] = double.NaN;
        Refused<ArgumentException>(() => Train(Loss.SquaredError<double>(), s_sample.With(numbers)))
            .WithMessage("Target 17 of 'dataset', of row 17, is NaN.*");
        double[] times = [.. s_sample.Positive.SelectMany(time => new[] { time, time })];
        times[35] = double.NaN;
        Refused<ArgumentException>(() => Train(Loss.Aft<double>(), s_sample.With(times)))
            .WithMessage("Target 35 of 'dataset', of row 17, is NaN.*");
        int[] labels = s_sample.Labels;
        foreach (int label in (int[])[3, -1])
        {
            labels[75] = label;
            RefusedLabel(() => Classify(s_sample.With(labels)), "dataset", label);
            RefusedLabel(() => Classify(s_sample.With(s_sample.Labels), s_sample.With(labels)), "validation", label);
        }

        static void RefusedLabel(Func<object> train, string name, int label) => Refused<ArgumentException>(train)
            .WithMessage($"The loss cannot be taken of '{name}': The label of row 75 is {label}, *3 classes*")
            .WithParameterName(name);

        static LightGbmBooster Classify(LightGbmDataset<int> dataset, LightGbmDataset<int>? held = null) =>
            Loss.SoftmaxCrossEntropy<double>(3).TrainLightGbm(
                dataset, new() { Rounds = 3, Threads = 1 }, held is null ? null : new(held));
    }

    [Fact]
    public void A_metric_that_does_not_fit_is_refused_before_the_first_round()
    {
        LightGbmDataset<double> queries = new(s_sample.Features, Sample.Columns, s_sample.Relevances)
        {
            GroupLengths = Enumerable.Repeat(50, 2).ToArray(),
            Weights = s_twoWeights,
        };
        LightGbmOptions options = new() { OnRound = _ => throw new InvalidOperationException("trained") };
        Refused<ArgumentException>(() => Loss.LambdaRank<double>().TrainLightGbm(
            queries,
            options,
            new LightGbmValidation<double>(queries)
            {
                Metrics =
                [
                    new(new("NDCG", Better.Higher), Loss.Ndcg<double>()),
                    new(new("error", Better.Lower), Loss.SquaredError<double>()),
                ],
            }))
            .WithMessage("The metric 'error' cannot be taken of 'validation': *weights*")
            .WithParameterName("validation");
    }

    /// <summary>The AUC of examples of one kind is none.</summary>
    [Fact]
    public void What_is_never_finite_has_no_best_round() => Refused<ArgumentException>(() =>
        Loss.BinaryCrossEntropyLogits<double>().TrainLightGbm(
            s_sample.With(s_sample.Signs),
            new() { Threads = 1 },
            new LightGbmValidation<double>(s_sample.With(new double[100]))
            {
                Patience = 3,
                Metrics = [new(new("AUC", Better.Higher), Loss.Auc<double>())],
            }))
        .WithMessage("The metric 'AUC' was not finite of 'validation' in any of 3 rounds: none of them is the best.*")
        .WithParameterName("validation");

    [Fact]
    public void A_derivative_that_is_not_finite_is_named()
    {
        double[] huge = s_sample.Numbers;
        huge[3] = 1e60;
        Refused<NotFiniteNumberException>(
            () => Train(Loss.SquaredError<double>(), s_sample.With(huge), new() { InitialScores = [0] }))
            .WithMessage(
                "Of row 3, prediction 0, the first derivative is -2E+60 and the second 2 in round 1: must be finite*");
    }

    [Fact]
    public void There_must_be_a_best_constant()
    {
        Refused<ArgumentException>(() => Train(
            Loss.BinaryCrossEntropyLogits<double>(), s_sample.With(Enumerable.Repeat(1.0, 100).ToArray())))
            .WithMessage("The constant scores of least loss are Infinity: give finite 'InitialScores'.*");
        Refused<ArgumentException>(() => Train(
            Loss.SquaredError<double>(),
            new(s_sample.Features, Sample.Columns, s_sample.Numbers) { Weights = new double[100] }))
            .WithMessage("The constant scores of least loss are NaN*");
        Refused<ArgumentException>(() => Train(Loss.SquaredError<double>(), Data(), new() { InitialScores = [1, 2] }))
            .WithMessage("'InitialScores' has 2 entries, but the loss takes 1 predictions*");
    }

    [Fact]
    public void Trees_that_change_have_no_best_round() => Refused<ArgumentException>(() =>
        Loss.SquaredError<double>().TrainLightGbm(
            Data(),
            new() { Parameters = new Dictionary<string, string> { ["boosting_type"] = "dart" } },
            new LightGbmValidation<double>(Data()) { Patience = 3 }))
        .WithMessage("Trees of 'dart' change in later rounds: neither 'Patience' nor 'RenewLeaves' can be given.*");

    [Fact]
    public void Features_to_predict_are_whole_rows_of_numbers()
    {
        using LightGbmBooster booster = Train(Loss.SquaredError<double>(), Data());
        Refused<ArgumentException>(() => booster.Predict<double>(new double[7]))
            .WithMessage("'features' has 7 entries: expected rows of 5 columns.*").WithParameterName("features");
        Refused<ArgumentException>(() => Predict(new double[10], new double[3]))
            .WithMessage("The output has 3 entries, but must have 2, 1 for each of 2 rows.*");
        Refused<NotSupportedException>(() => booster.Predict<int>(new int[5]))
            .WithMessage("Features are System.Int32: expected float or double.");
        Refused<ArgumentOutOfRangeException>(() => Predict(new double[5], new double[1], threads: -1));

        double[] Predict(double[] features, double[] predictions, int threads = 0)
        {
            booster.Predict<double>(features, predictions, threads);
            return predictions;
        }
    }

    [Fact]
    public void Nothing_is_null()
    {
        Refused<ArgumentNullException>(() => ((ISecondOrderLoss<double, double>)null!).TrainLightGbm(Data()));
        Refused<ArgumentNullException>(() => ((ISecondOrderGroupedLoss<double, double>)null!).TrainLightGbm(Data()));
        Refused<ArgumentNullException>(
            () => Loss.SquaredError<double>().TrainLightGbm((LightGbmDataset<double>)null!));
        Refused<ArgumentNullException>(() => Data().TrainBuiltIn(null!));
        Refused<ArgumentNullException>(() => LightGbmBooster.Parse(null!));
        Refused<LightGbmException>(() => Data().TrainBuiltIn("no_such_objective"))
            .WithMessage("LightGBM: *no_such_objective*");
    }

    /// <summary>What cannot be split is no error: the model is the constant.</summary>
    [Fact]
    public void Few_rows_and_constant_features_make_a_constant()
    {
        foreach (LightGbmDataset<double> dataset in (LightGbmDataset<double>[])
        [
            new(s_sample.Features.AsMemory(0, 3), 3, s_five),
            new(new double[300], 3, Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? 0.0 : 10).ToArray()),
            new(Enumerable.Repeat(double.NaN, 2).ToArray(), 1, s_fourAndSix),
        ])
        {
            int rounds = 0;
            using LightGbmBooster booster = Loss.SquaredError<double>().TrainLightGbm(
                dataset, new() { RenewLeaves = true, OnRound = round => rounds = round.Number });
            booster.Predict<double>(new double[dataset.Columns]).Should().Equal(5);
            (booster.Rounds, rounds).Should().Be((1, 1));
        }
    }

    private static LightGbmDataset<double> Data() => s_sample.With(s_sample.Numbers);

    private static LightGbmBooster Train(
        ISecondOrderLoss<double, double> loss, LightGbmDataset<double> dataset, LightGbmOptions? options = null) =>
        loss.TrainLightGbm(dataset, (options ?? new()) with { Rounds = 3, Threads = 1 });

    private static FluentAssertions.Specialized.ExceptionAssertions<TException> Refused<TException>(Func<object> act)
        where TException : Exception => act.Should().ThrowExactly<TException>();
}

namespace LossKit.LightGbm.Tests;

public sealed class ModelTests
{
    private static readonly Sample s_sample = new(600, seed: 4);
    private static readonly LightGbmOptions s_options = new() { Rounds = 20, Threads = 1 };

    public static TheoryData<LightGbmLink, Func<LightGbmBooster>> Models => new()
    {
        { LightGbmLink.Identity, () => Train(Loss.SquaredError<double>(), s_sample.Numbers) },
        { LightGbmLink.Log, () => Train(Loss.Poisson<double>(), s_sample.Counts) },
        { LightGbmLink.Logit, () => Train(Loss.BinaryCrossEntropyLogits<double>(), s_sample.Signs) },
        { LightGbmLink.Softmax, () => Train(Loss.SoftmaxCrossEntropy<double>(3), s_sample.Labels) },
    };

    [Theory, MemberData(nameof(Models))]
    public void A_model_is_saved_and_read_with_its_initial_scores_and_its_link(
        LightGbmLink link, Func<LightGbmBooster> train)
    {
        using LightGbmBooster booster = train();
        string path = Path.Combine(Path.GetTempPath(), $"losskit-lightgbm-{link}-{Environment.ProcessId}.txt");
        booster.Save(path);
        using LightGbmBooster read = LightGbmBooster.Load(path);
        File.Delete(path);

        read.Link.Should().Be(link);
        read.Loss.Should().Be(booster.Loss).And.NotBeEmpty();
        (read.Rounds, read.Predictions, read.Columns).Should()
            .Be((booster.Rounds, booster.Predictions, booster.Columns));
        read.PredictRaw<double>(s_sample.Features).Should().Equal(booster.PredictRaw<double>(s_sample.Features));
        read.Predict<double>(s_sample.Features).Should().Equal(booster.Predict<double>(s_sample.Features));
        read.ToString().Should().Be(booster.ToString());
    }

    [Fact]
    public void Predictions_are_scores_through_the_link()
    {
        foreach ((LightGbmLink link, Func<double[], double[]> invert) in ((LightGbmLink, Func<double[], double[]>)[])
        [
            (LightGbmLink.Identity, scores => scores),
            (LightGbmLink.Log, scores => [.. scores.Select(Math.Exp)]),
            (LightGbmLink.Logit, scores => [.. scores.Select(score => 1 / (1 + Math.Exp(-score)))]),
            (LightGbmLink.Softmax, scores => [.. scores.Select(score => Math.Exp(score) / scores.Sum(Math.Exp))]),
        ])
        {
            using LightGbmBooster booster = Loss.SoftmaxCrossEntropy<double>(3)
                .TrainLightGbm(s_sample.With(s_sample.Labels), s_options with { Link = link });
            double[] scores = booster.PredictRaw<double>(s_sample.Features);
            double[] predictions = booster.Predict<double>(s_sample.Features);
            for (int row = 0; row < s_sample.Rows; row++)
            {
                double[] expected = invert(scores[(3 * row)..(3 * (row + 1))]);
                expected.Zip(predictions[(3 * row)..], (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(1e-14);
            }
        }
    }

    [Fact]
    public void A_model_of_LightGbm_itself_is_read()
    {
        using LightGbmBooster builtIn = s_sample.With(s_sample.Signs).TrainBuiltIn("binary", s_options);
        string text = builtIn.ToString();
        using LightGbmBooster read = Foreign(text);

        double[] scores = read.PredictRaw<double>(s_sample.Features);
        read.Predict<double>(s_sample.Features).Zip(scores, (p, score) => Math.Abs(p - (1 / (1 + Math.Exp(-score)))))
            .Max().Should().BeLessThan(1e-14);
        (read.Link, read.Loss).Should().Be((LightGbmLink.Identity, ""));
    }

    /// <summary>Another reader of LightGBM's text, which knows nothing of LossKit, has the same scores.</summary>
    [Fact]
    public void The_initial_scores_are_in_the_trees()
    {
        using LightGbmBooster booster = Train(Loss.Poisson<double>(), s_sample.Counts);
        string text = booster.ToString();
        using LightGbmBooster foreign = Foreign(text);

        foreign.Predict<double>(s_sample.Features).Should().Equal(booster.PredictRaw<double>(s_sample.Features));
    }

    [Fact]
    public void The_loss_is_made_again_of_its_name()
    {
        using LightGbmBooster booster =
            Loss.Huber<double>(delta: 2).HessianFloor(0.5).TrainLightGbm(s_sample.With(s_sample.Numbers), s_options);

        booster.Loss.Should().Be("Huber(delta=2).HessianFloor(minimum=0.5)");
        Loss.Parse<double>(booster.Loss).ToString().Should().Be(booster.Loss);
    }

    [Fact]
    public void Names_and_importances_are_those_of_the_features()
    {
        LightGbmDataset<double> dataset = new(s_sample.Features, Sample.Columns, s_sample.Numbers)
        {
            FeatureNames = ["slope", "left", "right", "step", "nothing"],
        };
        using LightGbmBooster booster = Loss.SquaredError<double>().TrainLightGbm(dataset, s_options);

        booster.FeatureNames.Should().Equal("slope", "left", "right", "step", "nothing");
        double[] gains = booster.Gains();
        gains.Should().HaveCount(Sample.Columns);
        Array.IndexOf(gains, gains.Max()).Should().Be(0);
        (gains[3] / gains[4]).Should().BeGreaterThan(3);
        booster.Splits().Sum().Should().BeInRange(booster.Rounds, booster.Rounds * 30);
    }

    [Fact]
    public void A_call_in_memory_of_the_caller_has_the_same_numbers()
    {
        using LightGbmBooster booster = Train(Loss.Poisson<double>(), s_sample.Counts);
        double[] predictions = new double[s_sample.Rows];
        booster.Predict<double>(s_sample.Features, predictions, threads: 2);
        predictions.Should().Equal(booster.Predict<double>(s_sample.Features));
        booster.PredictRaw<double>(s_sample.Features, predictions, threads: 1);
        predictions.Should().Equal(booster.PredictRaw<double>(s_sample.Features));
        booster.Predict<double>([]).Should().BeEmpty();
    }

    [Fact]
    public void Many_threads_may_predict()
    {
        using LightGbmBooster booster = Train(Loss.Poisson<double>(), s_sample.Counts);
        double[] expected = booster.Predict<double>(s_sample.Features);
        Parallel.For(0, 50, _ =>
        {
            double[] predictions = new double[s_sample.Rows];
            booster.Predict<double>(s_sample.Features, predictions, threads: 1);
            predictions.Should().Equal(expected);
        });
    }

    [Fact]
    public void After_disposal_nothing_is_predicted()
    {
        LightGbmBooster booster = Train(Loss.Poisson<double>(), s_sample.Counts);
        booster.Dispose();
        booster.Dispose();

        ((Action)(() => booster.Predict<double>(s_sample.Features))).Should().Throw<ObjectDisposedException>();
        ((Action)(() => booster.Predict<double>([]))).Should().Throw<ObjectDisposedException>();
        ((Action)(() => booster.Gains())).Should().Throw<ObjectDisposedException>();
        ((Action)(() => booster.ToString())).Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public void What_is_no_model_is_refused()
    {
        using LightGbmBooster booster = Train(Loss.Poisson<double>(), s_sample.Counts);
        string text = booster.ToString();

        Parse("").Should().Throw<LightGbmException>().WithMessage("*expected a text with a line 'end of trees'.");
        Parse("nonsense\n").Should().Throw<LightGbmException>();
        Parse("nonsense\nend of trees\n").Should().Throw<LightGbmException>().WithMessage("LightGBM: *");
        Parse(text.Replace("\"Log\"", "\"Probit\"", StringComparison.Ordinal)).Should().Throw<FormatException>();
        Parse(text.Replace("\"Log\"", "\"77\"", StringComparison.Ordinal)).Should().Throw<FormatException>()
            .WithMessage("The model's link is '77': *");
        Parse(text.Replace("\"link\"", "\"lunk\"", StringComparison.Ordinal)).Should().Throw<FormatException>();
        Parse(text[..^3]).Should().Throw<FormatException>();

        static Action Parse(string model) => () => LightGbmBooster.Parse(model);
    }

    /// <summary>LightGBM itself ends the process where a tree is not at its place.</summary>
    [Fact]
    public void What_is_no_whole_model_is_refused()
    {
        using LightGbmBooster booster = Train(Loss.Poisson<double>(), s_sample.Counts);
        string text = booster.ToString();
        int end = text.IndexOf("\nend of trees\n", StringComparison.Ordinal);
        for (int length = 0; length < end + 14; length += 97)
        {
            Parse(text[..length]).Should().Throw<LightGbmException>().WithMessage("*'end of trees'*");
        }

        int fourth = text.IndexOf("\nTree=3\n", StringComparison.Ordinal);
        int fifth = text.IndexOf("\nTree=4\n", StringComparison.Ordinal);
        Parse(text.Remove(fourth, fifth - fourth)).Should().Throw<LightGbmException>()
            .WithMessage("The model is damaged: *'Tree=3'*");
        Parse(text.Remove(fourth - 5, 1)).Should().Throw<LightGbmException>()
            .WithMessage("The model is damaged: *'Tree=3'*");
        Parse(text.Remove(end - 5, 1)).Should().Throw<LightGbmException>()
            .WithMessage("The model is damaged: *'end of trees'*");
        Parse(text.Replace("tree_sizes=", "tree_sizes=x", StringComparison.Ordinal)).Should()
            .Throw<LightGbmException>().WithMessage("The model is damaged: the size of tree 0 is 'x*");
        int value = text.IndexOf("\nleaf_value=", fourth, StringComparison.Ordinal) + "\nleaf_value=".Length;
        Parse($"{text[..value]}={text[(value + 1)..]}").Should().Throw<LightGbmException>().WithMessage("LightGBM: *");
        Parse(text.Insert(fourth, "\0")).Should().Throw<LightGbmException>();

        static Action Parse(string model) => () => LightGbmBooster.Parse(model);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Lines_end_as_on_any_system(string lineEnd)
    {
        LightGbmDataset<double> dataset = new(s_sample.Features, Sample.Columns, s_sample.Counts)
        {
            FeatureNames = ["größe", "b", "c", "d", "e"],
        };
        using LightGbmBooster booster = Loss.Poisson<double>().TrainLightGbm(dataset, s_options);
        using LightGbmBooster read = LightGbmBooster.Parse(
            booster.ToString().Replace("\n", lineEnd, StringComparison.Ordinal));

        read.ToString().Should().Be(booster.ToString());
        read.PredictRaw<double>(s_sample.Features).Should().Equal(booster.PredictRaw<double>(s_sample.Features));
    }

    private static LightGbmBooster Train<TTarget>(ISecondOrderLoss<double, TTarget> loss, TTarget[] targets)
        where TTarget : unmanaged => loss.TrainLightGbm(s_sample.With(targets), s_options);

    /// <summary>LightGBM's part of the text.</summary>
    private static LightGbmBooster Foreign(string text) =>
        LightGbmBooster.Parse(text[..text.IndexOf("losskit:", StringComparison.Ordinal)]);
}

using System.Globalization;

namespace LossKit.ML.Tests;

/// <summary>Costs of an IDataView are those of plain arithmetic, and of ML.NET where it has the metric too.</summary>
public sealed class EvaluationTests
{
    private static readonly MLContext s_context = new(seed: 1);

    private static double CrossEntropy => Enumerable.Range(0, 6).Average(
        i => Math.Log(1 + Math.Exp(Data.Flags[i] ? -Data.Scores[i] : Data.Scores[i])));

    private static double Hinge => Enumerable.Range(0, 6).Average(
        i => Math.Max(0, 1 - (Data.Flags[i] ? 1 : -1) * (double)Data.Scores[i]));

    public static TheoryData<string> LabelTypes =>
        ["bool", "float", "double", "int", "byte key", "uint key", "ulong key"];

    [Theory, MemberData(nameof(LabelTypes))]
    public void Labels_are_of_any_type_and_each_loss_has_the_targets_it_takes(string type)
    {
        IDataView data = type switch
        {
            "bool" => s_context.Labelled(Data.Flags),
            "float" => s_context.Labelled(Data.Flags.Select(flag => flag ? 1f : 0)),
            "double" => s_context.Labelled(Data.Flags.Select(flag => flag ? 1.0 : 0)),
            "int" => s_context.Labelled(Data.Flags.Select(flag => flag ? 1 : 0)),
            "byte key" => s_context.Labelled(
                Data.Flags.Select(flag => flag ? (byte)1 : (byte)0), new KeyDataViewType(typeof(byte), 2)),
            "uint key" => s_context.Labelled(
                Data.Flags.Select(flag => flag ? 1u : 0), new KeyDataViewType(typeof(uint), 2)),
            _ => s_context.Labelled(
                Data.Flags.Select(flag => flag ? 1ul : 0), new KeyDataViewType(typeof(ulong), 2)),
        };
        EvaluationReport report = s_context.Evaluate(data, new Evaluation
        {
            { "cross-entropy", Loss.BinaryCrossEntropyLogits<float>() },
            { "hinge", Loss.Hinge<float>() },
            { "hinge of 0 and 1", Loss.Hinge<float>().WithZeroOneTargets() },
            { "price", new DecisionCosts(falsePositive: 1, falseNegative: 5).AtThreshold<float>(0) },
        });
        report["cross-entropy"].Mean.Should().BeApproximately(CrossEntropy, 1e-6);
        report["hinge"].Mean.Should().BeApproximately(Hinge, 1e-6);
        report["hinge of 0 and 1"].Mean.Should().BeApproximately(Hinge, 1e-6);
        report["price"].Sum.Should().Be(1 + 1 + 5);
        report["price"].Count.Should().Be(6);
        report.Keys.Should().Equal("cross-entropy", "hinge", "hinge of 0 and 1", "price");
        report.ToString().Split(Environment.NewLine)[3].Should().Be("price            1.16667");
    }

    [Fact]
    public void A_missing_key_is_no_label_and_a_nan_is_one()
    {
        // Objects have keys from 0, columns from 1: what is none of them is missing.
        uint[] keys = [1, 7, 0, 1, 2, 0];
        IDataView data = s_context.Labelled(keys, new KeyDataViewType(typeof(uint), 2));
        Cost cost = s_context.Evaluate(data, new Evaluation { { "error", Loss.SquaredError<float>() } })["error"];
        cost.Should().Be(new Cost(1 + 0.25 + 16 + 1, 4, 4));

        float[] labels = [2, float.NaN, 1, 2, 0, 1];
        IDataView numbers = s_context.Labelled(labels);
        EvaluationReport report = s_context.Evaluate(numbers, new Evaluation
        {
            { "error", Loss.SquaredError<float>() },
            { "hinge", Loss.Hinge<float>() },
        });
        report["error"].Mean.Should().Be(double.NaN);
        report["hinge"].Mean.Should().Be(double.NaN);
        report["hinge"].Count.Should().Be(6);
    }

    [Fact]
    public void A_weight_of_0_hides_a_row()
    {
        IDataView data = s_context.Data.LoadFromEnumerable(new[]
        {
            new Weighted { Label = 1, Score = 3, Weight = 2 },
            new Weighted { Label = float.NaN, Score = 3, Weight = 0 },
            new Weighted { Label = 0, Score = 1, Weight = 0.5f },
        });
        Evaluation evaluation = new(exampleWeightColumnName: "Weight") { { "error", Loss.SquaredError<float>() } };
        s_context.Evaluate(data, evaluation)["error"].Should().Be(new Cost(8.5, 2.5, 3));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_of_classes_are_vectors_dense_or_sparse(bool isSparse)
    {
        // More than a batch, the last of it not full.
        const int Rows = 2_500;
        VBuffer<float> dense = new(3, [0, 2, 0]);
        VBuffer<float> sparse = new(3, 1, [2], [1]);
        IDataView data = s_context.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(i => new Classified
        {
            Label = (uint)(i % 4),
            Score = isSparse ? sparse : dense,
            Shares = i % 2 == 0 ? [0, 1, 0] : [0.5f, 0, 0.5f],
        }));
        EvaluationReport report = s_context.Evaluate(data, new Evaluation
        {
            { "softmax", Loss.SoftmaxCrossEntropy<float>(classes: 3) },
            { "shares", Loss.SoftmaxCrossEntropy<float>(classes: 3).WithProbabilityTargets(), "Score", "Shares" },
            { "price", new CostMatrix(new double[,] { { 0, 1, 1 }, { 1, 0, 1 }, { 10, 10, 0 } }).OnLogits<float>() },
        });
        double log = Math.Log(2 + Math.Exp(2));
        report["softmax"].Count.Should().Be(1875);
        report["softmax"].Mean.Should().BeApproximately((log + log - 2 + log) / 3, 1e-6);
        report["shares"].Count.Should().Be(Rows);
        report["shares"].Mean.Should().BeApproximately((log - 2 + log) / 2, 1e-6);

        // Of probabilities e²:1:1 and misses of the last class at 10, that one is the cheapest: 0.89 to 1.17.
        report["price"].Mean.Should().BeApproximately(2 / 3.0, 1e-12);
    }

    [Fact]
    public void Where_a_sparse_vector_has_nothing_there_is_a_0_and_not_what_was_there_before()
    {
        // A batch of dense rows, whose memory the sparse ones then have.
        IDataView data = s_context.Data.LoadFromEnumerable(Enumerable.Range(0, 2_048).Select(i => new Classified
        {
            Score = i < 1_024 ? new(3, [9, 9, 9]) : new(3, 1, [1], [1]),
            Shares = [0, 0, 0],
        }));
        Evaluation evaluation = new("Shares") { { "error", Loss.SquaredError<float>().OverRows(3) } };
        s_context.Evaluate(data, evaluation)["error"].Sum.Should().Be(1_024 * 3 * 81 + 1_024);
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(1500)]
    public void Several_numbers_of_a_row_go_column_by_column_if_the_loss_reads_so(int rows)
    {
        Random random = new(3);
        Forecast[] forecasts = [.. Enumerable.Range(0, rows).Select(_ => new Forecast
        {
            Label = (float)random.NextDouble(),
            Score = [(float)random.NextDouble(), 0.5f + (float)random.NextDouble()],
        })];
        IDataView data = s_context.Data.LoadFromEnumerable(forecasts);
        TupleLoss<float> loss = Loss.LaplaceNll<float>(Link.Identity);
        EvaluationReport report = s_context.Evaluate(
            data, new Evaluation { { "by rows", loss }, { "by columns", loss.Planar() } });
        double expected = forecasts.Average(
            row => Math.Log(2 * row.Score[1]) + Math.Abs(row.Label - row.Score[0]) / row.Score[1]);
        report["by rows"].Mean.Should().BeApproximately(expected, 1e-6);
        report["by columns"].Mean.Should().BeApproximately(expected, 1e-6);
    }

    [Fact]
    public void Regression_is_that_of_ml_net()
    {
        IDataView data = s_context.Examples();
        IDataView predictions = s_context.Regression.Trainers.OnlineGradientDescent("Target").Fit(data).Transform(data);
        RegressionMetrics theirs = s_context.Regression.Evaluate(predictions, "Target");
        EvaluationReport ours = s_context.Evaluate(predictions, new Evaluation("Target")
        {
            { "absolute", Loss.AbsoluteError<float>() },
            { "squared", Loss.SquaredError<float>() },
        });
        ours["absolute"].Mean.Should().BeApproximately(theirs.MeanAbsoluteError, 1e-6);
        ours["squared"].Mean.Should().BeApproximately(theirs.MeanSquaredError, 1e-6);
    }

    [Fact]
    public void Classification_is_that_of_ml_net()
    {
        IDataView data = s_context.Examples();
        IDataView predictions =
            s_context.BinaryClassification.Trainers.LbfgsLogisticRegression().Fit(data).Transform(data);
        CalibratedBinaryClassificationMetrics theirs = s_context.BinaryClassification.Evaluate(predictions);
        EvaluationReport ours = s_context.Evaluate(predictions, new Evaluation
        {
            { "cross-entropy", Loss.BinaryCrossEntropy<float>(), "Probability" },
            { "of logits", Loss.BinaryCrossEntropyLogits<float>() },
            { "errors", Loss.Misclassification<float>(), "PredictedLabel" },
            { "errors of scores", new DecisionCosts(1, 1).AtThreshold<float>(0) },
        });
        ours["cross-entropy"].Mean.Should().BeApproximately(theirs.LogLoss * Math.Log(2), 1e-6);
        ours["of logits"].Mean.Should().BeApproximately(theirs.LogLoss * Math.Log(2), 1e-5);
        ours["errors"].Mean.Should().BeApproximately(1 - theirs.Accuracy, 1e-12);
        ours["errors of scores"].Mean.Should().BeApproximately(1 - theirs.Accuracy, 1e-12);
    }

    [Fact]
    public void Classes_are_those_of_ml_net()
    {
        IDataView data = s_context.Data.LoadFromEnumerable(Enumerable.Range(0, 300).Select(i => new Flower
        {
            Kind = $"kind {i % 3}",
            Features = [i % 3 + i % 7 * 0.2f, i % 5],
        }));
        IDataView predictions = s_context.Transforms.Conversion.MapValueToKey("Label", "Kind")
            .Append(s_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy())
            .Fit(data).Transform(data);
        MulticlassClassificationMetrics theirs = s_context.MulticlassClassification.Evaluate(predictions);
        EvaluationReport ours = s_context.Evaluate(predictions, new Evaluation
        {
            { "log loss", Loss.CategoricalCrossEntropy<float>(classes: 3) },
            { "errors", Loss.Misclassification<float>(), "PredictedLabel" },
        });
        ours["log loss"].Mean.Should().BeApproximately(theirs.LogLoss, 1e-5);
        ours["errors"].Mean.Should().BeApproximately(1 - theirs.MicroAccuracy, 1e-12);
    }

    [Fact]
    public void Data_are_read_once()
    {
        int passes = 0;
        IDataView data = s_context.Data.LoadFromEnumerable(Rows());
        s_context.Evaluate(data, new Evaluation
        {
            { "squared", Loss.SquaredError<float>() },
            { "absolute", Loss.AbsoluteError<float>(), "Weight" },
            { "hinge", Loss.Hinge<float>(), null, "Weight" },
        })["squared"].Count.Should().Be(3);
        passes.Should().Be(1);

        IEnumerable<Weighted> Rows()
        {
            passes++;
            for (int i = 0; i < 3; i++)
            {
                yield return new() { Label = i, Score = 1, Weight = 1 };
            }
        }
    }

    [Fact]
    public void Progress_is_told_and_a_cancelled_evaluation_ends()
    {
        IDataView data = s_context.Labelled(Enumerable.Range(0, 10_000).Select(i => (float)i));
        Evaluation evaluation = new() { { "error", Loss.SquaredError<float>() } };
        Reports reports = new();
        s_context.Evaluate(data, evaluation, reports);
        reports.Rows.Should().Equal(4096, 8192, 10_000);

        using CancellationTokenSource source = new();
        Reports untilFirst = new() { Then = source.Cancel };
        ((Action)(() => s_context.Evaluate(data, evaluation, untilFirst, source.Token)))
            .Should().Throw<OperationCanceledException>();
        untilFirst.Rows.Should().Equal(4096);
    }

    [Fact]
    public void Reports_of_parts_add_up()
    {
        Evaluation evaluation = new() { { "error", Loss.SquaredError<float>() } };
        EvaluationReport first = s_context.Evaluate(s_context.Labelled<float>([1, 2]), evaluation);
        EvaluationReport second = s_context.Evaluate(s_context.Labelled<float>([4]), evaluation);
        (first + second)["error"].Should().Be(new Cost(1 + 9 + 4, 3, 3));
        EvaluationReport other = s_context.Evaluate(
            s_context.Labelled<float>([4]), new Evaluation { { "other", Loss.SquaredError<float>() } });
        ((Func<object>)(() => first + other)).Should().Throw<ArgumentException>()
            .WithMessage("'right' reports other, 'left' error.*");
        s_context.Evaluate(s_context.Labelled<float>([]), evaluation)["error"].Mean.Should().Be(double.NaN);
    }

    [Fact]
    public void What_is_wrong_with_a_column_is_told()
    {
        IDataView data = s_context.Data.LoadFromEnumerable(new[] { new Odd() });
        Refused("The data have no column 'Score', but 'Text', 'Free', 'Three', 'Half', 'Seven'.*",
            new Evaluation("Half") { { "error", Loss.SquaredError<float>() } });
        Refused("The column 'Text' is String: expected a number, a Boolean or a key, or a vector*",
            new Evaluation("Half", "Text") { { "error", Loss.SquaredError<float>() } });
        Refused("The column 'Free' is Vector<Single>: expected a number*whose size is fixed*",
            new Evaluation("Half", "Free") { { "error", Loss.SquaredError<float>() } });
        Refused("The column 'Three' is Vector<Single, 3>, but 'error' takes 1 prediction a row: expected one number; a "
            + "pointwise loss of rows is OverRows.*",
            new Evaluation("Half", "Three") { { "error", Loss.SquaredError<float>() } });
        Refused("The column 'Half' is Single, but 'softmax' takes 3 predictions a row: expected a vector of 3.*",
            new Evaluation("Half", "Half") { { "softmax", Loss.SoftmaxCrossEntropy<float>(3) } });
        Refused("The column 'Three' is Vector<Single, 3>, but 'error' takes 1 target a row: expected one number*",
            new Evaluation("Three", "Half") { { "error", Loss.SquaredError<float>() } });
        Refused("The column 'Half' is 0.5 in row 0 of the data: expected the number of a class.*",
            new Evaluation("Half", "Three") { { "softmax", Loss.SoftmaxCrossEntropy<float>(3) } });
        Refused("'softmax' refuses rows 0 to 0 of the data, where predictions are 'Three' and targets 'Seven': *7*",
            new Evaluation("Seven", "Three") { { "softmax", Loss.SoftmaxCrossEntropy<float>(3) } });
        Refused("The column 'Three' is Vector<Single, 3>: expected one number a row, what it counts.*",
            new Evaluation("Half", "Half", "Three") { { "error", Loss.SquaredError<float>() } });
        Refused("'evaluation' has no metric*", []);
        PointwiseLoss<float> loss = Loss.SquaredError<float>();
        ((Func<object>)(() => new Evaluation { { "a", loss }, { "a", loss } }))
            .Should().Throw<ArgumentException>().WithMessage("Two metrics are named 'a'*").WithParameterName("name");
        ((Func<object>)(() => new Evaluation { { "ndcg", Loss.Ndcg<float>() } }))
            .Should().Throw<ArgumentException>().WithMessage("'ndcg' is of groups*'rowGroupColumnName'*");

        void Refused(string message, Evaluation evaluation) =>
            ((Action)(() => s_context.Evaluate(data, evaluation)))
                .Should().Throw<ArgumentException>().WithMessage(message);
    }

    [Fact]
    public void Numbers_are_written_alike_in_any_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            CultureInfo.CurrentCulture = comma;
            Evaluation evaluation = new() { { "e", Loss.AbsoluteError<float>() } };
            s_context.Evaluate(s_context.Labelled<float>([1.5f]), evaluation).ToString().Should().Be("e 0.5");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private sealed class Reports : IProgress<long>
    {
        public List<long> Rows { get; } = [];

        public Action? Then { get; init; }

        public void Report(long value)
        {
            Rows.Add(value);
            Then?.Invoke();
        }
    }

    private sealed class Weighted
    {
        public float Label { get; set; }

        public float Score { get; set; }

        public float Weight { get; set; }
    }

    private sealed class Classified
    {
        [KeyType(3)]
        public uint Label { get; set; }

        [VectorType(3)]
        public VBuffer<float> Score { get; set; }

        [VectorType(3)]
        public float[] Shares { get; set; } = [];
    }

    private sealed class Forecast
    {
        public float Label { get; set; }

        [VectorType(2)]
        public float[] Score { get; set; } = [];
    }

    private sealed class Flower
    {
        public string Kind { get; set; } = "";

        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Odd
    {
        public string Text { get; set; } = "";

        public float[] Free { get; set; } = [1];

        [VectorType(3)]
        public float[] Three { get; set; } = [1, 2, 3];

        public float Half { get; set; } = 0.5f;

        public int Seven { get; set; } = 7;
    }
}

using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>What single losses over rows promise: identities, precision, kinks, options and errors.</summary>
public sealed class RowLossTests
{
    private static readonly int[] s_columnCounts = [2, 3, 10, 150];

    [Fact]
    public void Two_classes_are_binary_cross_entropy_of_the_difference_of_logits()
    {
        RowData<double> data = Logits(40, 2);
        PointwiseLoss<double> binary = Loss.BinaryCrossEntropyLogits<double>();
        RowOutputs<double> outputs = Run(Loss.SoftmaxCrossEntropy<double>(2), data);
        for (int row = 0; row < 40; row++)
        {
            PointLoss<double> expected = binary.At(
                data.Predictions[2 * row + 1] - data.Predictions[2 * row], data.Labels[row]);
            outputs.Losses[row].Should().BeApproximately(expected.Loss, 1e-14 * (1 + expected.Loss));
            outputs.Gradient[2 * row + 1].Should().BeApproximately(expected.Derivative, 1e-15);
            outputs.Gradient[2 * row].Should().BeApproximately(-expected.Derivative, 1e-15);
            outputs.Hessian[2 * row].Should().BeApproximately(expected.SecondDerivative, 1e-15);
            outputs.Hessian[2 * row + 1].Should().BeApproximately(expected.SecondDerivative, 1e-15);
        }
    }

    [Fact]
    public void Cross_entropy_is_a_special_case_of_its_generalisations()
    {
        foreach (int columns in s_columnCounts)
        {
            RowData<double> data = Logits(9, columns);
            RowOutputs<double> expected = Run(Loss.SoftmaxCrossEntropy<double>(columns), data);
            double[] ones = [.. Enumerable.Repeat(1.0, columns)];
            ShouldAgree(Run(Loss.MulticlassFocal<double>(columns, 0), data), expected);
            ShouldAgree(Run(Loss.Poly1<double>(columns, 0), data), expected);
            ShouldAgree(Run(Loss.GeneralizedCrossEntropy<double>(columns, 1e-10), data), expected, 1e-8);
            ShouldAgree(Run(Loss.SoftmaxCrossEntropy<double>(columns, ones), data), expected);
            ShouldAgree(Run(Loss.SoftmaxCrossEntropy<double>(columns, labelSmoothing: 1e-300), data), expected);
            ShouldAgree(
                Run(Loss.SoftmaxCrossEntropy<double>(columns).WithProbabilityTargets(), OneHot(data)), expected);
        }
    }

    [Fact]
    public void Generalised_cross_entropy_of_1_is_the_error_of_the_probability()
    {
        RowData<double> data = Logits(20, 7);
        RowOutputs<double> outputs = Run(Loss.GeneralizedCrossEntropy<double>(7, 1), data);
        double[] softmax = Softmax(data);
        for (int row = 0; row < 20; row++)
        {
            outputs.Losses[row].Should().BeApproximately(1 - softmax[7 * row + data.Labels[row]], 1e-15);
        }
    }

    [Fact]
    public void Factories_are_formulas_of_the_true_class()
    {
        RowData<double> data = Logits(20, 7);
        double[] weights = RowReferences.ClassWeights(7);
        ShouldBeTheSame(Loss.SoftmaxCrossEntropy<double>(7), Of(default(CrossEntropy)));
        ShouldBeTheSame(Loss.MulticlassFocal<double>(7), Of(new MulticlassFocal()));
        ShouldBeTheSame(Loss.MulticlassFocal<double>(7, 0.5), Of(new MulticlassFocal(0.5)));
        ShouldBeTheSame(Loss.MulticlassFocal<double>(7, 3, weights), Of(new MulticlassFocal(3), weights));
        ShouldBeTheSame(Loss.GeneralizedCrossEntropy<double>(7), Of(new GeneralizedCrossEntropy()));
        ShouldBeTheSame(Loss.Poly1<double>(7), Of(new Poly1()));

        static RowLoss<double, int> Of<TFormula>(TFormula formula, double[]? classWeights = null)
            where TFormula : struct, ITrueClassFormula =>
            Loss.FromTrueClassFormula<double, TFormula>(formula, 7, classWeights);

        void ShouldBeTheSame(RowLoss<double, int> actual, RowLoss<double, int> expected) =>
            ShouldAgree(Run(actual, data), Run(expected, data), 0);
    }

    [Fact]
    public void Label_smoothing_is_cross_entropy_of_smoothed_targets()
    {
        foreach (int columns in s_columnCounts)
        {
            RowData<double> data = Logits(12, columns);
            RowData<double> hot = OneHot(data);
            double[] weights = RowReferences.ClassWeights(columns);
            foreach (double smoothing in new[] { 0.1, 0.75, 1 })
            {
                ShouldAgree(
                    Run(Loss.SoftmaxCrossEntropy<double>(columns, weights, smoothing), data),
                    Run(Soft(weights, 0), Smoothed(hot, smoothing)));
                ShouldAgree(
                    Run(Soft(weights, smoothing), data), Run(Soft(weights, 0), Smoothed(data, smoothing)));
            }

            RowLoss<double, double> Soft(double[] classWeights, double smoothing) =>
                Loss.SoftmaxCrossEntropy<double>(columns, classWeights, smoothing).WithProbabilityTargets();
        }

        static RowData<double> Smoothed(RowData<double> data, double smoothing) => data with
        {
            Probabilities = [.. data.Probabilities.Select(t => t * (1 - smoothing) + smoothing / data.Columns)],
        };
    }

    [Fact]
    public void Losses_of_probabilities_and_of_their_logarithms_are_that_of_logits()
    {
        foreach (int columns in s_columnCounts)
        {
            RowData<double> data = Logits(12, columns);
            RowData<double> probabilities = data with { Predictions = Softmax(data) };
            RowData<double> logarithms = data with { Predictions = [.. Softmax(data).Select(p => Math.Log(p))] };
            double[] expected = Losses(Loss.SoftmaxCrossEntropy<double>(columns), data);
            ShouldBeClose(Losses(Loss.CategoricalCrossEntropy<double>(columns), probabilities), expected);
            ShouldBeClose(Losses(Loss.NegativeLogLikelihood<double>(columns), logarithms), expected);

            double[] soft = Losses(Loss.SoftmaxCrossEntropy<double>(columns).WithProbabilityTargets(), data);
            ShouldBeClose(
                Losses(Loss.CategoricalCrossEntropy<double>(columns).WithProbabilityTargets(), probabilities), soft);
            double[] divergences = Losses(Loss.KLDivergence<double>(columns), logarithms);
            ShouldBeClose([.. divergences.Select((divergence, row) => divergence + Entropy(row))], soft);

            double Entropy(int row) => -data.Cells(data.Probabilities, row).Sum(t => t == 0 ? 0 : t * Math.Log(t));
        }
    }

    [Fact]
    public void KL_divergence_of_equal_rows_is_0()
    {
        RowData<double> data = Logits(10, 8);
        RowData<double> equal = data with { Predictions = [.. data.Probabilities.Select(p => Math.Log(p))] };
        Losses(Loss.KLDivergence<double>(8), equal).Should().OnlyContain(divergence => Math.Abs(divergence) < 1e-15);
    }

    [Fact]
    public void The_Jensen_Shannon_divergence_is_symmetric_and_at_most_log_2()
    {
        foreach (int columns in s_columnCounts)
        {
            RowData<double> data = Logits(30, columns);
            data = data with { Predictions = Softmax(data) };
            RowData<double> swapped = data with { Predictions = data.Probabilities, Probabilities = data.Predictions };
            RowLoss<double, double> loss = Loss.JensenShannonDivergence<double>(columns);
            double[] losses = Losses(loss, data);
            ShouldBeClose(Losses(loss, swapped), losses);
            losses.Should().OnlyContain(divergence => divergence > 0 && divergence < Math.Log(2));
        }

        RowLoss<double, double> two = Loss.JensenShannonDivergence<double>(2);
        two.Value([1, 0], [0, 1]).Mean.Should().BeApproximately(Math.Log(2), 1e-16);
        two.Value([0.3, 0.7], [0.3, 0.7]).Mean.Should().Be(0);
        two.Value([0, 1], [0, 1]).Mean.Should().Be(0);
    }

    [Theory]
    [InlineData(1e-9)]
    [InlineData(1e-5)]
    [InlineData(1e-2)]
    [InlineData(0.3)]
    [InlineData(0.6)]
    [InlineData(0.75)]
    [InlineData(2)]
    public void The_Jensen_Shannon_divergence_of_nearly_equal_rows_keeps_its_relative_precision(double difference)
    {
        double[] t = [0.1, 0.2, 0.3, 0.05, 0.35];
        double[] p = [.. t.Select((target, c) => c < 4 ? target * (1 + difference) : target)];
        float[] single = [.. p.Select(number => (float)number)];
        float[] singleTargets = [.. t.Select(number => (float)number)];
        double expected = Divergence(p, t);
        Loss.JensenShannonDivergence<double>(5).Value(p, t).Mean.Should().BeApproximately(expected, 2e-15 * expected);
        double expectedSingle = Divergence(
            [.. single.Select(number => (double)number)], [.. singleTargets.Select(number => (double)number)]);
        Loss.JensenShannonDivergence<float>(5).Value(single, singleTargets).Mean
            .Should().BeApproximately(expectedSingle, 1e-6 * expectedSingle);

        // ½m·Σ_k δ²ᵏ/(k(2k − 1)), δ = (p − t)/(p + t): no term cancels another.
        static double Divergence(double[] p, double[] t) => p.Zip(t, (left, right) =>
        {
            double square = Math.Pow((left - right) / (left + right), 2);
            return (left + right) / 4
                * RowReferences.Sum(Enumerable.Range(1, 100).Select(k => Math.Pow(square, k) / (k * (2.0 * k - 1))));
        }).Sum();
    }

    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-6)]
    [InlineData(1e-12)]
    [InlineData(1e-30)]
    public void The_gradient_of_the_Jensen_Shannon_divergence_is_as_exact_at_small_probabilities(double p)
    {
        // (p − t)/(p + t) rounds to −1 there: its log1p has lost the digits of p.
        double[] gradient = new double[2];
        Loss.JensenShannonDivergence<double>(2).ValueAndGradient([p, 0.25], [0.75, 0.25], gradient);
        double expected = 0.5 * Math.Log(2 * p / (p + 0.75));
        gradient[0].Should().BeApproximately(expected, 4e-16 * Math.Abs(expected));

        float[] single = new float[2];
        Loss.JensenShannonDivergence<float>(2).ValueAndGradient([(float)p, 0.25f], [0.75f, 0.25f], single);
        expected = 0.5 * Math.Log(2.0 * (float)p / ((float)p + 0.75));
        ((double)single[0]).Should().BeApproximately(expected, 4e-7 * Math.Abs(expected));
    }

    [Theory]
    [InlineData(2, 40)]
    [InlineData(2, 300)]
    [InlineData(5, 40)]
    [InlineData(200, 60)]
    public void Confident_rows_keep_their_relative_precision(int columns, double lead)
    {
        // What the other classes have together: e^−lead each, relative to the label's.
        double rest = (columns - 1) * Math.Exp(-lead);
        double[] logits = new double[columns];
        int label = columns - 1;
        logits[label] = lead;
        RowData<double> data = new(columns, logits, [label], new double[columns], [1]);
        ShouldBe(Loss.SoftmaxCrossEntropy<double>(columns), rest, -rest, rest);
        ShouldBe(Loss.MulticlassFocal<double>(columns, 1), rest * rest, -2 * rest * rest, 4 * rest * rest);
        ShouldBe(Loss.GeneralizedCrossEntropy<double>(columns, 0.5), rest, -rest, rest);
        ShouldBe(Loss.Poly1<double>(columns, 2), 3 * rest, -3 * rest, 3 * rest);

        void ShouldBe(RowLoss<double, int> loss, double value, double slope, double curvature)
        {
            RowOutputs<double> outputs = Run(loss, data);
            outputs.Losses[0].Should().BeApproximately(value, 4e-15 * value);
            outputs.Gradient[label].Should().BeApproximately(slope, 4e-15 * -slope);
            outputs.Gradient[0].Should().BeApproximately(-slope / (columns - 1), 4e-15 * -slope / (columns - 1));
            outputs.Hessian[label].Should().BeApproximately(curvature, 4e-15 * curvature);
        }
    }

    [Fact]
    public void Confident_rows_keep_their_relative_precision_in_single_precision()
    {
        float[] gradient = new float[3];
        double rest = 2 * Math.Exp(-40);
        Loss.SoftmaxCrossEntropy<float>(3).ValueAndGradient([0, 40, 0], [1], gradient).Mean
            .Should().BeApproximately(rest, 3e-7 * rest);
        ((double)gradient[1]).Should().BeApproximately(-rest, 3e-7 * rest);
    }

    [Fact]
    public void Distant_logits_are_exact()
    {
        double[] gradient = new double[3];
        Loss.SoftmaxCrossEntropy<double>(3).ValueAndGradient([1e4, -1e4, 0], [1], gradient).Mean.Should().Be(2e4);
        gradient.Should().Equal(1, -1, 0);
        Loss.SoftmaxCrossEntropy<double>(3).ValueAndGradient([1e30, -1e30, 0], [0], gradient).Mean.Should().Be(0);
        gradient.Should().Equal(0, 0, 0);
        Loss.MulticlassFocal<double>(2, 0.5).Value([1e30, -1e30], [1]).Mean.Should().Be(2e30);
        Loss.GeneralizedCrossEntropy<double>(2, 0.5).Value([1e30, -1e30], [1]).Mean.Should().Be(2);
        Loss.MulticlassHinge<double>(2).Value([1e4, -1e4], [1]).Mean.Should().Be(20001.0 / 2);
        Loss.CrammerSinger<double>(2).Value([1e4, -1e4], [1]).Mean.Should().Be(20001);
    }

    [Fact]
    public void Logits_of_minus_infinity_are_masked_classes()
    {
        const double Masked = double.NegativeInfinity;
        double[] gradient = new double[3];
        CategoricalLoss<double> loss = Loss.SoftmaxCrossEntropy<double>(3);
        loss.ValueAndGradient([Masked, 7, Masked], [1], gradient).Mean.Should().Be(0);
        gradient.Should().Equal(0, 0, 0);
        loss.ValueAndGradient([1, Masked, 1], [0], gradient).Mean.Should().BeApproximately(Math.Log(2), 1e-16);
        gradient.Should().Equal(-0.5, 0, 0.5);
        loss.WithProbabilityTargets().ValueAndGradient([1, Masked, 1], [0.25, 0, 0.75], gradient).Mean
            .Should().BeApproximately(Math.Log(2), 1e-16);
        gradient.Should().Equal(0.25, 0, -0.25);
        loss.Value([Masked, 0, 1], [0]).Mean.Should().Be(double.PositiveInfinity, "the label itself is masked");
        loss.Value([Masked, Masked, Masked], [0]).Mean.Should().Be(double.NaN, "no class is left");
    }

    [Fact]
    public void The_perplexity_is_the_exponential_of_the_mean()
    {
        Cost cost = Loss.SoftmaxCrossEntropy<float>(50).Value(new float[4 * 50], [0, 7, 49, -100]);
        cost.Weight.Should().Be(3);
        Math.Exp(cost.Mean).Should().BeApproximately(50, 1e-5);
    }

    [Fact]
    public void Class_weights_of_labels_enter_the_divisor_of_cross_entropies_only()
    {
        double[] x = [1, 2, 0.5, -1];
        int[] labels = [0, 1];
        double[] weights = [3, 0.5];
        double[] rows = [2, 4];
        double first = RowReferences.Log1p(Math.Exp(1));
        double second = RowReferences.Log1p(Math.Exp(1.5));
        double sum = 2 * 3 * first + 4 * 0.5 * second;
        CategoricalLoss<double> softmax = Loss.SoftmaxCrossEntropy<double>(2, weights);
        ShouldBe(softmax.Value(x, labels, rows), sum, 2 * 3 + 4 * 0.5);
        ShouldBe(softmax.WithProbabilityTargets().Value(x, [1, 0, 0, 1], rows), sum, 6);
        ShouldBe(Loss.MulticlassFocal<double>(2, 0, weights).Value(x, labels, rows), sum, 6);
        ShouldBe(
            Loss.FromTrueClassFormula<double, CrossEntropy>(default, 2, weights).Value(x, labels, rows), sum, 6);
        ShouldBe(Loss.NegativeLogLikelihood<double>(2, weights).Value(x, labels, rows), -6 + 2, 8);
        ShouldBe(Loss.MulticlassHinge<double>(2, 1, 2, weights).Value(x, labels, rows), 3.0 * 4 + 4 / 4.0 * 6.25, 6);

        static void ShouldBe(Cost cost, double expectedSum, double expectedWeight)
        {
            cost.Sum.Should().BeApproximately(expectedSum, 1e-14 * Math.Abs(expectedSum));
            cost.Weight.Should().Be(expectedWeight);
        }
    }

    [Fact]
    public void Classes_of_weight_0_have_no_weight()
    {
        CategoricalLoss<double> loss = Loss.SoftmaxCrossEntropy<double>(2, [0, 2]);
        double[] gradient = [9, 9, 9, 9];
        loss.ValueAndGradient([1, 2, 3, 5], [0, 1], gradient).Weight.Should().Be(2);
        gradient[..2].Should().Equal(0, 0);
        loss.ValueAndGradient([1, 2, 3, 5], [0, 0], gradient).Mean.Should().Be(double.NaN);
        gradient.Should().Equal(0, 0, 0, 0);
    }

    /// <summary>
    /// With smoothing a row of such a class has a loss, that of the other classes' shares, but adds nothing to the
    /// divisor. A batch of such rows alone must not drop that loss.
    /// </summary>
    [Fact]
    public void Smoothed_rows_of_classes_of_weight_0_add_the_same_alone_as_among_others()
    {
        CategoricalLoss<double> loss = Loss.SoftmaxCrossEntropy<double>(2, [0, 2], labelSmoothing: 0.5);
        Cost together = loss.Value([1, 2, 3, 5], [0, 1]);
        Cost apart = loss.Value([1, 2], [0]) + loss.Value([3, 5], [1]);
        apart.Sum.Should().BeApproximately(together.Sum, 1e-15);
        double[] whole = new double[4];
        double[] alone = new double[2];
        loss.ValueAndGradient([1, 2, 3, 5], [0, 1], whole, reduction: Reduction.Sum);
        loss.ValueAndGradient([1, 2], [0], alone, reduction: Reduction.Sum);
        alone.Should().Equal(whole[..2]);
    }

    /// <summary>
    /// The mean does not exist, so its gradient is written as 0, but the sum does: the losses have to be evaluated
    /// before the gradient overwrites the predictions.
    /// </summary>
    [Fact]
    public void Weights_that_cancel_leave_the_sum_in_place_as_it_is()
    {
        double[] inPlace = [1, 2, 3, 5];
        double[] weights = [1, -1];
        double sum = Loss.SoftmaxCrossEntropy<double>(2).Value(inPlace, [0, 0], weights).Sum;
        Loss.SoftmaxCrossEntropy<double>(2).ValueAndGradient(inPlace, [0, 0], inPlace, weights).Sum.Should().Be(sum);
        inPlace.Should().Equal(0, 0, 0, 0);

        inPlace = [0.1, 0.9, 0.3, 0.7];
        sum = Loss.JensenShannonDivergence<double>(2).Value(inPlace, [1, 0, 0, 1], weights).Sum;
        Loss.JensenShannonDivergence<double>(2).ValueAndGradient(inPlace, [1, 0, 0, 1], inPlace, weights).Sum
            .Should().Be(sum);
    }

    [Fact]
    public void Kinks_and_ties_have_the_documented_derivatives()
    {
        double[] gradient = new double[4];
        RowLoss<double, int> hinge = Loss.MulticlassHinge<double>(4);
        hinge.ValueAndGradient([2, 1, 1.5, 0], [0], gradient).Mean.Should().Be(0.125);
        gradient.Should().Equal(-0.25, 0, 0.25, 0);
        RowLoss<double, int> crammerSinger = Loss.CrammerSinger<double>(4);
        crammerSinger.ValueAndGradient([1, 0, 1.5, 1.5], [0], gradient).Mean.Should().Be(1.5);
        gradient.Should().Equal(-1, 0, 1, 0);
        crammerSinger.ValueAndGradient([2, 1, 1, 0], [0], gradient).Mean.Should().Be(0);
        gradient.Should().Equal(0, 0, 0, 0);
    }

    [Fact]
    public void The_first_of_tied_competitors_is_found_in_long_rows_too()
    {
        foreach ((int first, int label) in new[] { (0, 9), (9, 0), (70, 300), (299, 3), (130, 200) })
        {
            float[] scores = new float[301];
            float[] gradient = new float[301];
            scores[300] = 1;
            scores[first] = 1;
            scores[label] = -1;
            Loss.CrammerSinger<float>(301).ValueAndGradient(scores, [label], gradient).Mean.Should().Be(3);
            gradient[first].Should().Be(1);
            gradient[label].Should().Be(-1);
            gradient.Count(slope => slope != 0).Should().Be(2);
        }
    }

    [Fact]
    public void Any_label_may_be_the_ignored_one()
    {
        double[] x = [1, 2, 4, 0.5, 0, -1];
        double[] gradient = new double[6];
        CategoricalLoss<double> ofPadding = Loss.SoftmaxCrossEntropy<double>(2, ignoreIndex: 0);
        ofPadding.IgnoreIndex.Should().Be(0);
        Cost cost = ofPadding.ValueAndGradient(x, [1, 0, 1], gradient);
        (cost.Weight, cost.Count).Should().Be((2, 2));
        gradient[2..4].Should().Equal(0, 0);
        cost.Sum.Should().Be(Loss.SoftmaxCrossEntropy<double>(2).Value(x, [1, -100, 1]).Sum);
        Loss.CrammerSinger<double>(2, ignoreIndex: 255).Value(x, [1, 255, 1]).Weight.Should().Be(2);
        ((Action)(() => ofPadding.Value(x, [1, -100, 1]))).Should().Throw<ArgumentOutOfRangeException>()
            .WithMessage("The label of row 1 is -100, but there are 2 classes*or 0 for a row to be ignored*");
    }

    [Fact]
    public void Losses_over_rows_know_their_classes()
    {
        Loss.SoftmaxCrossEntropy<float>(12).Classes.Should().Be(12);
        Loss.SoftmaxCrossEntropy<float>(12).IgnoreIndex.Should().Be(-100);
        Loss.SoftmaxCrossEntropy<float>(12).WithProbabilityTargets().Classes.Should().Be(12);
        Loss.KLDivergence<float>(3).IgnoreIndex.Should().BeNull();
        Loss.SoftmaxCrossEntropy<float>(1).Value([3, -7], [0, 0]).Mean.Should().Be(0);
    }

    [Fact]
    public void Wrong_options_are_refused()
    {
        (string Argument, string Message, Action Call)[] calls =
        [
            ("classes", "*between 1 and 16777216*", () => Loss.SoftmaxCrossEntropy<float>(0)),
            ("classes", "*between 1 and 16777216*", () => Loss.KLDivergence<double>(-3)),
            ("classes", "*between 1 and 16777216*", () => Loss.JensenShannonDivergence<double>(0)),
            ("classes", "*between 1 and 16777216*", () => Loss.NegativeLogLikelihood<double>(0)),
            ("classes", "*between 1 and 16777216*", () => Loss.CategoricalCrossEntropy<float>(16777217)),
            ("classes", "*between 1 and 16777216*", () => Loss.FromTrueClassFormula<float, CrossEntropy>(default, 0)),
            ("classes", "*between 2 and 16777216*", () => Loss.MulticlassHinge<float>(1)),
            ("classes", "*between 2 and 16777216*", () => Loss.CrammerSinger<float>(1)),
            ("classWeights", "*3 entries, but there are 2 classes*",
                () => Loss.SoftmaxCrossEntropy<float>(2, [1, 2, 3])),
            ("classWeights", "*0 entries, but there are 2 classes*", () => Loss.NegativeLogLikelihood<float>(2, [])),
            ("classWeights", "*1 entries, but there are 2 classes*",
                () => Loss.MulticlassHinge<float>(2, classWeights: [1])),
            ("classWeights", "*finite and at least 0*", () => Loss.SoftmaxCrossEntropy<float>(2, [1, -0.5])),
            ("classWeights", "*finite and at least 0*", () => Loss.SoftmaxCrossEntropy<float>(2, [double.NaN, 1])),
            ("classWeights", "*finite and at least 0*",
                () => Loss.MulticlassHinge<float>(2, 1, 1, [double.PositiveInfinity, 1])),
            ("classWeights", "*finite and at least 0*",
                () => Loss.FromTrueClassFormula<float, CrossEntropy>(default, 2, [1, -1])),
            ("alpha", "*3 entries, but there are 2 classes*", () => Loss.MulticlassFocal<float>(2, 2, [1, 2, 3])),
            ("alpha", "*finite and at least 0*", () => Loss.MulticlassFocal<float>(2, 2, [1, -1])),
            ("labelSmoothing", "*between 0 and 1*", () => Loss.SoftmaxCrossEntropy<float>(2, labelSmoothing: -0.1)),
            ("labelSmoothing", "*between 0 and 1*", () => Loss.SoftmaxCrossEntropy<float>(2, labelSmoothing: 1.1)),
            ("labelSmoothing", "*between 0 and 1*",
                () => Loss.SoftmaxCrossEntropy<float>(2, labelSmoothing: double.NaN)),
            ("gamma", "*finite and at least 0*", () => Loss.MulticlassFocal<float>(2, -1)),
            ("gamma", "*finite and at least 0*", () => Loss.MulticlassFocal<float>(2, double.PositiveInfinity)),
            ("q", "*", () => Loss.GeneralizedCrossEntropy<float>(2, 0)),
            ("q", "*", () => Loss.GeneralizedCrossEntropy<float>(2, 1.5)),
            ("q", "*", () => Loss.GeneralizedCrossEntropy<float>(2, double.NaN)),
            ("epsilon", "*at least -1*", () => Loss.Poly1<float>(2, -1.5)),
            ("epsilon", "*at least -1*", () => Loss.Poly1<float>(2, double.NaN)),
            ("margin", "*finite*", () => Loss.MulticlassHinge<float>(2, double.NaN)),
            ("margin", "*finite*", () => Loss.CrammerSinger<float>(2, double.PositiveInfinity)),
            ("p", "*1 or 2*", () => Loss.MulticlassHinge<float>(2, p: 3)),
            ("p", "*1 or 2*", () => Loss.MulticlassHinge<float>(2, p: 0)),
        ];
        foreach ((string argument, string message, Action call) in calls)
        {
            call.Should().Throw<ArgumentException>().WithMessage(message).Which.ParamName.Should().Be(argument);
        }

        ((Action)(() => Loss.SoftmaxCrossEntropy<Half>(2))).Should().Throw<NotSupportedException>();
    }

    [Fact]
    public void A_loss_keeps_the_class_weights_it_was_given()
    {
        double[] weights = [1, 1];
        CategoricalLoss<double> loss = Loss.SoftmaxCrossEntropy<double>(2, weights);
        weights[0] = 100;
        loss.Value([0, 0], [0]).Weight.Should().Be(1);
    }

    private static RowData<double> Logits(int rows, int columns) =>
        RowSamples.Batch<double>(RowLossCatalogue.Get("softmax"), rows, columns);

    /// <summary>The labels as rows of probabilities.</summary>
    private static RowData<double> OneHot(RowData<double> data) => data with
    {
        Probabilities = [.. data.Labels.SelectMany(label =>
            Enumerable.Range(0, data.Columns).Select(c => c == label ? 1.0 : 0))],
    };

    private static double[] Softmax(RowData<double> data) =>
        [.. Enumerable.Range(0, data.Rows).SelectMany(row =>
        {
            double[] powers = [.. data.Cells(data.Predictions, row).Select(Math.Exp)];
            return powers.Select(power => power / powers.Sum());
        })];

    private static double[] Losses<TTarget>(RowLoss<double, TTarget> loss, RowData<double> data)
        where TTarget : unmanaged => Run(loss, data).Losses.ToArray();

    private static RowOutputs<double> Run<TTarget>(RowLoss<double, TTarget> loss, RowData<double> data)
        where TTarget : unmanaged =>
        RowOutputs<double>.Of(new RowLossUnderTest<double, TTarget>(loss), data, [], Reduction.Sum, out _);

    private static void ShouldAgree(RowOutputs<double> actual, RowOutputs<double> expected, double tolerance = 1e-14)
    {
        ShouldBeClose(actual.Losses, expected.Losses, tolerance);
        ShouldBeClose(actual.Gradient, expected.Gradient, tolerance);
        ShouldBeClose(actual.Hessian, expected.Hessian, tolerance);
    }

    private static void ShouldBeClose(
        ReadOnlySpan<double> actual, ReadOnlySpan<double> expected, double tolerance = 1e-14)
    {
        actual.Length.Should().Be(expected.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            actual[i].Should().BeApproximately(expected[i], tolerance * (1 + Math.Abs(expected[i])));
        }
    }
}

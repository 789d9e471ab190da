using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>Losses of a student's rows beside its teacher's.</summary>
public sealed class DistillationLossTests
{
    private const int Classes = 5;
    private const int Rows = 9;

    [Theory]
    [InlineData(0)]
    [InlineData(0.25)]
    [InlineData(1)]
    public void Labels_and_teacher_share_the_loss(double alpha)
    {
        (double[] logits, double[] teacher, int[] labels, bool[] mask, double[] weights) = Batch();
        RowReference ofTeacher = RowReferences.Divergence((p, t) => RowReferences.Forward(0, p, t), 2, 4);
        double[] expected = new double[Rows];
        double[] slopes = new double[Rows * Classes];
        for (int row = 0; row < Rows; row++)
        {
            if (!mask[row])
            {
                logits.AsSpan(row * Classes, Classes).Fill(double.NaN);
                labels[row] = -100;
                continue;
            }

            double[] x = logits[(row * Classes)..((row + 1) * Classes)];
            RowResult soft = ofTeacher(x, 0, teacher[(row * Classes)..((row + 1) * Classes)]);
            RowResult hard = RowReferences.TrueClass(RowReferences.CrossEntropy)(x, labels[row], x);
            expected[row] = alpha * soft.Loss + (1 - alpha) * hard.Loss;
            for (int c = 0; c < Classes; c++)
            {
                slopes[row * Classes + c] = weights[row] * (alpha * soft.Gradient[c] + (1 - alpha) * hard.Gradient[c]);
            }
        }

        DistillationLoss<double> loss = Loss.KnowledgeDistillation<double>(Classes, alpha, temperature: 2);
        Distillation<double> batch = new() { Logits = logits, Teacher = teacher, Labels = labels, Mask = mask };
        double[] gradient = new double[slopes.Length];
        double[] losses = new double[Rows];
        Cost cost = loss.ValueAndGradient(batch, new() { Logits = gradient }, weights, Reduction.Sum);
        loss.PerExample(batch, losses, weights).Should().Be(cost);
        losses.Should().Equal(expected, (left, right) => Math.Abs(left - right) < 1e-12);
        gradient.Should().Equal(slopes, (left, right) => Math.Abs(left - right) < 1e-12);
        cost.Count.Should().Be(mask.Count(there => there));
        cost.Sum.Should().BeApproximately(expected.Zip(weights).Sum(pair => pair.First * pair.Second), 1e-11);
    }

    [Fact]
    public void Beside_a_teacher_alone_a_loss_is_that_of_rows()
    {
        (double[] logits, double[] teacher, _, bool[] mask, double[] weights) = Batch();
        RowLoss<double, double> rows = Loss.ReverseKl<double>(Classes);
        double[] masked = [.. weights.Select((weight, row) => mask[row] ? weight : 0)];
        double[] expected = new double[logits.Length];
        Cost cost = rows.ValueAndGradient(logits, teacher, expected, masked);
        double[] gradient = new double[logits.Length];
        rows.OfTeacher().ValueAndGradient(
            new() { Logits = logits, Teacher = teacher, Mask = mask }, new() { Logits = gradient }, weights)
            .Mean.Should().Be(cost.Mean);
        gradient.Should().Equal(expected);
    }

    /// <summary>Values by mpmath at 50 digits.</summary>
    [Fact]
    public void Divergences_of_nearly_equal_rows_do_not_cancel()
    {
        double[] student = [1, 2, 3];
        double[] teacher = [1, 2, 3 + 1e-9];
        double expected = 1.1134773167e-19;
        foreach (RowLoss<double, double> loss in (RowLoss<double, double>[])[
            Loss.ForwardKl<double>(3), Loss.ReverseKl<double>(3)])
        {
            loss.Value(student, teacher).Sum.Should().BeApproximately(expected, 1e-6 * expected);
        }

        Loss.GeneralizedJsd<double>(3).Value(student, teacher).Sum.Should().BeApproximately(expected / 4, 1e-6 * expected);
        Loss.SkewForwardKl<double>(3, 0.5).Value(student, teacher).Sum
            .Should().BeApproximately(expected / 4, 1e-6 * expected);
        Loss.SkewReverseKl<double>(3, 0.5).Value(student, teacher).Sum
            .Should().BeApproximately(expected / 4, 1e-6 * expected);
    }

    [Fact]
    public void Log_probabilities_are_logits()
    {
        double[] p = [0.125, 0.25, 0.625, 0, 0.5, 0.5];
        double[] t = [0.5, 0.25, 0.25, 0.75, 0.25, 0];
        double expected = 0;
        for (int i = 0; i < p.Length; i++)
        {
            double middle = (p[i] + t[i]) / 2;
            expected += (Part(p[i], middle) + Part(t[i], middle)) / 2;
        }

        double[] logs = [.. p.Select(x => Math.Log(x))];
        double[] targets = [.. t.Select(x => Math.Log(x))];
        Loss.GeneralizedJsd<double>(3).Value(logs, targets).Sum.Should().BeApproximately(expected, 1e-15);
        Loss.JensenShannonDivergence<double>(3).Value(p, t).Sum.Should().BeApproximately(expected, 1e-15);
        Loss.GeneralizedJsd<float>(3).Value([.. logs.Select(x => (float)x)], [.. targets.Select(x => (float)x)]).Sum
            .Should().BeApproximately(expected, 1e-6);

        static double Part(double share, double middle) => share == 0 ? 0 : share * Math.Log(share / middle);
    }

    [Fact]
    public void What_neither_has_counts_nothing_and_far_logits_stay_finite()
    {
        double[] student = [1, double.NegativeInfinity, -1e4, 1e4, -1e20];
        double[] teacher = [-1e4, double.NegativeInfinity, 1e4, -1e4, -1e20];
        double[] gradient = new double[5];
        double[] hessian = new double[5];
        Check(Loss.ForwardKl<double>(5), 2e4, [0, 0, -1, 1, 0]);
        Check(Loss.ReverseKl<double>(5), 2e4, [0, 0, 0, 0, 0]);
        Check(Loss.GeneralizedJsd<double>(5), Math.Log(2), [0, 0, 0, 0, 0]);
        Check(Loss.SkewForwardKl<double>(5, 0.5), Math.Log(2), [0, 0, 0, 0, 0]);
        Check(Loss.SkewReverseKl<double>(5, 0.5), Math.Log(2), [0, 0, 0, 0, 0]);
        Check(Loss.TotalVariationDistance<double>(5), 1, [0, 0, 0, 0, 0]);

        void Check(RowLoss<double, double> loss, double value, double[] slopes)
        {
            loss.ValueGradientAndHessian(student, teacher, gradient, hessian).Sum
                .Should().BeApproximately(value, 1e-10, loss.ToString());
            gradient.Should().Equal(slopes, (left, right) => Math.Abs(left - right) < 1e-12, loss.ToString());
            hessian.Should().OnlyContain(number => double.IsFinite(number), loss.ToString());
        }
    }

    [Fact]
    public void Confident_rows_keep_their_curvature()
    {
        foreach (float lead in (float[])[9, 15, 25])
        {
            Check(Loss.ForwardKl<float>(3), Loss.ForwardKl<double>(3));
            Check(Loss.ReverseKl<float>(3), Loss.ReverseKl<double>(3));
            Check(Loss.GeneralizedJsd<float>(3), Loss.GeneralizedJsd<double>(3));
            Check(Loss.SkewForwardKl<float>(3, 0.5), Loss.SkewForwardKl<double>(3, 0.5));
            Check(Loss.SkewReverseKl<float>(3, 0.5), Loss.SkewReverseKl<double>(3, 0.5));

            void Check(RowLoss<float, float> loss, RowLoss<double, double> exact)
            {
                float[] hessian = new float[3];
                double[] expected = new double[3];
                loss.ValueGradientAndHessian([lead, 0, 1], [0, 1, 2], new float[3], hessian);
                exact.ValueGradientAndHessian([lead, 0, 1], [0, 1, 2], new double[3], expected);
                hessian.Should().Equal(
                    expected, (h, known) => Math.Abs(h - known) <= 1e-4 * Math.Abs(known), $"{loss} {lead}");
            }
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        double[] gradient = [7, 7];
        double[] two = [1, 2];
        DistillationLoss<double> loss = Loss.KnowledgeDistillation<double>(2);
        foreach (Action call in new Action[]
        {
            () => Call([1], two, [0], []),
            () => Call(two, [1], [0], []),
            () => Call(two, two, [], []),
            () => Call(two, two, [2], []),
            () => Call(two, two, [0], [true, true]),
            () => Call(gradient, two, [0], []),
            () => Loss.KnowledgeDistillation<double>(2, alpha: 2),
            () => Loss.ForwardKl<double>(2, temperature: 0),
            () => Loss.ForwardKl<double>(2, topK: 0),
            () => Loss.SkewForwardKl<double>(2, alpha: 1),
            () => Loss.ZLoss<double>(2, -1),
        })
        {
            call.Should().Throw<ArgumentException>().Which.ParamName.Should().NotBeNull();
        }

        gradient.Should().Equal([7, 7]);
        FluentActions.Invoking(() => Loss.NegativeEntropy<double>(2).OfTeacher()).Should().Throw<NotSupportedException>();

        void Call(double[] logits, double[] teacher, int[] labels, bool[] mask) => loss.ValueAndGradient(
            new() { Logits = logits, Teacher = teacher, Labels = labels, Mask = mask }, new() { Logits = gradient });
    }

    private static (double[] Logits, double[] Teacher, int[] Labels, bool[] Mask, double[] Weights) Batch()
    {
        Random random = new(7);
        double[] Numbers() => [.. Enumerable.Range(0, Rows * Classes).Select(_ => 6 * random.NextDouble() - 3)];
        return (
            Numbers(),
            Numbers(),
            [.. Enumerable.Range(0, Rows).Select(_ => random.Next(Classes))],
            [.. Enumerable.Range(0, Rows).Select(row => row != 2 && row != 5)],
            [.. Enumerable.Range(0, Rows).Select(_ => (double)random.Next(3))]);
    }
}

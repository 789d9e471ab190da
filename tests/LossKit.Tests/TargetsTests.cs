namespace LossKit.Tests;

public sealed class TargetsTests
{
    [Fact]
    public void Smoothed_targets_are_those_of_label_smoothing()
    {
        double[] logits = [0.5, -1, 2, 3, 0, -2];
        double[] targets = [0, 1, 0, 0.25, 0, 0.75];
        double[] smoothed = new double[6];
        Targets.Smooth<double>(targets, 3, 0.25, smoothed);
        smoothed.Should().Equal(
            [0.25 / 3, 0.75 + 0.25 / 3, 0.25 / 3, 0.1875 + 0.25 / 3, 0.25 / 3, 0.5625 + 0.25 / 3],
            (left, right) => Math.Abs(left - right) < 1e-15);
        double given = Loss.SoftmaxCrossEntropy<double>(3).WithProbabilityTargets().Value(logits, smoothed).Mean;
        Loss.SoftmaxCrossEntropy<double>(3, labelSmoothing: 0.25).WithProbabilityTargets().Value(logits, targets).Mean
            .Should().BeApproximately(given, 1e-15);
        Targets.Smooth<double>(targets, 3, 0.25, targets);
        targets.Should().Equal(smoothed);
        Targets.Smooth<double>([], 3, 0.25, []);
    }

    [Fact]
    public void Masked_classes_have_no_part()
    {
        float[] targets = [0, 1, 0, 1, 0, 0];
        float[] smoothed = new float[6];
        Targets.Smooth<float>(targets, 3, 0.5, smoothed, [true, true, false]);
        smoothed.Should().Equal(0.25f, 0.75f, 0, 0.75f, 0.25f, 0);
        Targets.Smooth<float>(targets, 3, 0.5, smoothed, [true, true, true, true, false, false]);
        smoothed[3..].Should().Equal(1, 0, 0);
        Targets.Smooth<float>(targets, 3, 0.5, smoothed, new bool[6]);
        smoothed.Should().OnlyContain(target => target == 0);

        // With them a masked class costs nothing.
        float[] gradient = new float[3];
        Targets.Smooth<float>(targets, 3, 0.5, smoothed, [true, true, false]);
        RowLoss<float, float>[] losses =
        [
            Loss.SoftmaxCrossEntropy<float>(3).WithProbabilityTargets(),
            Loss.MulticlassFocal<float>(3).WithProbabilityTargets(),
            Loss.Poly1<float>(3).WithProbabilityTargets(),
        ];
        foreach (RowLoss<float, float> loss in losses)
        {
            float[] logits = [1, -1, float.NegativeInfinity];
            double.IsFinite(loss.ValueAndGradient(logits, smoothed.AsSpan(0, 3), gradient).Mean).Should().BeTrue();
            gradient.Should().OnlyContain(slope => float.IsFinite(slope));
            gradient[2].Should().Be(0);
        }
    }

    [Fact]
    public void What_cannot_be_is_told()
    {
        double[] targets = new double[7];
        Refused("targets", () => Targets.Smooth<double>(new double[4], 3, 0.1, new double[4]));
        Refused("smoothed", () => Targets.Smooth<double>(new double[3], 3, 0.1, new double[4]));
        Refused("smoothed", () => Targets.Smooth<double>(targets.AsSpan(0, 6), 3, 0.1, targets.AsSpan(1, 6)));
        Refused("smoothing", () => Targets.Smooth<double>(new double[3], 3, 1.5, new double[3]));
        Refused("mask", () => Targets.Smooth<double>(new double[6], 3, 0.1, new double[6], new bool[4]));
        Refused("classes", () => Targets.Smooth<double>([], 0, 0.1, []));

        static void Refused(string name, Action call) =>
            call.Should().Throw<ArgumentException>().Which.ParamName.Should().Be(name);
    }
}

namespace LossKit.CustomLoss.Tests;

public sealed class ReadmeExample
{
    [Fact]
    public void Works()
    {
        double[] logits = [1.5, -0.5, 3, -2];
        double[] targets = [1, 1, 0, 0];
        double[] gradient = new double[4];
        double[] hessian = new double[4];

        PointwiseLoss<double, MissedPositive> loss = Loss.FromFormula<double, MissedPositive>(new(missCost: 10));
        Cost cost = loss.ValueGradientAndHessian(logits, targets, gradient, hessian);
        PointLoss<double> one = loss.At(-0.5, 1);                        // loss 6.22, derivative -2.35
        PointwiseLoss<double> mixed = loss.Scaled(0.3).Plus(Loss.BinaryCrossEntropyLogits<double>());
        GradientReport report = GradientChecker.Check(loss, from: -8, to: 8, targets: [0, 1]);
        Console.WriteLine(report);                                       // consistent

        cost.Mean.Should().BeApproximately(2.2802, 0.0001);
        one.Loss.Should().BeApproximately(6.22, 0.005);
        one.Derivative.Should().BeApproximately(-2.35, 0.005);
        mixed.Value(logits, targets).Mean.Should().BeGreaterThan(0.3 * cost.Mean);
        report.ToString().Should().Be("consistent");
    }
}

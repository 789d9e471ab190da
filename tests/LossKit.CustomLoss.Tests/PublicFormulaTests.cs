using LossKit.Formulas;

namespace LossKit.CustomLoss.Tests;

/// <summary>Formulas that losses of rows and of embeddings are made of serve others, too.</summary>
public sealed class PublicFormulaTests
{
    [Fact]
    public void They_make_pointwise_losses()
    {
        Check(Loss.FromFormula<double, Contrastive>(new(2)), 1.5, 0, 0.25, -1);
        Check(Loss.FromFormula<double, CosineEmbedding>(new(0.25)), 0.5, -1, 0.25, 1);
        Check(Loss.FromFormula<double, OfDifference<Logistic>>(new(default)), 0, 7, Math.Log(2), -0.5);
        Check(Loss.FromMarginFormula<double, MarginHinge>(new(0.5)), 0.25, 1, 0.25, -1);
        Check(Loss.FromMarginFormula<double, MulticlassHinge>(new(1, 2)), -0.5, -1, 0.25, 1);
        Check(Loss.FromFormula<double, KLDivergence>(default), Math.Log(0.25), 0.5, 0.5 * Math.Log(2), -0.5);
        Check(Loss.FromFormula<double, JensenShannonDivergence>(default), 0.5, 0.5, 0, 0);
        Check(Loss.FromFormula<double, ProbabilityCrossEntropy>(default), 0.5, 0.25, 0.25 * Math.Log(2), -0.5);
    }

    private static void Check(PointwiseLoss<double> loss, double prediction, double target, double value, double slope)
    {
        PointLoss<double> actual = loss.At(prediction, target);
        actual.Loss.Should().BeApproximately(value, 1e-15, loss.ToString());
        actual.Derivative.Should().BeApproximately(slope, 1e-15, loss.ToString());
    }
}

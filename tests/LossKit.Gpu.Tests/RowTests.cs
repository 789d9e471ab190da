using System.Numerics;

namespace LossKit.Gpu.Tests;

/// <summary>Losses of rows on a device against the same on the processor.</summary>
public sealed class RowTests(ProcessorDevice device) : IClassFixture<ProcessorDevice>
{
    private const int Rows = 9;

    public static TheoryData<string, int> Cases
    {
        get
        {
            TheoryData<string, int> cases = [];
            foreach (string name in (string[])
                ["cross-entropy", "weighted", "smoothed", "smoothed and weighted", "focal", "generalised", "Poly-1"])
            {
                cases.Add(name, 4);
                cases.Add(name, 7);
                cases.Add(name, 600);
            }

            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Rows_in_float_are_what_they_are_on_the_processor(string name, int classes) =>
        Compare<float>(name, classes);

    [Theory, MemberData(nameof(Cases))]
    public void Rows_in_double_are_what_they_are_on_the_processor(string name, int classes) =>
        Compare<double>(name, classes);

    [Fact]
    public void The_gradient_may_be_the_logits()
    {
        RowLoss<float, int> loss = Loss.SoftmaxCrossEntropy<float>(5);
        float[] logits = Numbers.Predictions<float>(15);
        float[] gradient = new float[15];
        loss.ValueAndGradient(logits, [0, 4, 2], gradient);

        ArrayView<float> there = device.Of(logits);
        loss.On(device.Accelerator).ValueAndGradient(there, device.Of(0, 4, 2), there);

        there.GetAsArray().ShouldBeNear(gradient, "gradient");
    }

    [Fact]
    public void A_label_that_is_no_class_is_refused_by_its_row_before_anything_is_written()
    {
        RowLoss<float, int> loss = Loss.SoftmaxCrossEntropy<float>(3);
        ArrayView<float> gradient = device.Of<float>(7, 7, 7, 7, 7, 7, 7, 7, 7);
        Action call = () => loss.On(device.Accelerator).ValueAndGradient(
            device.Of<float>(1, 2, 3, 4, 5, 6, 7, 8, 9), device.Of(0, -1, 3), gradient);

        call.Should().Throw<ArgumentOutOfRangeException>().WithMessage(
            "The label of row 1 is -1, but there are 3 classes: it must be between 0 and 2, or -100 for a row to be "
            + "ignored.*");
        gradient.GetAsArray().Should().AllBeEquivalentTo(7f);
    }

    [Fact]
    public void Other_losses_of_rows_are_refused()
    {
        Action call = () => Loss.MulticlassFocal<float>(3, labelSmoothing: 0.1).On(device.Accelerator);

        call.Should().Throw<NotSupportedException>().WithMessage("*is no loss that a device has*");
    }

    private void Compare<T>(string name, int classes) where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[] classWeights = [.. Enumerable.Range(0, classes).Select(k => k % 3 * 0.5)];
        RowLoss<T, int> loss = name switch
        {
            "cross-entropy" => Loss.SoftmaxCrossEntropy<T>(classes),
            "weighted" => Loss.SoftmaxCrossEntropy<T>(classes, classWeights),
            "smoothed" => Loss.SoftmaxCrossEntropy<T>(classes, labelSmoothing: 0.1),
            "smoothed and weighted" => Loss.SoftmaxCrossEntropy<T>(classes, classWeights, 0.1),
            "focal" => Loss.MulticlassFocal<T>(classes, 2, classWeights),
            "generalised" => Loss.GeneralizedCrossEntropy<T>(classes),
            _ => Loss.Poly1<T>(classes),
        };
        T[] logits = Numbers.Predictions<T>(Rows * classes);
        for (int k = 0; k < classes; k++)
        {
            // One row is confident.
            logits[classes + k] *= T.CreateTruncating(20);
        }

        logits[2 * classes] = T.NaN;
        logits[3 * classes + 1] = T.NegativeInfinity;
        int[] labels = [.. Enumerable.Range(0, Rows).Select(row => (5 * row + 2) % classes)];
        labels[4] = -100;
        T[] weights = Numbers.Weights<T>(Rows);
        weights[1] = T.One;
        weights[2] = T.Zero;
        weights[3] = T.One;

        T[] gradient = new T[logits.Length];
        T[] hessian = new T[logits.Length];
        T[] losses = new T[Rows];
        Cost expected = loss.ValueGradientAndHessian(logits, labels, gradient, hessian, weights);
        loss.PerExample(logits, labels, losses, weights);

        DeviceRowLoss<T> onDevice = loss.On(device.Accelerator);
        ArrayView<T> logitsThere = device.Of(logits);
        ArrayView<int> labelsThere = device.Of(labels);
        ArrayView<T> weightsThere = device.Of(weights);
        ArrayView<T> gradientThere = device.For<T>(logits.Length);
        ArrayView<T> hessianThere = device.For<T>(logits.Length);
        ArrayView<T> lossesThere = device.For<T>(Rows);
        Cost actual = onDevice.ValueGradientAndHessian(
            logitsThere, labelsThere, gradientThere, hessianThere, weightsThere);
        onDevice.PerExample(logitsThere, labelsThere, lossesThere, weightsThere);

        actual.ShouldBeNear<T>(expected);
        lossesThere.GetAsArray().ShouldBeNear(losses, "losses");
        gradientThere.GetAsArray().ShouldBeNear(gradient, "gradient");
        hessianThere.GetAsArray().ShouldBeNear(hessian, "hessian");
    }
}

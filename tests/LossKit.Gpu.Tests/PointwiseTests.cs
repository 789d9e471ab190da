using System.Numerics;

namespace LossKit.Gpu.Tests;

/// <summary>Every pointwise loss on a device against the same on the processor.</summary>
public sealed class PointwiseTests(ProcessorDevice device) : IClassFixture<ProcessorDevice>
{
    private const int Length = 203;

    public static TheoryData<string> Names => LossCatalogue.Names;

    [Theory, MemberData(nameof(Names))]
    public void Every_loss_in_float_is_what_it_is_on_the_processor(string name) => Compare<float>(name);

    [Theory, MemberData(nameof(Names))]
    public void Every_loss_in_double_is_what_it_is_on_the_processor(string name) => Compare<double>(name);

    private void Compare<T>(string name) where T : unmanaged, IFloatingPointIeee754<T>
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        DevicePointwiseLoss<T> onDevice = loss.On(device.Accelerator);
        T[] predictions = Numbers.Predictions<T>(Length);
        T[] targets = Numbers.Targets<T>(instance.Targets, Length);
        T[] weights = Numbers.Weights<T>(Length);
        predictions[7] = T.NaN;
        weights[7] = T.Zero;
        targets[8] = T.NaN;
        weights[8] = T.Zero;

        T[] gradient = new T[Length];
        T[] hessian = new T[Length];
        Cost expected = loss.ValueGradientAndHessian(predictions, targets, gradient, hessian, weights);
        ArrayView<T> gradientThere = device.For<T>(Length);
        ArrayView<T> hessianThere = device.For<T>(Length);
        Cost actual = onDevice.ValueGradientAndHessian(
            device.Of(predictions), device.Of(targets), gradientThere, hessianThere, device.Of(weights));

        actual.ShouldBeNear<T>(expected);

        // What has no weight is left out, even if it is NaN.
        foreach (int row in Enumerable.Range(0, Length).Where(row => weights[row] == T.Zero))
        {
            gradient[row] = T.Zero;
            hessian[row] = T.Zero;
        }

        gradientThere.GetAsArray().ShouldBeNear(gradient, "gradient");
        hessianThere.GetAsArray().ShouldBeNear(hessian, "hessian");
    }
}

using System.Numerics;

namespace LossKit.Gpu.Tests;

/// <summary>
/// Every pointwise loss on a device against the same on the processor: in float or double, by turns; with
/// <c>LOSSKIT_GPU_KERNELS=all</c> in both, and with all parameters of the catalogue.
/// </summary>
public sealed class PointwiseTests(ProcessorDevice device) : IClassFixture<ProcessorDevice>
{
    private const int Length = 203;

    private static readonly bool s_all = Environment.GetEnvironmentVariable("LOSSKIT_GPU_KERNELS") == "all";

    // Without all, one instance of each formula: parameters are data of the same kernel.
    private static readonly string[] s_names =
    [
        .. (s_all ? LossCatalogue.All : LossCatalogue.All.DistinctBy(instance => instance.Formula))
            .Select(instance => instance.Name),
    ];

    public static TheoryData<string> Names => new(s_names);

    [Theory, MemberData(nameof(Names))]
    public void Every_loss_is_what_it_is_on_the_processor(string name)
    {
        bool isInFloat = Array.IndexOf(s_names, name) % 2 == 0;
        if (s_all || isInFloat)
        {
            Compare<float>(name);
        }

        if (s_all || !isInFloat)
        {
            Compare<double>(name);
        }
    }

    private void Compare<T>(string name) where T : unmanaged, IFloatingPointIeee754<T>
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        DeviceLoss<T> onDevice = loss.On(device.Accelerator);
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

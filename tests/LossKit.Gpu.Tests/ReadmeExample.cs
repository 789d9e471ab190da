namespace LossKit.Gpu.Tests;

public sealed class ReadmeExample
{
    [Fact]
    public void Works()
    {
        using Context context = Context.CreateDefault();
        using Accelerator accelerator = context.GetPreferredDevice(preferCPU: false).CreateAccelerator(context);

        using MemoryBuffer1D<float, Stride1D.Dense> predictions = accelerator.Allocate1D(new float[] { 0.5f, 3, -2 });
        using MemoryBuffer1D<float, Stride1D.Dense> targets = accelerator.Allocate1D(new float[] { 0, 0, 0 });
        using MemoryBuffer1D<float, Stride1D.Dense> gradient = accelerator.Allocate1D<float>(3);

        DeviceLoss<float> loss = Loss.Huber<float>(delta: 1).On(accelerator);
        Cost cost = loss.ValueAndGradient(predictions.View, targets.View, gradient.View);

        cost.Sum.Should().BeApproximately(0.125 + 2.5 + 1.5, 1e-6);
        gradient.GetAsArray1D().Should().Equal(0.5f / 3, 1f / 3, -1f / 3);
    }

    [Fact]
    public void The_gradient_takes_the_place_of_predictions()
    {
        using Context context = Context.CreateDefault();
        using Accelerator accelerator = context.GetPreferredDevice(preferCPU: false).CreateAccelerator(context);
        using MemoryBuffer1D<float, Stride1D.Dense> predictions = accelerator.Allocate1D(new float[] { 0.5f, 3, -2 });
        using MemoryBuffer1D<float, Stride1D.Dense> targets = accelerator.Allocate1D(new float[] { 0, 0, 0 });

        DeviceLoss<float> loss = Loss.SquaredError<float>().On(accelerator);
        Cost cost = loss.ValueAndGradient(predictions.View, targets.View, gradient: predictions.View);

        cost.Sum.Should().BeApproximately(0.25 + 9 + 4, 1e-5);
        predictions.GetAsArray1D().Should().Equal(1f / 3, 2f, -4f / 3);
    }
}

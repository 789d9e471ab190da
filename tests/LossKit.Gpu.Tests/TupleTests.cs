using System.Numerics;
using System.Reflection;
using ILGPU.Runtime.Cuda;

namespace LossKit.Gpu.Tests;

/// <summary>Every loss of tuples of a formula on a device against the same on the processor, and as device code.</summary>
public sealed class TupleTests(ProcessorDevice device) : IClassFixture<ProcessorDevice>
{
    private const int Examples = 37;

    public static TheoryData<string> Names => new(Factories().Where(IsOfFormula).Select(factory => factory.Name));

    [Theory, MemberData(nameof(Names))]
    public void Every_loss_is_what_it_is_on_the_processor(string name)
    {
        Compare<float>(name, isPlanar: false);
        Compare<double>(name, isPlanar: true);
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_formula_compiles(string name)
    {
        Type formula = Make<float>(name).GetType().GetGenericArguments()[1];
        MethodInfo kernel = typeof(TupleKernel).GetMethod("Run", BindingFlags.Public | BindingFlags.Static)!
            .MakeGenericMethod(
                typeof(float), typeof(SingleArithmetic), formula, typeof(OfHessian), typeof(Yes), typeof(No));

        Compilers.Ptx(kernel, CudaArchitecture.SM_80, CudaInstructionSet.ISA_70).Should().Contain(".entry");
        Compilers.OpenCL(kernel).Should().Contain("kernel");
    }

    [Fact]
    public void A_gradient_takes_the_place_of_the_predictions()
    {
        TupleLoss<double> loss = Loss.BoxGiou<double>();
        double[] predictions = [0, 0, 2, 2, 1, 1, 3, 4];
        double[] targets = [1, 1, 3, 3, 1, 1, 2, 2];
        double[] expected = new double[8];
        Cost cost = loss.ValueAndGradient(predictions, targets, expected);

        ArrayView<double> there = device.Of(predictions);
        loss.On(device.Accelerator).ValueAndGradient(there, device.Of(targets), there).ShouldBeNear<double>(cost);

        there.GetAsArray().ShouldBeNear(expected, "gradient");
    }

    [Fact]
    public void Losses_and_weights_are_one_an_example()
    {
        DeviceLoss<float> loss = Loss.BoxIou<float>().On(device.Accelerator);
        ArrayView<float> boxes = device.Of<float>(0, 0, 2, 2, 1, 1, 3, 3);
        ArrayView<float> losses = device.For<float>(2);
        loss.PerExample(boxes, boxes, losses);
        losses.GetAsArray().ShouldBeNear([0f, 0f], "losses");

        FluentActions.Invoking(() => loss.Value(boxes, boxes, device.For<float>(8))).Should()
            .Throw<ArgumentException>().WithMessage("'weights' has 8 entries, but 'examples' has 2*");
        FluentActions.Invoking(() => loss.Value(boxes.SubView(0, 7), boxes)).Should()
            .Throw<ArgumentException>().WithMessage("'predictions' has 7 entries, which is no multiple of the 4*");
        FluentActions.Invoking(() => loss.Value(boxes, boxes.SubView(0, 4))).Should()
            .Throw<ArgumentException>().WithMessage("'targets' has 4 entries, but must have 8, 4 for each of 2 examples*");
        FluentActions.Invoking(() => loss.PerExample(boxes, device.For<float>(8), boxes.SubView(0, 2))).Should()
            .Throw<ArgumentException>().WithMessage("'losses' overlaps 'predictions'*");
    }

    [Fact]
    public void What_is_made_of_losses_is_refused() =>
        FluentActions.Invoking(() => Loss.BoxIou<float>().Scaled(2).On(device.Accelerator))
            .Should().Throw<NotSupportedException>().WithMessage("*is no loss that a device has*");

    private static IEnumerable<MethodInfo> Factories() => typeof(Loss)
        .GetMethods(BindingFlags.Public | BindingFlags.Static)
        .Where(method => method.IsGenericMethodDefinition
            && method.GetGenericArguments().Length == 1
            && (method.ReturnType.Name == typeof(TupleLoss<>).Name || method.ReturnType.Name == typeof(TupleLoss<,>).Name)
            && method.GetParameters().All(
                parameter => parameter.IsOptional || parameter.ParameterType == typeof(double)))
        .DistinctBy(method => method.Name);

    private static bool IsOfFormula(MethodInfo factory) => Make<float>(factory.Name).GetType().Name == typeof(TupleLoss<,>).Name;

    private static TupleLoss<T> Make<T>(string name) where T : unmanaged, IFloatingPointIeee754<T>
    {
        MethodInfo factory = Factories().First(method => method.Name == name);
        object?[] arguments =
        [
            .. factory.GetParameters().Select(parameter => parameter.IsOptional ? parameter.DefaultValue : 0.5),
        ];
        return (TupleLoss<T>)factory.MakeGenericMethod(typeof(T))
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
    }

    private void Compare<T>(string name, bool isPlanar) where T : unmanaged, IFloatingPointIeee754<T>
    {
        TupleLoss<T> loss = isPlanar ? Make<T>(name).Planar() : Make<T>(name);
        Random random = new(5);
        T[] predictions = Of(loss.Predictions * Examples, 0.2);
        T[] targets = Of(loss.Targets * Examples, 0.1);
        T[] weights = Numbers.Weights<T>(Examples);
        predictions[^1] = T.NaN;
        weights[^1] = T.One;
        T[] gradient = new T[predictions.Length];
        T[] hessian = new T[predictions.Length];
        Cost expected = loss.ValueGradientAndHessian(
            predictions, targets, gradient, hessian, weights, Reduction.Sum);

        ArrayView<T> gradientThere = device.For<T>(predictions.Length);
        ArrayView<T> hessianThere = device.For<T>(predictions.Length);
        Cost actual = loss.On(device.Accelerator).ValueGradientAndHessian(
            device.Of(predictions),
            loss.Targets > 0 ? device.Of(targets) : default,
            gradientThere,
            hessianThere,
            device.Of(weights),
            Reduction.Sum);

        actual.ShouldBeNear<T>(expected);
        gradientThere.GetAsArray().ShouldBeNear(gradient, "gradient");
        hessianThere.GetAsArray().ShouldBeNear(hessian, "hessian");

        T[] Of(int length, double from) =>
            [.. Enumerable.Range(0, length).Select(_ => T.CreateTruncating(from + random.NextDouble()))];
    }
}

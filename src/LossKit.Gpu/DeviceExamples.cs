using System.Collections.Concurrent;
using LossKit.Gpu.Calls;
using LossKit.Gpu.Compiler;

namespace LossKit.Gpu;

/// <summary>A loss of examples: what is around its kernels.</summary>
internal abstract class DeviceExamples<T, TArithmetic>(string name, Shape shape, Accelerator accelerator)
    : DeviceLoss<T>(name, shape, accelerator)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TArithmetic : struct, IArithmetic<T>
{
    private readonly ConcurrentDictionary<(DerivativeOrder Order, bool IsWeighted, bool WantsLosses), Launcher>
        _launchers = new();

    /// <summary>Starts a kernel.</summary>
    protected delegate void Launcher(AcceleratorStream stream, KernelConfig config, ExampleArguments<T> arguments);

    private protected override Cost Run(
        ExampleArguments<T> arguments,
        DerivativeOrder order,
        Reduction reduction,
        bool wantsLosses,
        AcceleratorStream? stream)
    {
        int length = DeviceChecks.Examples(Accelerator, arguments, Shape, order, wantsLosses);
        stream ??= Accelerator.DefaultStream;
        Scratch scratch = Scratch.Of(stream);
        DeviceWeights<T, TArithmetic> weights = new(Accelerator, stream, scratch, arguments.Weights, length);
        Plan plan = new(weights.Total, weights.HasWeight, weights.Exponent, length, reduction, wantsLosses);
        CompensatedSum sum = default;
        if (plan.Evaluates)
        {
            arguments.Unit = T.CreateTruncating(Math.ScaleB(1, -weights.Exponent));
            arguments.Examples = length;
            Launch(arguments, plan.Order(order), plan.Scale, wantsLosses, scratch, scratch.Total, stream);
            sum = new(scratch.Read(), 0);
        }

        if (!plan.Differentiates)
        {
            Clear(arguments.Gradient, stream);
            Clear(arguments.Hessian, stream);
        }

        return plan.Cost(sum);
    }

    private protected override void Enqueue(
        ExampleArguments<T> arguments,
        DerivativeOrder order,
        Reduction reduction,
        ArrayView<double> sum,
        AcceleratorStream? stream)
    {
        int length = DeviceChecks.Examples(Accelerator, arguments, Shape, order, wantsLosses: false);
        DeviceChecks.Here(Accelerator, "sum", sum);
        DeviceChecks.Single("sum", sum.Length);
        stream ??= Accelerator.DefaultStream;
        Plan plan = new(new(length, 0), length > 0, exponent: 0, length, reduction, wantsLosses: false);
        if (plan.Evaluates)
        {
            arguments.Examples = length;
            Launch(arguments, order, plan.Scale, wantsLosses: false, Scratch.Of(stream), sum, stream);
        }
        else
        {
            sum.MemSetToZero(stream);
        }
    }

    private void Launch(
        ExampleArguments<T> arguments,
        DerivativeOrder order,
        double scale,
        bool wantsLosses,
        Scratch scratch,
        ArrayView<double> total,
        AcceleratorStream stream)
    {
        Launcher launcher = _launchers.GetOrAdd((order, arguments.Weights.Length > 0, wantsLosses), Load);
        Partition partition = PartitionOf(arguments);
        arguments.Scale = T.CreateTruncating(scale);
        arguments.Quads = partition.Quads;
        arguments.QuadsOfGroup = partition.QuadsOfGroup;
        arguments.Pitch = Shape.IsPlanar ? arguments.Examples : 1;
        arguments.PredictionStep = Shape.IsPlanar ? 1 : Shape.Predictions;
        arguments.TargetStep = Shape.IsPlanar ? 1 : Shape.Targets;
        arguments.Sum = scratch.SumTo(total);

        // No view may be without memory, even if no thread looks at it.
        ArrayView<T> none = arguments.Predictions.SubView(0, 0);
        arguments.Targets = arguments.Targets.Length > 0 ? arguments.Targets : none;
        arguments.Weights = arguments.Weights.Length > 0 ? arguments.Weights : none;
        arguments.Losses = arguments.Losses.Length > 0 ? arguments.Losses : none;
        arguments.Gradient = arguments.Gradient.Length > 0 ? arguments.Gradient : none;
        arguments.Hessian = arguments.Hessian.Length > 0 ? arguments.Hessian : none;
        launcher(stream, new(partition.Groups, partition.GroupSize), arguments);
    }

    private static void Clear(ArrayView<T> view, AcceleratorStream stream)
    {
        if (view.Length > 0)
        {
            view.MemSetToZero(stream);
            stream.Synchronize();
        }
    }

    private Launcher Load((DerivativeOrder Order, bool IsWeighted, bool WantsLosses) kernel) => kernel.Order switch
    {
        DerivativeOrder.Value => Load<OfValue>(kernel.IsWeighted, kernel.WantsLosses),
        DerivativeOrder.Gradient => Load<OfGradient>(kernel.IsWeighted, kernel.WantsLosses),
        _ => Load<OfHessian>(kernel.IsWeighted, kernel.WantsLosses),
    };

    private Launcher Load<TOrder>(bool isWeighted, bool wantsLosses) where TOrder : struct, IOrder =>
        (isWeighted, wantsLosses) switch
        {
            (false, false) => Load<TOrder, No, No>(),
            (false, true) => Load<TOrder, No, Yes>(),
            (true, false) => Load<TOrder, Yes, No>(),
            (true, true) => Load<TOrder, Yes, Yes>(),
        };

    /// <summary>How examples are divided among groups of threads.</summary>
    protected abstract Partition PartitionOf(in ExampleArguments<T> arguments);

    /// <summary>The kernel that does just that.</summary>
    protected abstract Launcher Load<TOrder, TWeighted, TLosses>()
        where TOrder : struct, IOrder
        where TWeighted : struct, IChoice
        where TLosses : struct, IChoice;
}

/// <summary>A pointwise loss whose formula is known.</summary>
internal sealed class DevicePointwise<T, TArithmetic, TFormula>(TFormula formula, string name, Accelerator accelerator)
    : DeviceExamples<T, TArithmetic>(name, new Shape(1, 1), accelerator)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TArithmetic : struct, IArithmetic<T>
    where TFormula : struct, IPointwiseFormula
{
    protected override Partition PartitionOf(in ExampleArguments<T> arguments) => Partition.Of(Accelerator, arguments);

    protected override Launcher Load<TOrder, TWeighted, TLosses>()
    {
        CompiledForms.Ensure();
        Action<AcceleratorStream, KernelConfig, ExampleArguments<T>, TFormula> kernel =
            Accelerator.LoadKernel<ExampleArguments<T>, TFormula>(
                PointwiseKernel.Run<T, TArithmetic, TFormula, TOrder, TWeighted, TLosses>);
        return (stream, config, arguments) => kernel(stream, config, arguments, formula);
    }
}

/// <summary>A loss of tuples whose formula is known.</summary>
internal sealed class DeviceTuples<T, TArithmetic, TFormula>(
    TFormula formula, string name, Shape shape, Accelerator accelerator)
    : DeviceExamples<T, TArithmetic>(name, shape, accelerator)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TArithmetic : struct, IArithmetic<T>
    where TFormula : struct, ITupleFormula
{
    protected override Partition PartitionOf(in ExampleArguments<T> arguments) =>
        new(Partition.GroupSizeOf(Accelerator), arguments.Examples, isAligned: false);

    protected override Launcher Load<TOrder, TWeighted, TLosses>()
    {
        CompiledForms.Ensure();
        Action<AcceleratorStream, KernelConfig, ExampleArguments<T>, TFormula> kernel =
            Accelerator.LoadKernel<ExampleArguments<T>, TFormula>(
                TupleKernel.Run<T, TArithmetic, TFormula, TOrder, TWeighted, TLosses>);
        return (stream, config, arguments) => kernel(stream, config, arguments, formula);
    }
}

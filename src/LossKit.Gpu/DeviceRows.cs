using System.Collections.Concurrent;
using LossKit.Gpu.Calls;
using LossKit.Gpu.Compiler;
using LossKit.Internals.Guards;
using LossKit.Internals.Rows;

namespace LossKit.Gpu;

/// <summary>A loss of rows whose formula on the log-probability of the label is known.</summary>
internal sealed class DeviceRows<T, TArithmetic, TFormula> : DeviceRowLoss<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TArithmetic : struct, IArithmetic<T>
    where TFormula : struct, ITrueClassFormula
{
    private readonly TFormula _formula;
    private readonly RowLoss<T, int> _loss;
    private readonly double _kept;
    private readonly double _spread;
    private readonly double _classWeight;
    private readonly MemoryBuffer1D<T, Stride1D.Dense>? _classWeights;
    private readonly ConcurrentDictionary<DerivativeOrder, Launcher> _launchers = new();

    /// <param name="formula">The formula.</param>
    /// <param name="loss">The loss that is made of it.</param>
    /// <param name="kept">What the label keeps of its target.</param>
    /// <param name="spread">What every class has of it.</param>
    /// <param name="accelerator">The device.</param>
    public DeviceRows(TFormula formula, RowLoss<T, int> loss, double kept, double spread, Accelerator accelerator)
        : base(loss.ToString()!, loss.Classes, accelerator)
    {
        _formula = formula;
        _loss = loss;
        _kept = kept;
        _spread = spread;
        _classWeight = loss.Classes;
        if (loss.ClassOptions.Weights.Length > 0)
        {
            T[] weights = loss.ClassOptions.Weights.ToArray();
            _classWeights = accelerator.Allocate1D(weights);
            _classWeight = weights.Sum(double.CreateTruncating);
        }
    }

    private delegate void Launcher(
        AcceleratorStream stream, KernelConfig config, RowArguments<T> arguments, TFormula formula);

    // A label that is no class is refused before, so that none can be taken for an ignored one.
    private int IgnoreIndex => _loss.IgnoreIndex ?? -1;

    private protected override Cost Run(
        RowArguments<T> arguments,
        DerivativeOrder order,
        Reduction reduction,
        bool wantsLosses,
        AcceleratorStream? stream)
    {
        int rows = DeviceChecks.Rows(Accelerator, arguments, Classes, order, wantsLosses);
        stream ??= Accelerator.DefaultStream;
        if (rows == 0)
        {
            return new Plan(default, false, 0, 0, reduction, wantsLosses).Cost(default);
        }

        Scratch scratch = Scratch.Of(stream);
        ArrayView<T> none = arguments.Predictions.SubView(0, 0);
        ArrayView<T> classWeights = _classWeights is null ? none : _classWeights.View;
        arguments.Weights = arguments.Weights.Length > 0 ? arguments.Weights : none;
        DeviceLabels<T, TArithmetic> labels = new(
            Accelerator,
            stream,
            scratch,
            arguments,
            _loss.ClassOptions.WeighsMean ? classWeights : none,
            Classes,
            IgnoreIndex);
        if (labels.Wrong is { } row)
        {
            int[] label = new int[1];
            arguments.Labels.SubView(row, 1).CopyToCPU(stream, ref label[0], 1);
            throw _loss.WrongLabel(row, label[0], nameof(labels));
        }

        Plan plan = new(new(labels.Weight, 0), labels.HasWeight, exponent: 0, labels.Counted, reduction, wantsLosses);
        CompensatedSum sum = default;
        if (plan.Evaluates)
        {
            arguments.ClassWeights = classWeights;
            arguments.Losses = wantsLosses ? arguments.Losses : none;
            arguments.Gradient = order >= DerivativeOrder.Gradient ? arguments.Gradient : none;
            arguments.Hessian = order >= DerivativeOrder.Hessian ? arguments.Hessian : none;
            arguments.Scale = T.CreateTruncating(plan.Scale);
            arguments.Unit = T.One;
            arguments.Rows = rows;
            Launch(arguments, plan.Order(order), scratch, stream);
            sum = new(scratch.Read(), 0);
        }

        if (!plan.Differentiates && order >= DerivativeOrder.Gradient)
        {
            arguments.Gradient.MemSetToZero(stream);
            if (order >= DerivativeOrder.Hessian)
            {
                arguments.Hessian.MemSetToZero(stream);
            }

            stream.Synchronize();
        }

        return plan.Cost(sum);
    }

    private void Launch(RowArguments<T> arguments, DerivativeOrder order, Scratch scratch, AcceleratorStream stream)
    {
        RowPartition partition = RowPartition.Of(Accelerator, arguments, Classes);
        Launcher launcher = _launchers.GetOrAdd(order, Load);
        arguments.Sum = scratch.SumTo(scratch.Total, arguments.Rows);
        arguments.Kept = _kept;
        arguments.Spread = _spread;
        arguments.ClassWeight = _classWeight;
        arguments.Classes = Classes;
        arguments.Quads = partition.Quads;
        arguments.IgnoreIndex = IgnoreIndex;
        launcher(stream, new(partition.Groups, partition.GroupSize), arguments, _formula);
    }

    private Launcher Load(DerivativeOrder order) => order switch
    {
        DerivativeOrder.Value => Load<OfValue>(),
        DerivativeOrder.Gradient => Load<OfGradient>(),
        _ => Load<OfHessian>(),
    };

    private Launcher Load<TOrder>() where TOrder : struct, IOrder =>
        _spread == 0 ? Load<TOrder, No>() : Load<TOrder, Yes>();

    private Launcher Load<TOrder, TSmoothed>()
        where TOrder : struct, IOrder
        where TSmoothed : struct, IChoice
    {
        CompiledForms.Ensure();
        int groupSize = RowPartition.GroupSizeOf(Accelerator, Classes);
        return new(Accelerator.LoadKernel<RowArguments<T>, TFormula>(
            SoftmaxKernel.Run<T, TArithmetic, TFormula, TOrder, TSmoothed>,
            Accelerator.AcceleratorType == AcceleratorType.Cuda ? new(groupSize, null) : KernelSpecialization.Empty));
    }
}

using System.Reflection;
using LossKit.Internals.Rows;

namespace LossKit.Gpu;

/// <summary>Takes losses to a device.</summary>
public static class DeviceLosses
{
    private static readonly MethodInfo s_create = Method(nameof(Create));
    private static readonly MethodInfo s_createTuples = Method(nameof(CreateTuples));
    private static readonly MethodInfo s_createRows = Method(nameof(CreateRows));
    private static readonly MethodInfo s_createSmoothed = Method(nameof(CreateSmoothed));

    /// <summary>The same loss over buffers of a device: its formula is compiled for it at the first call.</summary>
    /// <remarks>
    /// The formula has to be a struct without references, as all of the library are, and <c>public</c>, or its assembly
    /// has to be visible to <c>ILGPURuntime</c>.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="accelerator">The device.</param>
    /// <exception cref="NotSupportedException">
    /// It is a modifier of a loss chosen at run time: modify the loss where its formula is known.
    /// </exception>
    public static DeviceLoss<T> On<T>(this PointwiseLoss<T> loss, Accelerator accelerator)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(accelerator);
        Type formula = loss.GetType().GetGenericArguments()[1];
        return (DeviceLoss<T>)s_create.MakeGenericMethod(typeof(T), ArithmeticOf<T>(), formula)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [loss, accelerator], null)!;
    }

    /// <summary>The same loss of tuples over buffers of a device: its formula is compiled for it at the first call.</summary>
    /// <remarks>
    /// Of formulas with their derivatives by the library, of at most 16 predictions. Squares that leave the range of the
    /// type are not evaluated in another unit, as they are on a processor.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="accelerator">The device.</param>
    /// <exception cref="NotSupportedException">It is another loss of tuples.</exception>
    public static DeviceLoss<T> On<T>(this TupleLoss<T> loss, Accelerator accelerator)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(accelerator);
        if (loss.GetType() is { IsGenericType: true } type
            && type.GetGenericTypeDefinition() == typeof(TupleLoss<,>)
            && loss.Predictions <= TupleKernel.MostPredictions)
        {
            return (DeviceLoss<T>)s_createTuples
                .MakeGenericMethod(typeof(T), ArithmeticOf<T>(), type.GetGenericArguments()[1])
                .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [loss, accelerator], null)!;
        }

        throw new NotSupportedException(
            $"'{loss}' is no loss that a device has: expected one of FromTupleFormula, or made like those, of at most "
            + $"{TupleKernel.MostPredictions} predictions.");
    }

    /// <summary>The same loss of rows over buffers of a device: its formula is compiled for it at the first call.</summary>
    /// <remarks>
    /// Of losses on the probability of the true class: <c>SoftmaxCrossEntropy</c>, with class weights and label
    /// smoothing, and without smoothing all that <c>FromTrueClassFormula</c> makes, as <c>MulticlassFocal</c>.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="accelerator">The device.</param>
    /// <exception cref="NotSupportedException">It is another loss of rows.</exception>
    public static DeviceRowLoss<T> On<T>(this RowLoss<T, int> loss, Accelerator accelerator)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(accelerator);
        Type arithmetic = ArithmeticOf<T>();
        Type? program = loss.Kernel.GetType() is { IsGenericType: true } kernel
            && kernel.GetGenericTypeDefinition() == typeof(SoftmaxKernel<,>)
                ? kernel.GetGenericArguments()[1]
                : null;
        if (program is { IsGenericType: true } && program.GetGenericTypeDefinition() == typeof(TrueClassProgram<>))
        {
            return (DeviceRowLoss<T>)s_createRows
                .MakeGenericMethod(typeof(T), arithmetic, program.GetGenericArguments()[0])
                .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [loss, accelerator], null)!;
        }

        if (loss.Kernel is SoftmaxKernel<T, CrossEntropyProgram<OneHotTargets>> smoothed)
        {
            return (DeviceRowLoss<T>)s_createSmoothed
                .MakeGenericMethod(typeof(T), arithmetic)
                .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [loss, smoothed.Program, accelerator], null)!;
        }

        throw new NotSupportedException(
            $"'{loss}' is no loss that a device has: expected one on the probability of the true class, as "
            + "SoftmaxCrossEntropy, or MulticlassFocal without label smoothing.");
    }

    private static MethodInfo Method(string name) =>
        typeof(DeviceLosses).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;

    private static Type ArithmeticOf<T>() =>
        typeof(T) == typeof(float) ? typeof(SingleArithmetic) : typeof(DoubleArithmetic);

    private static DeviceRowLoss<T> CreateRows<T, TArithmetic, TFormula>(RowLoss<T, int> loss, Accelerator accelerator)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TFormula : struct, ITrueClassFormula => new DeviceRows<T, TArithmetic, TFormula>(
            ((SoftmaxKernel<T, TrueClassProgram<TFormula>>)loss.Kernel).Program.Formula, loss, 1, 0, accelerator);

    private static DeviceRowLoss<T> CreateSmoothed<T, TArithmetic>(
        RowLoss<T, int> loss, CrossEntropyProgram<OneHotTargets> program, Accelerator accelerator)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T> => new DeviceRows<T, TArithmetic, CrossEntropy>(
            default, loss, program.Targets.Kept, program.Targets.Spread, accelerator);

    private static DeviceLoss<T> Create<T, TArithmetic, TFormula>(
        PointwiseLoss<T, TFormula> loss, Accelerator accelerator)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TFormula : struct, IPointwiseFormula =>
        new DevicePointwise<T, TArithmetic, TFormula>(Plain(loss.Formula, loss), loss.ToString()!, accelerator);

    private static DeviceLoss<T> CreateTuples<T, TArithmetic, TFormula>(
        TupleLoss<T, TFormula> loss, Accelerator accelerator)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TFormula : struct, ITupleFormula =>
        new DeviceTuples<T, TArithmetic, TFormula>(
            Plain(loss.Formula, loss), loss.ToString()!, loss.Shape, accelerator);

    /// <summary>The formula, if a device can have it.</summary>
    private static TFormula Plain<TFormula>(TFormula formula, object loss) where TFormula : struct =>
        RuntimeHelpers.IsReferenceOrContainsReferences<TFormula>()
            ? throw new NotSupportedException(
                $"The formula of '{loss}' holds references, which no device can follow. Modify a loss whose formula "
                + "is known, PointwiseLoss<T, TFormula>, and write formulas as structs of numbers.")
            : formula;
}

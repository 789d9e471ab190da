using System.Reflection;

namespace LossKit.Gpu;

/// <summary>Takes losses to a device.</summary>
public static class DeviceLosses
{
    private static readonly MethodInfo s_create =
        typeof(DeviceLosses).GetMethod(nameof(Create), BindingFlags.NonPublic | BindingFlags.Static)!;

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
    public static DevicePointwiseLoss<T> On<T>(this PointwiseLoss<T> loss, Accelerator accelerator)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(accelerator);
        Type arithmetic = typeof(T) == typeof(float) ? typeof(SingleArithmetic) : typeof(DoubleArithmetic);
        Type formula = loss.GetType().GetGenericArguments()[1];
        return (DevicePointwiseLoss<T>)s_create.MakeGenericMethod(typeof(T), arithmetic, formula)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [loss, accelerator], null)!;
    }

    private static DevicePointwiseLoss<T> Create<T, TArithmetic, TFormula>(
        PointwiseLoss<T, TFormula> loss, Accelerator accelerator)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TFormula : struct, IPointwiseFormula =>
        RuntimeHelpers.IsReferenceOrContainsReferences<TFormula>()
            ? throw new NotSupportedException(
                $"The formula of '{loss}' holds references, which no device can follow. Modify a loss whose formula "
                + "is known, PointwiseLoss<T, TFormula>, and write formulas as structs of numbers.")
            : new DevicePointwise<T, TArithmetic, TFormula>(loss.Formula, loss.ToString()!, accelerator);
}

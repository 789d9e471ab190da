namespace LossKit.Gpu.Kernels;

/// <summary>A formula at one example, with what a jet carries of its derivatives.</summary>
internal static class Evaluation<T, TArithmetic, TJet>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TArithmetic : struct, IArithmetic<T>
    where TJet : struct, IJet<TJet, DeviceLane<T, TArithmetic>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<T> Of<TFormula>(TFormula formula, T prediction, T target)
        where TFormula : struct, IPointwiseFormula
    {
        TJet loss = formula.Loss(
            TJet.Variable(new() { Number = prediction }), TJet.Constant(new() { Number = target }));
        return Of(loss, prediction - target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<T> OfClass<TFormula>(TFormula formula, T logProbability, T slope)
        where TFormula : struct, ITrueClassFormula => Of(
            formula.Loss(TJet.Variable(new() { Number = logProbability }, new() { Number = slope })), logProbability);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<T> OfTuple<TFormula>(
        TFormula formula, ExampleArguments<T> arguments, int index, int direction)
        where TFormula : struct, ITupleFormula
    {
        DeviceExample<T, TArithmetic, TJet> example = new(arguments, index, direction);
        return Of(
            formula.Loss<TJet, DeviceExample<T, TArithmetic, TJet>>(example),
            example.Missing(TFormula.Predictions, TFormula.Targets));
    }

    // A NaN on either side makes the loss NaN, whatever the formula did with it, and a NaN loss its derivatives.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Derivatives<T> Of(TJet loss, T input)
    {
        DeviceLane<T, TArithmetic> value = DeviceLane<T, TArithmetic>.PropagateNaN(
            new() { Number = input }, TJet.Value(loss));
        return new()
        {
            Value = value.Number,
            First = DeviceLane<T, TArithmetic>.PropagateNaN(value, TJet.First(loss)).Number,
            Second = DeviceLane<T, TArithmetic>.PropagateNaN(value, TJet.Second(loss)).Number,
        };
    }
}

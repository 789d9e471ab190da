namespace LossKit.Gpu.Kernels;

/// <summary>Losses of several predictions and targets of an example: a thread an example, one direction at a time.</summary>
internal static class TupleKernel
{
    /// <summary>How many predictions an example may have: their derivatives are kept until all of it is read.</summary>
    public const int MostPredictions = 16;

    public static void Run<T, TArithmetic, TFormula, TOrder, TWeighted, TLosses>(
        ExampleArguments<T> arguments, TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TFormula : struct, ITupleFormula
        where TOrder : struct, IOrder
        where TWeighted : struct, IChoice
        where TLosses : struct, IChoice
    {
        ArrayView<T> slopes = LocalMemory.Allocate<T>(MostPredictions);
        ArrayView<T> curvatures = LocalMemory.Allocate<T>(MostPredictions);
        double sum = 0;
        double counted = 0;
        int stride = Grid.DimX * Group.DimX;
        for (int i = Grid.IdxX * Group.DimX + Group.IdxX; i < arguments.Examples; i += stride)
        {
            T weight = TWeighted.IsYes ? arguments.Weights[i] : default;
            for (int k = 0; k < TFormula.Predictions; k++)
            {
                Derivatives<T> loss = TOrder.OfTuple<T, TArithmetic, TFormula>(formula, arguments, i, k);
                if (k == 0)
                {
                    loss = PointwiseKernel.Weigh<T, TArithmetic, TWeighted>(arguments, loss, weight, ref sum);
                    if (TLosses.IsYes)
                    {
                        arguments.Losses[i] = loss.Value;
                    }
                }
                else if (TOrder.Derivatives >= 1)
                {
                    loss = PointwiseKernel.Weigh<T, TArithmetic, TWeighted>(arguments, loss, weight, ref counted);
                }

                slopes[k] = loss.First;
                curvatures[k] = loss.Second;
            }

            for (int k = 0; k < TFormula.Predictions; k++)
            {
                long at = (long)i * arguments.PredictionStep + (long)k * arguments.Pitch;
                if (TOrder.Derivatives >= 1)
                {
                    arguments.Gradient[at] = slopes[k];
                }

                if (TOrder.Derivatives >= 2)
                {
                    arguments.Hessian[at] = curvatures[k];
                }
            }
        }

        SumTarget.Add(arguments.Sum, sum);
    }
}

/// <summary>An example of a batch, differentiated with respect to one of its predictions.</summary>
internal readonly struct DeviceExample<T, TArithmetic, TJet>(ExampleArguments<T> arguments, int index, int direction)
    : IExample<TJet>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TArithmetic : struct, IArithmetic<T>
    where TJet : struct, IJet<TJet, DeviceLane<T, TArithmetic>>
{
    public TJet this[int k]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TJet.Variable(
            new() { Number = Prediction(k) },
            new() { Number = k == direction ? TArithmetic.Of(1.0) : default });
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TJet Target(int k) => TJet.Constant(new() { Number = NumberOf(arguments.Targets, arguments.TargetStep, k) });

    /// <summary>NaN if any of its numbers is, or 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Missing(int predictions, int targets)
    {
        T missing = default;
        for (int k = 0; k < predictions; k++)
        {
            T number = Prediction(k);
            missing = T.IsNaN(number) ? number : missing;
        }

        for (int k = 0; k < targets; k++)
        {
            T number = NumberOf(arguments.Targets, arguments.TargetStep, k);
            missing = T.IsNaN(number) ? number : missing;
        }

        return missing;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Prediction(int k) => NumberOf(arguments.Predictions, arguments.PredictionStep, k);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T NumberOf(ArrayView<T> numbers, int step, int k) =>
        numbers[(long)index * step + (long)k * arguments.Pitch];
}

namespace LossKit.Gpu.Kernels;

/// <summary>The kernel of all pointwise losses: as <c>FormulaKernel</c> for a processor.</summary>
internal static class PointwiseKernel
{
    public static void Run<T, TArithmetic, TFormula, TOrder, TWeighted, TLosses>(
        ExampleArguments<T> arguments, TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TFormula : struct, IPointwiseFormula
        where TOrder : struct, IOrder
        where TWeighted : struct, IChoice
        where TLosses : struct, IChoice
    {
        double sum = RunQuads<T, TArithmetic, TFormula, TOrder, TWeighted, TLosses>(arguments, formula);
        long length = arguments.Predictions.Length;
        long stride = (long)Grid.DimX * Group.DimX;
        long first = (long)Quad<T>.Count * arguments.Quads + (long)Grid.IdxX * Group.DimX + Group.IdxX;
        for (long i = first; i < length; i += stride)
        {
            T weight = TWeighted.IsYes ? arguments.Weights[i] : default;
            Derivatives<T> example = Example<T, TArithmetic, TFormula, TOrder, TWeighted>(
                formula, arguments, arguments.Predictions[i], arguments.Targets[i], weight, ref sum);
            if (TLosses.IsYes)
            {
                arguments.Losses[i] = example.Value;
            }

            if (TOrder.Derivatives >= 1)
            {
                arguments.Gradient[i] = example.First;
            }

            if (TOrder.Derivatives >= 2)
            {
                arguments.Hessian[i] = example.Second;
            }
        }

        SumTarget.Add(arguments.Sum, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double RunQuads<T, TArithmetic, TFormula, TOrder, TWeighted, TLosses>(
        ExampleArguments<T> arguments, TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TFormula : struct, IPointwiseFormula
        where TOrder : struct, IOrder
        where TWeighted : struct, IChoice
        where TLosses : struct, IChoice
    {
        ArrayView<Quad<T>> predictions = Quads(arguments.Predictions);
        ArrayView<Quad<T>> targets = Quads(arguments.Targets);
        double sum = 0;
        int begin = Grid.IdxX * arguments.QuadsOfGroup;
        int end = IntrinsicMath.Min(begin + arguments.QuadsOfGroup, arguments.Quads);
        for (int i = begin + Group.IdxX; i < end; i += Group.DimX)
        {
            // All inputs are read before anything is written: an output may be one of them.
            Quad<T> prediction = predictions[i];
            Quad<T> target = targets[i];
            Quad<T> weight = TWeighted.IsYes ? Quads(arguments.Weights)[i] : default;
            Derivatives<T> a = Example<T, TArithmetic, TFormula, TOrder, TWeighted>(
                formula, arguments, prediction.A, target.A, weight.A, ref sum);
            Derivatives<T> b = Example<T, TArithmetic, TFormula, TOrder, TWeighted>(
                formula, arguments, prediction.B, target.B, weight.B, ref sum);
            Derivatives<T> c = Example<T, TArithmetic, TFormula, TOrder, TWeighted>(
                formula, arguments, prediction.C, target.C, weight.C, ref sum);
            Derivatives<T> d = Example<T, TArithmetic, TFormula, TOrder, TWeighted>(
                formula, arguments, prediction.D, target.D, weight.D, ref sum);
            if (TLosses.IsYes)
            {
                Quads(arguments.Losses)[i] = new() { A = a.Value, B = b.Value, C = c.Value, D = d.Value };
            }

            if (TOrder.Derivatives >= 1)
            {
                Quads(arguments.Gradient)[i] = new() { A = a.First, B = b.First, C = c.First, D = d.First };
            }

            if (TOrder.Derivatives >= 2)
            {
                Quads(arguments.Hessian)[i] = new() { A = a.Second, B = b.Second, C = c.Second, D = d.Second };
            }
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ArrayView<Quad<T>> Quads<T>(ArrayView<T> view) where T : unmanaged =>
        view.Cast<Quad<T>>().AsAligned(Quad<T>.Alignment);

    /// <summary>The loss, and its derivatives by weight and scale; the weighted loss is added to the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Derivatives<T> Example<T, TArithmetic, TFormula, TOrder, TWeighted>(
        TFormula formula, ExampleArguments<T> arguments, T prediction, T target, T weight, ref double sum)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TFormula : struct, IPointwiseFormula
        where TOrder : struct, IOrder
        where TWeighted : struct, IChoice => Weigh<T, TArithmetic, TWeighted>(
            arguments, TOrder.Of<T, TArithmetic, TFormula>(formula, prediction, target), weight, ref sum);

    /// <summary>A loss and its derivatives as they count, the loss added to a sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<T> Weigh<T, TArithmetic, TWeighted>(
        ExampleArguments<T> arguments, Derivatives<T> loss, T weight, ref double sum)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TWeighted : struct, IChoice
    {
        if (TWeighted.IsYes)
        {
            // What has no weight is left out, even if it is infinite or NaN.
            weight *= arguments.Unit;
            T scaled = arguments.Scale * weight;
            bool counts = weight != default(T);
            sum += counts ? TArithmetic.ToDouble(weight) * TArithmetic.ToDouble(loss.Value) : 0.0;
            loss.First = counts ? scaled * loss.First : default;
            loss.Second = counts ? scaled * loss.Second : default;
        }
        else
        {
            sum += TArithmetic.ToDouble(loss.Value);
            loss.First *= arguments.Scale;
            loss.Second *= arguments.Scale;
        }

        return loss;
    }
}

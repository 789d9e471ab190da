namespace LossKit.Gpu.Kernels;

/// <summary>
/// Losses of the log-probability of the label, log-softmax of a row of logits taken there: a group of threads a row.
/// </summary>
/// <remarks>
/// A row is read twice, the second time from the cache as a rule. The log-sum-exp is made online: each thread has the
/// largest logit that it has seen, and the sum of the exponentials of the others' distance from it. The label's own
/// exponential is left out of the sum, so that 1 − p of a confident row loses no digits.
/// </remarks>
internal static class SoftmaxKernel
{
    public static void Run<T, TArithmetic, TFormula, TOrder, TSmoothed>(RowArguments<T> arguments, TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TFormula : struct, ITrueClassFormula
        where TOrder : struct, IOrder
        where TSmoothed : struct, IChoice
    {
        for (int row = Grid.IdxX; row < arguments.Rows; row += Grid.DimX)
        {
            int label = arguments.Labels[row];
            double loss = label == arguments.IgnoreIndex
                ? Ignore<T, TArithmetic, TOrder>(arguments, row)
                : Row<T, TArithmetic, TFormula, TOrder, TSmoothed>(arguments, formula, row, label);
            if (Group.IdxX == 0)
            {
                arguments.Sum.Parts[row] = loss;
            }
        }

        SumTarget.AddParts(arguments.Sum, arguments.Rows);
    }

    /// <summary>The weighted loss of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Row<T, TArithmetic, TFormula, TOrder, TSmoothed>(
        RowArguments<T> arguments, TFormula formula, int row, int label)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TFormula : struct, ITrueClassFormula
        where TOrder : struct, IOrder
        where TSmoothed : struct, IChoice
    {
        long start = (long)row * arguments.Classes;
        ArrayView<T> logits = arguments.Predictions.SubView(start, arguments.Classes);
        T own = logits[label];
        RowSums<T> sums = Sums<T, TArithmetic, TSmoothed>(arguments, logits, label);
        T largest = GroupOf.Largest(sums.Largest);
        double rest = GroupOf.Sum(
            TArithmetic.ToDouble(sums.Rest) * TArithmetic.ToDouble(TArithmetic.ExpOfNegative(sums.Largest - largest)));
        double distance = TSmoothed.IsYes ? GroupOf.Sum(sums.Logits) : 0;

        T peak = own > largest ? own : largest;
        DeviceLane<T, TArithmetic> others = new()
        {
            Number = TArithmetic.Of(rest) * TArithmetic.ExpOfNegative(largest - peak),
        };
        DeviceLane<T, TArithmetic> behind = new() { Number = own - peak };
        DeviceLane<T, TArithmetic> ofLabel = new() { Number = TArithmetic.ExpOfNegative(own - peak) };
        DeviceLane<T, TArithmetic> total = ofLabel + others;
        DeviceLane<T, TArithmetic> logTotal = DeviceLane<T, TArithmetic>.SelectGreater(
            ofLabel,
            0.999,
            Logarithms<DeviceLane<T, TArithmetic>, T>.Log1p(others + (ofLabel - 1.0)),
            Logarithms<DeviceLane<T, TArithmetic>, T>.Log(total));
        DeviceLane<T, TArithmetic> inverse = DeviceLane<T, TArithmetic>.Reciprocal(total);
        Derivatives<T> loss = TOrder.OfClass<T, TArithmetic, TFormula>(
            formula, (behind - logTotal).Number, (others * inverse).Number);

        T labelWeight = arguments.ClassWeights.Length > 0 ? arguments.ClassWeights[label] : TArithmetic.Of(1.0);
        T weight = arguments.Weights.Length > 0 ? arguments.Weights[row] * arguments.Unit : TArithmetic.Of(1.0);
        double value = labelWeight == default(T)
            ? 0
            : TArithmetic.ToDouble(labelWeight) * TArithmetic.ToDouble(loss.Value);
        if (TSmoothed.IsYes)
        {
            double logSum = TArithmetic.ToDouble(peak) + TArithmetic.ToDouble(logTotal.Number);
            value = arguments.Kept * value + arguments.Spread * (arguments.ClassWeight * logSum - distance);
        }

        if (TOrder.Derivatives == 0)
        {
            if (arguments.Losses.Length > 0 && Group.IdxX == 0)
            {
                arguments.Losses[row] = TArithmetic.Of(value);
            }
        }
        else
        {
            RowSlopes<T> slopes = new()
            {
                Peak = peak,
                Inverse = inverse.Number,
                Weight = arguments.Scale * weight,
                LabelWeight = labelWeight,
                Slope = loss.First,
                Curvature = loss.Second,
                InverseOfOthers = others.Number == default(T) ? default : TArithmetic.Of(1.0) / others.Number,
                Label = label,
            };
            Write<T, TArithmetic, TOrder, TSmoothed>(arguments, start, slopes);
        }

        return weight == default(T) ? 0 : TArithmetic.ToDouble(weight) * value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static RowSums<T> Sums<T, TArithmetic, TSmoothed>(
        RowArguments<T> arguments, ArrayView<T> logits, int label)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TSmoothed : struct, IChoice
    {
        RowSums<T> sums = new() { Largest = TArithmetic.Of(-IeeeFormat<T>.LargestFinite) };
        for (int i = Group.IdxX; i < arguments.Quads; i += Block<T>.Count * Group.DimX)
        {
            Block<T> block = Block<T>.Read(logits, i, arguments.Quads);
            Raise<T, TArithmetic>(ref sums, block.Largest);
            Add<T, TArithmetic, TSmoothed>(arguments, ref sums, block.A, i, label);
            Add<T, TArithmetic, TSmoothed>(arguments, ref sums, block.B, i + Group.DimX, label);
            Add<T, TArithmetic, TSmoothed>(arguments, ref sums, block.C, i + 2 * Group.DimX, label);
            Add<T, TArithmetic, TSmoothed>(arguments, ref sums, block.D, i + 3 * Group.DimX, label);
        }

        for (int i = Quad<T>.Count * arguments.Quads + Group.IdxX; i < arguments.Classes; i += Group.DimX)
        {
            T logit = logits[i];
            Raise<T, TArithmetic>(ref sums, logit);
            Add<T, TArithmetic, TSmoothed>(arguments, ref sums, logit, i, label);
        }

        return sums;
    }

    /// <summary>Makes it the largest, if it is larger, and the sum of distances from it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Raise<T, TArithmetic>(ref RowSums<T> sums, T logit)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
    {
        if (logit > sums.Largest)
        {
            sums.Rest *= TArithmetic.ExpOfNegative(sums.Largest - logit);
            sums.Largest = logit;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<T, TArithmetic, TSmoothed>(
        RowArguments<T> arguments, ref RowSums<T> sums, Quad<T> quad, int index, int label)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TSmoothed : struct, IChoice
    {
        if (index < arguments.Quads)
        {
            int column = Quad<T>.Count * index;
            Add<T, TArithmetic, TSmoothed>(arguments, ref sums, quad.A, column, label);
            Add<T, TArithmetic, TSmoothed>(arguments, ref sums, quad.B, column + 1, label);
            Add<T, TArithmetic, TSmoothed>(arguments, ref sums, quad.C, column + 2, label);
            Add<T, TArithmetic, TSmoothed>(arguments, ref sums, quad.D, column + 3, label);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<T, TArithmetic, TSmoothed>(
        RowArguments<T> arguments, ref RowSums<T> sums, T logit, int column, int label)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TSmoothed : struct, IChoice
    {
        T exponential = TArithmetic.ExpOfNegative(logit - sums.Largest);
        sums.Rest += column == label ? default : exponential;
        if (TSmoothed.IsYes)
        {
            T weight = arguments.ClassWeights.Length > 0 ? arguments.ClassWeights[column] : TArithmetic.Of(1.0);
            sums.Logits += weight == default(T) ? 0 : TArithmetic.ToDouble(weight) * TArithmetic.ToDouble(logit);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<T, TArithmetic, TOrder, TSmoothed>(
        RowArguments<T> arguments, long start, RowSlopes<T> slopes)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TOrder : struct, IOrder
        where TSmoothed : struct, IChoice
    {
        ArrayView<T> logits = arguments.Predictions.SubView(start, arguments.Classes);
        ArrayView<T> gradient = arguments.Gradient.SubView(start, arguments.Classes);
        // From the end, which was read last and is in the cache, if not all of the row is.
        int step = Block<T>.Count * Group.DimX;
        for (int i = (arguments.Quads + step - 1) / step * step - step + Group.IdxX; i >= 0; i -= step)
        {
            Block<T> block = Block<T>.Read(logits, i, arguments.Quads);
            Write<T, TArithmetic, TOrder, TSmoothed>(arguments, start, slopes, block.A, i);
            Write<T, TArithmetic, TOrder, TSmoothed>(arguments, start, slopes, block.B, i + Group.DimX);
            Write<T, TArithmetic, TOrder, TSmoothed>(arguments, start, slopes, block.C, i + 2 * Group.DimX);
            Write<T, TArithmetic, TOrder, TSmoothed>(arguments, start, slopes, block.D, i + 3 * Group.DimX);
        }

        for (int i = Quad<T>.Count * arguments.Quads + Group.IdxX; i < arguments.Classes; i += Group.DimX)
        {
            Derivatives<T> entry = Entry<T, TArithmetic, TOrder, TSmoothed>(arguments, slopes, logits[i], i);
            gradient[i] = entry.First;
            if (TOrder.Derivatives >= 2)
            {
                arguments.Hessian[start + i] = entry.Second;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<T, TArithmetic, TOrder, TSmoothed>(
        RowArguments<T> arguments, long start, RowSlopes<T> slopes, Quad<T> quad, int index)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TOrder : struct, IOrder
        where TSmoothed : struct, IChoice
    {
        if (index >= arguments.Quads)
        {
            return;
        }

        int column = Quad<T>.Count * index;
        Derivatives<T> a = Entry<T, TArithmetic, TOrder, TSmoothed>(arguments, slopes, quad.A, column);
        Derivatives<T> b = Entry<T, TArithmetic, TOrder, TSmoothed>(arguments, slopes, quad.B, column + 1);
        Derivatives<T> c = Entry<T, TArithmetic, TOrder, TSmoothed>(arguments, slopes, quad.C, column + 2);
        Derivatives<T> d = Entry<T, TArithmetic, TOrder, TSmoothed>(arguments, slopes, quad.D, column + 3);
        PointwiseKernel.Quads(arguments.Gradient.SubView(start, arguments.Classes))[index] =
            new() { A = a.First, B = b.First, C = c.First, D = d.First };
        if (TOrder.Derivatives >= 2)
        {
            PointwiseKernel.Quads(arguments.Hessian.SubView(start, arguments.Classes))[index] =
                new() { A = a.Second, B = b.Second, C = c.Second, D = d.Second };
        }
    }

    /// <summary>
    /// What an entry's derivatives are. As the jet has them, the slope is f′·(1 − p_y) and the curvature f″·(1 − p_y)²,
    /// of which every other class has the share p_j/(1 − p_y).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Derivatives<T> Entry<T, TArithmetic, TOrder, TSmoothed>(
        RowArguments<T> arguments, RowSlopes<T> slopes, T logit, int column)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TOrder : struct, IOrder
        where TSmoothed : struct, IChoice
    {
        T exponential = TArithmetic.ExpOfNegative(logit - slopes.Peak);
        T probability = exponential * slopes.Inverse;
        T one = TArithmetic.Of(1.0);
        bool isLabel = column == slopes.Label;
        Derivatives<T> entry = default;
        if (TSmoothed.IsYes)
        {
            // U·p − u, with what the classes count, u, and their sum, U.
            T weight = arguments.ClassWeights.Length > 0 ? arguments.ClassWeights[column] : one;
            T kept = TArithmetic.Of(arguments.Kept) * slopes.LabelWeight;
            T all = kept + TArithmetic.Of(arguments.Spread * arguments.ClassWeight);
            T target = TArithmetic.Of(arguments.Spread) * weight + (isLabel ? kept : default);
            entry.First = slopes.Weight * (all * probability - target);
            entry.Second = slopes.Weight * (all * probability * (one - probability));
        }
        else
        {
            T factor = slopes.Weight * slopes.LabelWeight;
            T slope = factor * slopes.Slope;
            T share = exponential * slopes.InverseOfOthers;
            entry.First = isLabel ? slope : -(slope * share);
            if (TOrder.Derivatives >= 2)
            {
                T curvature = factor * slopes.Curvature;
                entry.Second = isLabel
                    ? curvature - slope * probability
                    : share * (curvature * share + slope * (probability - one));
            }
        }

        // Without weight nothing counts, even if it is NaN.
        bool counts = slopes.Weight != default(T) && (TSmoothed.IsYes || slopes.LabelWeight != default(T));
        entry.First = counts ? entry.First : default;
        entry.Second = counts ? entry.Second : default;
        return entry;
    }

    /// <summary>Derivatives of 0, and a loss of 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Ignore<T, TArithmetic, TOrder>(RowArguments<T> arguments, int row)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TOrder : struct, IOrder
    {
        if (TOrder.Derivatives == 0)
        {
            if (arguments.Losses.Length > 0 && Group.IdxX == 0)
            {
                arguments.Losses[row] = default;
            }

            return 0;
        }

        long start = (long)row * arguments.Classes;
        for (int i = Group.IdxX; i < arguments.Classes; i += Group.DimX)
        {
            arguments.Gradient[start + i] = default;
            if (TOrder.Derivatives >= 2)
            {
                arguments.Hessian[start + i] = default;
            }
        }

        return 0;
    }
}

/// <summary>What a thread knows of a row.</summary>
internal struct RowSums<T> where T : unmanaged
{
    public T Largest;

    /// <summary>Σ exp(logit − largest), but for the label.</summary>
    public T Rest;

    /// <summary>Σ w·logit.</summary>
    public double Logits;
}

/// <summary>What the derivatives of a row's entries are made of.</summary>
internal struct RowSlopes<T> where T : unmanaged
{
    public T Peak;
    public T Inverse;
    public T Weight;
    public T LabelWeight;
    public T Slope;
    public T Curvature;
    public T InverseOfOthers;
    public int Label;
}

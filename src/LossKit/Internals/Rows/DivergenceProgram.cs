namespace LossKit.Internals.Rows;

/// <summary>
/// A formula on the log-probability of each class and the one it should have, added up over the row, both being
/// log-softmax of rows of logits; without rows of targets all classes should be equally probable.
/// </summary>
/// <remarks>
/// With f′ and f″ the formula's derivatives with respect to log p and F′ and F″ their sums over the row, the gradient
/// is f′_j − p_j·F′, and the Hessian's diagonal f″_j(1 − p_j)² + p_j²(F″ − f″_j) − p_j(1 − p_j)F′. Of a confident row
/// the gradient is f′_j(1 − p_j) less p_j times the sum of all others' f′, which for the peak is known without it, as
/// is that of all others' f″: nothing is computed as a difference from 1.
/// </remarks>
internal readonly struct DivergenceProgram<TFormula, THasTargets>(
    TFormula formula, Parameter temperature, Parameter factor) : IRowProgram
    where TFormula : struct, IPointwiseFormula
    where THasTargets : struct, IChoice
{
    private readonly TFormula _formula = formula;
    private readonly Parameter _inverse = 1 / temperature.Value;
    private readonly Parameter _factor = factor;

    public static bool HasLabelDerivatives => false;

    public double Run<T, TLane, TJet, TAcross>(ref RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        Softmax<T, TLane, TAcross>.Largest(chunk);
        Totals<T, TLane, TAcross, No>(_inverse, chunk);
        if (THasTargets.IsYes)
        {
            Softmax<T, TLane, TAcross>.Largest(chunk, in chunk.Targets, RowNumber.LargestTarget);
            Totals<T, TLane, TAcross, Yes>(_inverse, chunk);
        }

        double sum = Terms<T, TLane, TJet, TAcross>(this, chunk);
        if (TJet.Order > 0)
        {
            Derivatives<T, TLane, TJet, TAcross>(this, chunk);
        }

        return sum;
    }

    /// <summary>The logarithm of each row's total, relative to its largest logit.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Totals<T, TLane, TAcross, TOfTargets>(Parameter inverse, in RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice
        where TOfTargets : struct, IChoice
    {
        ref T source = ref TOfTargets.IsYes ? ref chunk.Targets : ref chunk.Predictions;
        nuint step = chunk.Stride;
        nuint last = chunk.LastCell;
        nuint length = chunk.Length;
        nuint block = LaneWidths.AddedInLane * step;
        for (nuint row = 0; row < chunk.Padded; row += (nuint)TLane.Count)
        {
            TLane largest = chunk.Load<TLane>(TOfTargets.IsYes ? RowNumber.LargestTarget : RowNumber.Largest, row);
            TLane peaks = 0.0;
            TLane rest = 0.0;
            for (nuint i = 0; i < length;)
            {
                nuint blockEnd = Math.Min(i + block, length);
                TLane blockRest = 0.0;
                for (; i < blockEnd; i += step)
                {
                    nuint at = Math.Min(i, last);
                    TLane behind = inverse * (TLane.Load(in source, row + at) - largest);
                    TLane exponential = Cells<T, TLane, TAcross>.Once(
                        Exponentials<TLane, T>.ExpOfNegative(behind), i, at);
                    Softmax<T, TLane, TAcross>.Add(exponential, ref peaks, ref blockRest);
                }

                rest += blockRest;
            }

            peaks = Cells<T, TLane, TAcross>.Sum(peaks);
            rest = Cells<T, TLane, TAcross>.Sum(rest);
            TLane logTotal = TLane.Log1p(peaks - 1.0 + rest);
            chunk.Store(TOfTargets.IsYes ? RowNumber.TargetLogTotal : RowNumber.LogTotal, row, logTotal);
            if (!TOfTargets.IsYes)
            {
                chunk.Store(RowNumber.Peaks, row, peaks);
                chunk.Store(RowNumber.Rest, row, rest);
            }
        }
    }

    /// <summary>The losses, and the sums of the formula's derivatives.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static double Terms<T, TLane, TJet, TAcross>(
        DivergenceProgram<TFormula, THasTargets> program, in RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        nuint step = chunk.Stride;
        nuint last = chunk.LastCell;
        nuint length = chunk.Length;
        nuint block = LaneWidths.AddedInLane * step;
        double sum = 0;
        for (nuint row = 0; row < chunk.Padded; row += (nuint)TLane.Count)
        {
            TLane largest = chunk.Load<TLane>(RowNumber.Largest, row);
            TLane value = 0.0;
            TLane peak = 0.0;
            TLane slope = 0.0;
            TLane peakCurvature = 0.0;
            TLane curvature = 0.0;
            for (nuint i = 0; i < length;)
            {
                nuint blockEnd = Math.Min(i + block, length);
                TLane blockValue = 0.0;
                TLane blockSlope = 0.0;
                TLane blockCurvature = 0.0;
                for (; i < blockEnd; i += step)
                {
                    nuint at = Math.Min(i, last);
                    TLane behind = program._inverse * (TLane.Load(in chunk.Predictions, row + at) - largest);
                    TJet term = program.Term<T, TLane, TJet>(chunk, behind, row, at);
                    blockValue += Cells<T, TLane, TAcross>.Once(TJet.Value(term), i, at);
                    if (TJet.Order > 0)
                    {
                        TLane first = Cells<T, TLane, TAcross>.Once(TJet.First(term), i, at);
                        Softmax<T, TLane, TAcross>.Add(behind, first, ref peak, ref blockSlope);
                    }

                    if (TJet.Order > 1)
                    {
                        TLane second = Cells<T, TLane, TAcross>.Once(TJet.Second(term), i, at);
                        Softmax<T, TLane, TAcross>.Add(behind, second, ref peakCurvature, ref blockCurvature);
                    }
                }

                value += blockValue;
                slope += blockSlope;
                curvature += blockCurvature;
            }

            chunk.Store(RowNumber.PeakSlope, row, Cells<T, TLane, TAcross>.Sum(peak));
            chunk.Store(RowNumber.Slope, row, Cells<T, TLane, TAcross>.Sum(slope));
            chunk.Store(RowNumber.PeakCurvature, row, Cells<T, TLane, TAcross>.Sum(peakCurvature));
            chunk.Store(RowNumber.Curvature, row, Cells<T, TLane, TAcross>.Sum(curvature));
            value = program._factor * Cells<T, TLane, TAcross>.Sum(value);
            value = TLane.PropagateNaN(chunk.Load<TLane>(RowNumber.LogTotal, row), value);
            if (THasTargets.IsYes)
            {
                value = TLane.PropagateNaN(chunk.Load<TLane>(RowNumber.TargetLogTotal, row), value);
            }

            chunk.Store(RowNumber.Loss, row, value);
            sum += Cells<T, TLane, TAcross>.SumOfRows(
                chunk, TLane.Weigh(chunk.Load<TLane>(RowNumber.Weight, row), value), row);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Derivatives<T, TLane, TJet, TAcross>(
        DivergenceProgram<TFormula, THasTargets> program, in RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        ref T source = ref chunk.Predictions;
        nuint step = chunk.Stride;
        nuint last = chunk.LastCell;
        nuint length = chunk.Length;
        for (nuint row = 0; row < chunk.Padded; row += (nuint)TLane.Count)
        {
            TLane largest = chunk.Load<TLane>(RowNumber.Largest, row);
            TLane peaks = chunk.Load<TLane>(RowNumber.Peaks, row);
            TLane rest = chunk.Load<TLane>(RowNumber.Rest, row);
            TLane inverse = TLane.Reciprocal(peaks + rest);
            TLane oppositeOfPeak = (peaks - 1.0 + rest) * inverse;
            TLane peak = chunk.Load<TLane>(RowNumber.PeakSlope, row);
            TLane slope = chunk.Load<TLane>(RowNumber.Slope, row);
            TLane scale = (TLane)double.CreateTruncating(chunk.Scale) * chunk.Load<TLane>(RowNumber.Weight, row);
            scale = program._factor * (program._inverse * scale);
            TLane next = TLane.Load(in source, row);
            for (nuint i = 0; i < length; i += step)
            {
                nuint at = Math.Min(i, last);
                TLane behind = program._inverse * (next - largest);
                next = TLane.Load(in source, row + Math.Min(i + step, last));
                TJet term = program.Term<T, TLane, TJet>(chunk, behind, row, at);
                TLane exponential = Exponentials<TLane, T>.ExpOfNegative(behind);
                TLane probability = exponential * inverse;
                TLane opposite = Softmax<T, TLane, TAcross>.Opposite(exponential, probability, oppositeOfPeak);
                TLane first = TJet.First(term);
                TLane others = Softmax<T, TLane, TAcross>.Others(behind, first, peaks, peak, slope);
                TLane derivative = first * opposite - probability * others;
                TLane.Store(scale * derivative, ref chunk.Gradient, row + at);
                if (TJet.Order > 1)
                {
                    TLane second = TJet.Second(term);
                    TLane bends = Softmax<T, TLane, TAcross>.Others(
                        behind,
                        second,
                        peaks,
                        chunk.Load<TLane>(RowNumber.PeakCurvature, row),
                        chunk.Load<TLane>(RowNumber.Curvature, row));
                    TLane curvature = second * TLane.Square(opposite) + bends * TLane.Square(probability)
                        - probability * opposite * (peak + slope);
                    TLane.Store(program._inverse * (scale * curvature), ref chunk.Hessian, row + at);
                }
            }
        }
    }

    /// <summary>What a cell adds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TJet Term<T, TLane, TJet>(in RowChunk<T> chunk, TLane behind, nuint row, nuint at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
    {
        TLane target = THasTargets.IsYes
            ? _inverse * (TLane.Load(in chunk.Targets, row + at) - chunk.Load<TLane>(RowNumber.LargestTarget, row))
                - chunk.Load<TLane>(RowNumber.TargetLogTotal, row)
            : -Math.Log(chunk.Columns);
        return _formula.Loss(
            TJet.Variable(behind - chunk.Load<TLane>(RowNumber.LogTotal, row)), TJet.Constant(target));
    }
}

namespace LossKit.Internals.Rows;

/// <summary>
/// A loss F(ℓ_y, A) of a row's log-probabilities ℓ: that of the label, and A = Σ_c e(ℓ_c, u_c), u_c being what a class
/// counts.
/// </summary>
internal interface ILogSoftmaxFormula : IFormula
{
    /// <summary>e(ℓ), with derivatives.</summary>
    /// <param name="logProbability">ℓ.</param>
    /// <param name="probability">e^ℓ.</param>
    /// <param name="target">u.</param>
    Derivatives<TLane> Entry<TLane, TJet>(TLane logProbability, TLane probability, TLane target)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>;

    /// <summary>F, with respect to ℓ_y.</summary>
    /// <param name="logProbability">ℓ_y.</param>
    /// <param name="sum">A.</param>
    Derivatives<TLane> OfLabel<TLane>(TLane logProbability, TLane sum) where TLane : struct, ILane<TLane>;

    /// <summary>F, with respect to A: the value is the mixed second derivative.</summary>
    /// <param name="logProbability">ℓ_y.</param>
    /// <param name="sum">A.</param>
    Derivatives<TLane> OfSum<TLane>(TLane logProbability, TLane sum) where TLane : struct, ILane<TLane>;
}

/// <summary>A loss of the log-softmax of a row of logits, at its label and summed over its classes.</summary>
/// <remarks>
/// With l_j = δ_jy − p_j and a_j = e′_j − p_j·Σe′ the gradient is F_l·l_j + F_A·a_j, and the Hessian's diagonal
/// F_ll·l_j² + 2F_lA·l_j·a_j + F_AA·a_j² − F_l·p_j(1 − p_j) + F_A·(e″_j(1 − p_j)² + p_j²·Σe″ − p_j(1 − p_j)·Σe′),
/// the last Σe″ over the other classes. Of a confident row's peak all others' e′ and e″ are known without its own.
/// </remarks>
internal readonly struct LogSoftmaxProgram<TFormula, TTargets>(TFormula formula, SmoothedTargets<TTargets> targets)
    : IRowProgram
    where TFormula : struct, ILogSoftmaxFormula
    where TTargets : struct, ITargetRow
{
    private readonly TFormula _formula = formula;
    private readonly SmoothedTargets<TTargets> _targets = targets;

    public static bool HasLabelDerivatives => false;

    public double Run<T, TLane, TJet, TAcross>(ref RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        Softmax<T, TLane, TAcross>.Largest(chunk);
        Softmax<T, TLane, TAcross>.Exponentials<No>(chunk);
        Sums<T, TLane, TJet, TAcross>(this, chunk);
        double sum = Losses<T, TLane, TJet, TAcross>(_formula, chunk);
        if (TJet.Order > 0)
        {
            Derivatives<T, TLane, TJet, TAcross>(this, chunk);
        }

        return sum;
    }

    /// <summary>Σe, Σe′ and Σe″ of each row.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Sums<T, TLane, TJet, TAcross>(
        LogSoftmaxProgram<TFormula, TTargets> program, in RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        TFormula formula = program._formula;
        ref T source = ref chunk.Predictions;
        nuint step = chunk.Stride;
        nuint last = chunk.LastCell;
        nuint length = chunk.Length;
        nuint block = LaneWidths.AddedInLane * step;
        for (nuint row = 0; row < chunk.Padded; row += (nuint)TLane.Count)
        {
            TLane labels = chunk.Load<TLane>(RowNumber.Label, row);
            TLane largest = chunk.Load<TLane>(RowNumber.Largest, row);
            TLane logTotal = TLane.Log1p(
                chunk.Load<TLane>(RowNumber.Peaks, row) - 1.0 + chunk.Load<TLane>(RowNumber.Rest, row));
            chunk.Store(RowNumber.Distance, row, logTotal);
            TLane entries = 0.0;
            TLane slopes = 0.0;
            TLane bends = 0.0;
            TLane peakSlopes = 0.0;
            TLane peakBends = 0.0;
            nuint cell = 0;
            for (nuint i = 0; i < length;)
            {
                nuint blockEnd = Math.Min(i + block, length);
                TLane blockEntries = 0.0;
                TLane blockSlopes = 0.0;
                TLane blockBends = 0.0;
                for (; i < blockEnd; i += step, cell++)
                {
                    nuint at = Math.Min(i, last);
                    TLane behind = TLane.Load(in source, row + at) - largest;
                    TLane log = behind - logTotal;
                    TLane target = program._targets.At<T, TLane, TAcross>(chunk, labels, row, cell, at);
                    Derivatives<TLane> entry = formula.Entry<TLane, TJet>(log, TLane.Exp(log), target);
                    blockEntries += Cells<T, TLane, TAcross>.Once(entry.Value, i, at);
                    if (TJet.Order > 0)
                    {
                        TLane first = Cells<T, TLane, TAcross>.Once(entry.First, i, at);
                        Softmax<T, TLane, TAcross>.Add(behind, first, ref peakSlopes, ref blockSlopes);
                    }

                    if (TJet.Order > 1)
                    {
                        TLane second = Cells<T, TLane, TAcross>.Once(entry.Second, i, at);
                        Softmax<T, TLane, TAcross>.Add(behind, second, ref peakBends, ref blockBends);
                    }
                }

                entries += blockEntries;
                slopes += blockSlopes;
                bends += blockBends;
            }

            chunk.Store(RowNumber.Target, row, Cells<T, TLane, TAcross>.Sum(entries));
            chunk.Store(RowNumber.Slope, row, Cells<T, TLane, TAcross>.Sum(slopes));
            chunk.Store(RowNumber.Curvature, row, Cells<T, TLane, TAcross>.Sum(bends));
            chunk.Store(RowNumber.PeakSlope, row, Cells<T, TLane, TAcross>.Sum(peakSlopes));
            chunk.Store(RowNumber.PeakCurvature, row, Cells<T, TLane, TAcross>.Sum(peakBends));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static double Losses<T, TLane, TJet, TAcross>(TFormula formula, in RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        double sum = 0;
        for (nuint row = 0; row < chunk.Padded; row += (nuint)TLane.Count)
        {
            TLane log = OfLabel<T, TLane>(chunk, row);
            TLane entries = chunk.Load<TLane>(RowNumber.Target, row);
            TLane value = TLane.PropagateNaN(log + entries, formula.OfLabel(log, entries).Value);
            chunk.Store(RowNumber.Loss, row, value);
            sum += Cells<T, TLane, TAcross>.SumOfRows(
                chunk, TLane.Weigh(chunk.Load<TLane>(RowNumber.Weight, row), value), row);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Derivatives<T, TLane, TJet, TAcross>(
        LogSoftmaxProgram<TFormula, TTargets> program, in RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        TFormula formula = program._formula;
        ref T source = ref chunk.Predictions;
        ref T gradient = ref chunk.Gradient;
        ref T hessian = ref chunk.Hessian;
        nuint step = chunk.Stride;
        nuint last = chunk.LastCell;
        nuint length = chunk.Length;
        for (nuint row = 0; row < chunk.Padded; row += (nuint)TLane.Count)
        {
            TLane labels = chunk.Load<TLane>(RowNumber.Label, row);
            TLane weight = (TLane)double.CreateTruncating(chunk.Scale) * chunk.Load<TLane>(RowNumber.Weight, row);
            TLane largest = chunk.Load<TLane>(RowNumber.Largest, row);
            TLane logTotal = chunk.Load<TLane>(RowNumber.Distance, row);
            TLane peaks = chunk.Load<TLane>(RowNumber.Peaks, row);
            TLane rest = chunk.Load<TLane>(RowNumber.Rest, row);
            TLane slopes = chunk.Load<TLane>(RowNumber.Slope, row);
            TLane bends = chunk.Load<TLane>(RowNumber.Curvature, row);
            TLane peakSlopes = chunk.Load<TLane>(RowNumber.PeakSlope, row);
            TLane entries = chunk.Load<TLane>(RowNumber.Target, row);
            TLane oppositeOfPeak = (peaks - 1.0 + rest) * TLane.Reciprocal(peaks + rest);
            Derivatives<TLane> ofLabel = formula.OfLabel(OfLabel<T, TLane>(chunk, row), entries);
            Derivatives<TLane> ofSum = formula.OfSum(OfLabel<T, TLane>(chunk, row), entries);
            TLane next = TLane.Load(in source, row);
            nuint cell = 0;
            for (nuint i = 0; i < length; i += step, cell++)
            {
                nuint at = Math.Min(i, last);
                TLane behind = next - largest;
                next = TLane.Load(in source, row + Math.Min(i + step, last));
                TLane probability = TLane.Exp(behind - logTotal);
                TLane opposite = TLane.SelectGreater(0.0, behind, 1.0 - probability, oppositeOfPeak);
                TLane other = TLane.Abs(labels - Cells<T, TLane, TAcross>.Columns(cell, at));
                TLane slope = TLane.SelectPositive(other, -probability, opposite);
                TLane target = program._targets.At<T, TLane, TAcross>(chunk, labels, row, cell, at);
                Derivatives<TLane> entry = formula.Entry<TLane, TJet>(behind - logTotal, probability, target);
                TLane ofEntries = TLane.Weigh(opposite, entry.First) - TLane.Weigh(
                    probability, Softmax<T, TLane, TAcross>.Others(behind, entry.First, peaks, peakSlopes, slopes));
                TLane.Store(
                    weight * (TLane.Weigh(slope, ofLabel.First) + TLane.Weigh(ofEntries, ofSum.First)),
                    ref gradient,
                    row + at);
                if (TJet.Order > 1)
                {
                    Cells<T, TLane, TAcross>.PrefetchOutput(in gradient, at);
                    Cells<T, TLane, TAcross>.PrefetchOutput(in hessian, at);
                    TLane spread = probability * opposite;
                    TLane others = Softmax<T, TLane, TAcross>.Others(
                        behind, entry.Second, peaks, chunk.Load<TLane>(RowNumber.PeakCurvature, row), bends);
                    TLane bendOfEntries = TLane.Weigh(opposite * opposite, entry.Second)
                        + TLane.Weigh(probability * probability, others)
                        - TLane.Weigh(spread, peakSlopes + slopes);
                    TLane ofSquares = TLane.Weigh(slope * slope, ofLabel.Second)
                        + 2.0 * TLane.Weigh(slope * ofEntries, ofSum.Value)
                        + TLane.Weigh(ofEntries * ofEntries, ofSum.Second);
                    TLane ofBends = TLane.Weigh(bendOfEntries, ofSum.First) - TLane.Weigh(spread, ofLabel.First);
                    TLane.Store(weight * (ofSquares + ofBends), ref hessian, row + at);
                }
            }
        }
    }

    /// <summary>ℓ_y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane OfLabel<T, TLane>(in RowChunk<T> chunk, nuint row)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane> =>
        chunk.Load<TLane>(RowNumber.Score, row) - chunk.Load<TLane>(RowNumber.Largest, row)
            - chunk.Load<TLane>(RowNumber.Distance, row);
}

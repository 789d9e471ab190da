namespace LossKit.Internals.Rows;

/// <summary>Where the probabilities come from that a row's softmax is to have.</summary>
internal interface ITargetRow
{
    void PrefetchNextRow<T, TLane, TAcross>(in RowChunk<T> chunk, nuint at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice;

    TLane At<T, TLane, TAcross>(in RowChunk<T> chunk, TLane labels, nuint row, nuint cell, nuint at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice;
}

/// <summary>Given, as a row of targets.</summary>
internal readonly struct GivenTargets : ITargetRow
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchNextRow<T, TLane, TAcross>(in RowChunk<T> chunk, nuint at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice =>
        Cells<T, TLane, TAcross>.PrefetchNextRow(in chunk.Targets, chunk.Length, at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At<T, TLane, TAcross>(in RowChunk<T> chunk, TLane labels, nuint row, nuint cell, nuint at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice => TLane.Load(in chunk.Targets, row + at);
}

/// <summary>All on the label.</summary>
internal readonly struct OneHotTargets : ITargetRow
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchNextRow<T, TLane, TAcross>(in RowChunk<T> chunk, nuint at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At<T, TLane, TAcross>(in RowChunk<T> chunk, TLane labels, nuint row, nuint cell, nuint at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice =>
        TLane.SelectPositive(TLane.Abs(labels - Cells<T, TLane, TAcross>.Columns(cell, at)), default, 1.0);
}

/// <summary>On the two classes around a place among them, the nearer one having more.</summary>
internal readonly struct PlacedTargets : ITargetRow
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchNextRow<T, TLane, TAcross>(in RowChunk<T> chunk, nuint at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At<T, TLane, TAcross>(in RowChunk<T> chunk, TLane labels, nuint row, nuint cell, nuint at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice =>
        TLane.PositivePart(1.0 - TLane.Abs(labels - Cells<T, TLane, TAcross>.Columns(cell, at)));
}

/// <summary>None.</summary>
internal readonly struct NoTargets : ITargetRow
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchNextRow<T, TLane, TAcross>(in RowChunk<T> chunk, nuint at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At<T, TLane, TAcross>(in RowChunk<T> chunk, TLane labels, nuint row, nuint cell, nuint at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice => default;
}

/// <summary>What each class of a row counts: u_c = w_c·(t_c(1 − s) + s/C).</summary>
internal readonly struct SmoothedTargets<TTargets>(Parameter smoothing, Parameter perClass) : IFormula
    where TTargets : struct, ITargetRow
{
    private readonly Parameter _kept = 1 - smoothing.Value;
    private readonly Parameter _spread = perClass;

    /// <summary>What the target itself keeps of its share.</summary>
    public double Kept => _kept.Value;

    /// <summary>What every class has beside it.</summary>
    public double Spread => _spread.Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At<T, TLane, TAcross>(in RowChunk<T> chunk, TLane labels, nuint row, nuint cell, nuint at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice
    {
        TLane target = default(TTargets).At<T, TLane, TAcross>(chunk, labels, row, cell, at);
        if (typeof(TTargets) == typeof(NoTargets))
        {
            return target;
        }

        target = _kept * target + _spread;
        return Unsafe.IsNullRef(ref chunk.ClassWeights)
            ? target
            : target * Cells<T, TLane, TAcross>.OfColumns(in chunk.ClassWeights, cell, at);
    }
}

/// <summary>Σ_c u_c·(−log p_c) for p = softmax(row) and u_c = w_c·(t_c(1 − s) + s/C).</summary>
/// <remarks>
/// With U = Σ u_c the gradient is U·p_c − u_c and the Hessian's diagonal U·p_c(1 − p_c). Where the row is confident and
/// right, p_c and u_c/U are both 1 but for what the other classes have: with p_c = e_c/(peaks + rest) the gradient is
/// ((U·e_c − u_c·peaks) − u_c·rest)/(peaks + rest), whose first difference is then exactly 0.
/// </remarks>
internal readonly struct CrossEntropyProgram<TTargets>(Parameter smoothing, Parameter perClass)
    : ISoftmaxProgram<CrossEntropyProgram<TTargets>>
    where TTargets : struct, ITargetRow
{
    private readonly SmoothedTargets<TTargets> _targets = new(smoothing, perClass);

    public SmoothedTargets<TTargets> Targets => _targets;

    public static bool HasLabelDerivatives => false;

    public double Run<T, TLane, TJet, TAcross>(ref RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice =>
        Softmax<T, TLane, TAcross>.Run<CrossEntropyProgram<TTargets>, TJet>(this, chunk);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Sums<T, TLane, TJet, TAcross>(
        CrossEntropyProgram<TTargets> program, in RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        ref T source = ref chunk.Predictions;
        ref T destination = ref chunk.Gradient;
        nuint step = chunk.Stride;
        nuint last = chunk.LastCell;
        nuint length = chunk.Length;
        nuint block = LaneWidths.AddedInLane * step;
        for (nuint row = 0; row < chunk.Padded; row += (nuint)TLane.Count)
        {
            TLane labels = chunk.Load<TLane>(RowNumber.Label, row);
            TLane largest = chunk.Load<TLane>(RowNumber.Largest, row);
            TLane peaks = 0.0;
            TLane rest = 0.0;
            TLane distance = 0.0;
            TLane targets = 0.0;
            TLane next = TLane.Load(in source, row);
            nuint cell = 0;
            for (nuint i = 0; i < length;)
            {
                nuint blockEnd = Math.Min(i + block, length);
                TLane blockRest = 0.0;
                TLane blockDistance = 0.0;
                TLane blockTargets = 0.0;
                for (; i < blockEnd; i += step, cell++)
                {
                    nuint at = Math.Min(i, last);
                    TLane behind = next - largest;
                    next = TLane.Load(in source, row + Math.Min(i + step, last));
                    Cells<T, TLane, TAcross>.PrefetchNextRow(in source, length, i);
                    default(TTargets).PrefetchNextRow<T, TLane, TAcross>(chunk, i);
                    TLane exponential = Exponentials<TLane, T>.ExpOfNegative(behind);
                    if (TJet.Order > 0)
                    {
                        TLane.Store(exponential, ref destination, row + at);
                    }

                    TLane target = Cells<T, TLane, TAcross>.Once(
                        program._targets.At<T, TLane, TAcross>(chunk, labels, row, cell, at), i, at);
                    exponential = Cells<T, TLane, TAcross>.Once(exponential, i, at);
                    Softmax<T, TLane, TAcross>.Add(exponential, ref peaks, ref blockRest);
                    blockDistance += TLane.Weigh(target, -behind);
                    blockTargets += target;
                }

                rest += blockRest;
                distance += blockDistance;
                targets += blockTargets;
            }

            chunk.Store(RowNumber.Peaks, row, Cells<T, TLane, TAcross>.Sum(peaks));
            chunk.Store(RowNumber.Rest, row, Cells<T, TLane, TAcross>.Sum(rest));
            chunk.Store(RowNumber.Distance, row, Cells<T, TLane, TAcross>.Sum(distance));
            chunk.Store(RowNumber.Target, row, Cells<T, TLane, TAcross>.Sum(targets));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static double Losses<T, TLane, TJet, TAcross>(CrossEntropyProgram<TTargets> program, in RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        double sum = 0;
        for (nuint row = 0; row < chunk.Padded; row += (nuint)TLane.Count)
        {
            TLane peaks = chunk.Load<TLane>(RowNumber.Peaks, row);
            TLane logTotal = TLane.Log1p(peaks - 1.0 + chunk.Load<TLane>(RowNumber.Rest, row));
            TLane value = chunk.Load<TLane>(RowNumber.Distance, row)
                + TLane.Weigh(chunk.Load<TLane>(RowNumber.Target, row), logTotal);
            value = TLane.PropagateNaN(peaks, value);
            chunk.Store(RowNumber.Loss, row, value);
            sum += Cells<T, TLane, TAcross>.SumOfRows(
                chunk, TLane.Weigh(chunk.Load<TLane>(RowNumber.Weight, row), value), row);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Derivatives<T, TLane, TJet, TAcross>(
        CrossEntropyProgram<TTargets> program, in RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        ref T gradient = ref chunk.Gradient;
        ref T hessian = ref chunk.Hessian;
        nuint step = chunk.Stride;
        nuint last = chunk.LastCell;
        nuint length = chunk.Length;
        for (nuint row = 0; row < chunk.Padded; row += (nuint)TLane.Count)
        {
            TLane labels = chunk.Load<TLane>(RowNumber.Label, row);
            TLane weight = (TLane)double.CreateTruncating(chunk.Scale) * chunk.Load<TLane>(RowNumber.Weight, row);
            TLane peaks = chunk.Load<TLane>(RowNumber.Peaks, row);
            TLane rest = chunk.Load<TLane>(RowNumber.Rest, row);
            TLane total = peaks + rest;

            // A row whose logits are all masked has none; its targets, if they are 0, ask for none.
            TLane inverse = TLane.SelectPositive(total, TLane.Reciprocal(total), total);
            TLane oppositeOfPeak = (peaks - 1.0 + rest) * inverse;
            TLane factor = weight * inverse;
            TLane targets = chunk.Load<TLane>(RowNumber.Target, row);
            TLane next = TLane.Load(in gradient, row);
            nuint cell = 0;
            for (nuint i = 0; i < length; i += step, cell++)
            {
                nuint at = Math.Min(i, last);
                TLane exponential = next;
                next = TLane.Load(in gradient, row + Math.Min(i + step, last));
                TLane target = program._targets.At<T, TLane, TAcross>(chunk, labels, row, cell, at);
                TLane beyondPeaks = TLane.MultiplyAdd(targets, exponential, -(target * peaks));
                TLane.Store(factor * TLane.MultiplyAdd(-target, rest, beyondPeaks), ref gradient, row + at);
                if (TJet.Order > 1)
                {
                    Cells<T, TLane, TAcross>.PrefetchOutput(in hessian, at);
                    TLane probability = exponential * inverse;
                    TLane opposite = Softmax<T, TLane, TAcross>.Opposite(exponential, probability, oppositeOfPeak);
                    TLane.Store(weight * (targets * probability) * opposite, ref hessian, row + at);
                }
            }
        }
    }
}

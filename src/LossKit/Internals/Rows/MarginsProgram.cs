namespace LossKit.Internals.Rows;

/// <summary>1/C·Σ_{j≠y} of a formula on the margin x_y − x_j of the label over each other class.</summary>
internal readonly struct MarginsProgram<TFormula>(TFormula formula) : IRowProgram
    where TFormula : struct, IMarginFormula
{
    private readonly TFormula _formula = formula;

    public double Run<T, TLane, TJet, TAcross>(ref RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice => Loop<T, TLane, TJet, TAcross>(_formula, chunk);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static double Loop<T, TLane, TJet, TAcross>(TFormula formula, in RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        ref T source = ref chunk.Predictions;
        ref T gradient = ref chunk.Gradient;
        ref T hessian = ref chunk.Hessian;
        nuint step = chunk.Stride;
        nuint last = chunk.LastCell;
        nuint length = chunk.Length;
        nuint block = LaneWidths.AddedInLane * step;
        double sum = 0;
        for (nuint row = 0; row < chunk.Padded; row += (nuint)TLane.Count)
        {
            TLane labels = chunk.Load<TLane>(RowNumber.Label, row);
            TLane score = chunk.Load<TLane>(RowNumber.Score, row);
            TLane labelWeight = (TLane)(1.0 / chunk.Columns) * chunk.Load<TLane>(RowNumber.LabelWeight, row);
            TLane weight = TLane.Weigh(labelWeight, chunk.Load<TLane>(RowNumber.Weight, row));
            TLane scale = (TLane)double.CreateTruncating(chunk.Scale) * weight;
            TLane value = 0.0;
            TLane slope = 0.0;
            TLane curvature = 0.0;
            TLane next = TLane.Load(in source, row);
            nuint cell = 0;
            for (nuint i = 0; i < length;)
            {
                nuint blockEnd = Math.Min(i + block, length);
                TLane blockValue = 0.0;
                TLane blockSlope = 0.0;
                TLane blockCurvature = 0.0;
                for (; i < blockEnd; i += step, cell++)
                {
                    nuint at = Math.Min(i, last);
                    TLane margin = score - next;
                    next = TLane.Load(in source, row + Math.Min(i + step, last));
                    Cells<T, TLane, TAcross>.PrefetchNextRow(in source, length, i);
                    TJet loss = formula.Loss(TJet.Variable(margin));
                    TLane counted = Cells<T, TLane, TAcross>.Select(chunk, labels, 1.0, 0.0, cell, at);
                    counted = Cells<T, TLane, TAcross>.Once(counted, i, at);
                    blockValue += TLane.Weigh(counted, TLane.PropagateNaN(margin, TJet.Value(loss)));
                    if (TJet.Order > 0)
                    {
                        blockSlope += TLane.Weigh(counted, TJet.First(loss));
                        TLane.Store(-(scale * TJet.First(loss)), ref gradient, row + at);
                    }

                    if (TJet.Order > 1)
                    {
                        Cells<T, TLane, TAcross>.PrefetchOutput(in gradient, at);
                        Cells<T, TLane, TAcross>.PrefetchOutput(in hessian, at);
                        blockCurvature += TLane.Weigh(counted, TJet.Second(loss));
                        TLane.Store(scale * TJet.Second(loss), ref hessian, row + at);
                    }
                }

                value += blockValue;
                slope += blockSlope;
                curvature += blockCurvature;
            }

            value = Cells<T, TLane, TAcross>.Sum(value);
            chunk.Store(RowNumber.Loss, row, TLane.Weigh(labelWeight, value));
            if (TJet.Order > 0)
            {
                chunk.Store(RowNumber.LabelGradient, row, scale * Cells<T, TLane, TAcross>.Sum(slope));
            }

            if (TJet.Order > 1)
            {
                chunk.Store(RowNumber.LabelHessian, row, scale * Cells<T, TLane, TAcross>.Sum(curvature));
            }

            sum += Cells<T, TLane, TAcross>.SumOfRows(chunk, TLane.Weigh(weight, value), row);
        }

        return sum;
    }
}

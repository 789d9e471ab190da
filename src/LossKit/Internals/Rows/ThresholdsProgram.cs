namespace LossKit.Internals.Rows;

/// <summary>Σ_k w_k·(softplus(−x_k) where the label y is above k, else softplus(x_k)).</summary>
/// <typeparam name="TUpToLabel">Whether only k ≤ y count.</typeparam>
internal readonly struct ThresholdsProgram<TUpToLabel> : IRowProgram where TUpToLabel : struct, IChoice
{
    public static bool HasLabelDerivatives => false;

    public double Run<T, TLane, TJet, TAcross>(ref RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice => Loop<T, TLane, TJet, TAcross>(chunk);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static double Loop<T, TLane, TJet, TAcross>(in RowChunk<T> chunk)
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
        double sum = 0;
        for (nuint row = 0; row < chunk.Padded; row += (nuint)TLane.Count)
        {
            TLane labels = chunk.Load<TLane>(RowNumber.Label, row);
            TLane weight = chunk.Load<TLane>(RowNumber.Weight, row);
            TLane scale = (TLane)double.CreateTruncating(chunk.Scale) * weight;
            TLane value = 0.0;
            TLane next = TLane.Load(in source, row);
            nuint cell = 0;
            for (nuint i = 0; i < length; i += step, cell++)
            {
                nuint at = Math.Min(i, last);
                TLane x = next;
                next = TLane.Load(in source, row + Math.Min(i + step, last));
                Cells<T, TLane, TAcross>.PrefetchNextRow(in source, length, i);
                Logistic<TLane> logistic = TLane.Logistic(x);
                TLane above = labels - Cells<T, TLane, TAcross>.Columns(cell, at);
                TLane loss = TLane.SelectGreater(above, 0.5, logistic.OppositeSoftplus, logistic.Softplus);
                TLane factor = Unsafe.IsNullRef(ref chunk.ClassWeights)
                    ? 1.0
                    : Cells<T, TLane, TAcross>.OfColumns(in chunk.ClassWeights, cell, at);
                if (TUpToLabel.IsYes)
                {
                    factor = TLane.SelectGreater(above, -0.5, factor, 0.0);
                }

                value += Cells<T, TLane, TAcross>.Once(TLane.PropagateNaN(x, TLane.Weigh(factor, loss)), i, at);
                if (TJet.Order > 0)
                {
                    TLane slope = TLane.SelectGreater(above, 0.5, -logistic.OppositeSigmoid, logistic.Sigmoid);
                    TLane.Store(scale * (factor * slope), ref gradient, row + at);
                }

                if (TJet.Order > 1)
                {
                    TLane bend = logistic.Sigmoid * logistic.OppositeSigmoid;
                    TLane.Store(scale * (factor * bend), ref hessian, row + at);
                }
            }

            value = Cells<T, TLane, TAcross>.Sum(value);
            chunk.Store(RowNumber.Loss, row, value);
            sum += Cells<T, TLane, TAcross>.SumOfRows(chunk, TLane.Weigh(weight, value), row);
        }

        return sum;
    }
}

namespace LossKit.Internals.Rows;

/// <summary>λA², A = log Σ eˣ of a row, and with labels the cross-entropy A − x_y.</summary>
/// <remarks>
/// The gradient is (2λA + 1)·p_j, less 1 at the label, the Hessian's diagonal p_j(2λp_j + (2λA + 1)(1 − p_j)): what a
/// formula on the log-probability of a class would have whose share of the others were p_j; the 1 is that of the
/// cross-entropy.
/// </remarks>
internal readonly struct ZLossProgram<TLabels>(Parameter lambda) : IRowProgram where TLabels : struct, IChoice
{
    private readonly Parameter _lambda = lambda;

    public static bool HasLabelDerivatives => TLabels.IsYes;

    public double Run<T, TLane, TJet, TAcross>(ref RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        Softmax<T, TLane, TAcross>.Largest(chunk);
        if (TJet.Order == 0)
        {
            Softmax<T, TLane, TAcross>.Exponentials<No>(chunk);
            return Formula<T, TLane, TJet, TAcross>(_lambda, chunk);
        }

        Softmax<T, TLane, TAcross>.Exponentials<Yes>(chunk);
        double sum = Formula<T, TLane, TJet, TAcross>(_lambda, chunk);
        Softmax<T, TLane, TAcross>.Derivatives<TJet>(chunk);
        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static double Formula<T, TLane, TJet, TAcross>(Parameter lambda, in RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        double sum = 0;
        for (nuint row = 0; row < chunk.Padded; row += (nuint)TLane.Count)
        {
            TLane peaks = chunk.Load<TLane>(RowNumber.Peaks, row);
            TLane rest = chunk.Load<TLane>(RowNumber.Rest, row);
            TLane largest = chunk.Load<TLane>(RowNumber.Largest, row);
            TLane logTotal = TLane.Log1p(peaks - 1.0 + rest);
            TLane logSumExp = largest + logTotal;
            TLane slope = 2.0 * (lambda * logSumExp);
            TLane value = lambda * TLane.Square(logSumExp);
            TLane behind = chunk.Load<TLane>(RowNumber.Score, row) - largest;
            if (TLabels.IsYes)
            {
                value += logTotal - behind;
            }

            value = TLane.PropagateNaN(logTotal, value);
            chunk.Store(RowNumber.Loss, row, value);
            TLane weight = chunk.Load<TLane>(RowNumber.Weight, row);
            if (TJet.Order > 0)
            {
                TLane factor = (TLane)double.CreateTruncating(chunk.Scale) * weight;
                TLane inverse = TLane.Reciprocal(peaks + rest);
                TLane whole = TLabels.IsYes ? slope + 1.0 : slope;
                chunk.Store(RowNumber.Factor, row, factor * whole * inverse);
                if (TLabels.IsYes)
                {
                    TLane own = Exponentials<TLane, T>.ExpOfNegative(behind);
                    TLane probability = own * inverse;
                    TLane opposite = (peaks - own + rest) * inverse;
                    TLane twice = 2.0 * (lambda * probability);
                    chunk.Store(RowNumber.LabelGradient, row, factor * (slope * probability - opposite));
                    chunk.Store(
                        RowNumber.LabelHessian, row, factor * (probability * (twice + whole * opposite)));
                }

                if (TJet.Order > 1)
                {
                    chunk.Store(RowNumber.InverseOthers, row, inverse);
                    chunk.Store(RowNumber.Slope, row, -(factor * whole));
                    chunk.Store(RowNumber.Curvature, row, 2.0 * (lambda * factor));
                }
            }

            sum += Cells<T, TLane, TAcross>.SumOfRows(chunk, TLane.Weigh(weight, value), row);
        }

        return sum;
    }
}

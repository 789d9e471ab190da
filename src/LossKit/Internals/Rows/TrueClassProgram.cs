namespace LossKit.Internals.Rows;

/// <summary>A formula on the log-probability of the label, log-softmax of a row of logits taken there.</summary>
/// <remarks>
/// With ℓ = log p_y the gradient is f′(ℓ)·(δ_jy − p_j), and the Hessian's diagonal
/// f″(ℓ)·(δ_jy − p_j)² − f′(ℓ)·p_j(1 − p_j). What the jet is given as the slope of ℓ is 1 − p_y, so that it returns
/// f′·(1 − p_y) and f″·(1 − p_y)²: of a confident row f″ itself may be out of range. Of the other classes each has the
/// share p_j/(1 − p_y) of that.
/// </remarks>
internal readonly struct TrueClassProgram<TFormula>(TFormula formula) : ISoftmaxProgram<TrueClassProgram<TFormula>>
    where TFormula : struct, ITrueClassFormula
{
    private readonly TFormula _formula = formula;

    public TFormula Formula => _formula;

    public double Run<T, TLane, TJet, TAcross>(ref RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice =>
        Softmax<T, TLane, TAcross>.Run<TrueClassProgram<TFormula>, TJet>(this, chunk);

    public static void Sums<T, TLane, TJet, TAcross>(TrueClassProgram<TFormula> program, in RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        if (TJet.Order == 0)
        {
            Softmax<T, TLane, TAcross>.Exponentials<No>(chunk);
        }
        else
        {
            Softmax<T, TLane, TAcross>.Exponentials<Yes>(chunk);
        }
    }

    public static void Derivatives<T, TLane, TJet, TAcross>(TrueClassProgram<TFormula> program, in RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice => Softmax<T, TLane, TAcross>.Derivatives<TJet>(chunk);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static double Losses<T, TLane, TJet, TAcross>(TrueClassProgram<TFormula> program, in RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        TFormula formula = program._formula;
        double sum = 0;
        for (nuint row = 0; row < chunk.Padded; row += (nuint)TLane.Count)
        {
            TLane peaks = chunk.Load<TLane>(RowNumber.Peaks, row);
            TLane rest = chunk.Load<TLane>(RowNumber.Rest, row);
            TLane behind = chunk.Load<TLane>(RowNumber.Score, row) - chunk.Load<TLane>(RowNumber.Largest, row);
            TLane own = Exponentials<TLane, T>.ExpOfNegative(behind);
            TLane others = peaks - own + rest;
            TLane inverse = TLane.Reciprocal(peaks + rest);
            TLane opposite = others * inverse;

            TLane logProbability = behind - TLane.Log1p(peaks - 1.0 + rest);
            TJet loss = formula.Loss(TJet.Variable(logProbability, opposite));

            TLane labelWeight = chunk.Load<TLane>(RowNumber.LabelWeight, row);
            TLane weight = TLane.Weigh(labelWeight, chunk.Load<TLane>(RowNumber.Weight, row));
            TLane value = TLane.PropagateNaN(logProbability, TJet.Value(loss));
            chunk.Store(RowNumber.Loss, row, TLane.Weigh(labelWeight, value));
            if (TJet.Order > 0)
            {
                TLane factor = (TLane)double.CreateTruncating(chunk.Scale) * weight;
                TLane slope = factor * TLane.PropagateNaN(value, TJet.First(loss));
                TLane inverseOthers = TLane.Reciprocal(TLane.Max(TLane.SmallestNormal, others));
                chunk.Store(RowNumber.LabelGradient, row, slope);
                chunk.Store(RowNumber.Factor, row, -(slope * inverseOthers));
                if (TJet.Order > 1)
                {
                    TLane curvature = factor * TLane.PropagateNaN(value, TJet.Second(loss));
                    chunk.Store(RowNumber.LabelHessian, row, curvature - slope * (own * inverse));
                    chunk.Store(RowNumber.InverseOthers, row, inverseOthers);
                    chunk.Store(RowNumber.Slope, row, slope);
                    chunk.Store(RowNumber.Curvature, row, curvature);
                }
            }

            sum += Cells<T, TLane, TAcross>.SumOfRows(chunk, TLane.Weigh(weight, value), row);
        }

        return sum;
    }
}

namespace LossKit.Internals.Rows;

/// <summary>A formula on the margin of the label over the best of the other classes, the first of equals.</summary>
/// <typeparam name="TFormula">The formula.</typeparam>
/// <typeparam name="TOfAll">
/// Whether the label is among those of which the best is taken: then there is no derivative where it is the first.
/// </typeparam>
internal readonly struct BestRivalProgram<TFormula, TOfAll>(TFormula formula) : IRowProgram
    where TFormula : struct, IMarginFormula
    where TOfAll : struct, IChoice
{
    private readonly TFormula _formula = formula;

    public static bool WritesCells => false;

    public static bool HasRivals => true;

    public double Run<T, TLane, TJet, TAcross>(ref RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        Best<T, TLane, TAcross>(chunk);
        return Formula<T, TLane, TJet, TAcross>(_formula, chunk);
    }

    /// <summary>Finds the best rivals, and makes the scores of the labels margins over them.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Best<T, TLane, TAcross>(in RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice
    {
        ref T source = ref chunk.Predictions;
        nuint step = chunk.Stride;
        nuint last = chunk.LastCell;
        nuint length = chunk.Length;
        for (nuint row = 0; row < chunk.Padded; row += (nuint)TLane.Count)
        {
            TLane labels = chunk.Load<TLane>(RowNumber.Label, row);
            TLane largest = double.NegativeInfinity;
            TLane rival = 0.0;
            TLane missing = 0.0;
            nuint cell = 0;
            for (nuint i = 0; i < length; i += step, cell++)
            {
                nuint at = Math.Min(i, last);
                Cells<T, TLane, TAcross>.PrefetchNextRow(in source, length, i);
                TLane score = TLane.Load(in source, row + at);
                missing = TLane.PropagateNaN(score, missing);
                if (!TOfAll.IsYes)
                {
                    score = Cells<T, TLane, TAcross>.Select(chunk, labels, score, double.NegativeInfinity, cell, at);
                }

                rival = TLane.SelectGreater(score, largest, Cells<T, TLane, TAcross>.Columns(cell, at), rival);
                largest = TLane.Max(score, largest);
            }

            // Along a row each place of the lane has found its own.
            TLane best = Cells<T, TLane, TAcross>.Maximum(largest);
            TLane beaten = TLane.SelectGreater(best, largest, double.NegativeInfinity, -rival);
            chunk.Store(RowNumber.Rival, row, -Cells<T, TLane, TAcross>.Maximum(beaten));
            TLane margin = chunk.Load<TLane>(RowNumber.Score, row) - best;
            missing = Cells<T, TLane, TAcross>.Sum(missing);
            chunk.Store(RowNumber.Score, row, TLane.PropagateNaN(missing, margin));
        }
    }

    /// <summary>The losses of the margins, and the derivatives with respect to them.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static double Formula<T, TLane, TJet, TAcross>(TFormula formula, in RowChunk<T> chunk)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        double sum = 0;
        for (nuint row = 0; row < chunk.Padded; row += (nuint)TLane.Count)
        {
            TLane margin = chunk.Load<TLane>(RowNumber.Score, row);
            TJet loss = formula.Loss(TJet.Variable(margin));
            TLane labelWeight = chunk.Load<TLane>(RowNumber.LabelWeight, row);
            TLane weight = TLane.Weigh(labelWeight, chunk.Load<TLane>(RowNumber.Weight, row));
            TLane value = TLane.PropagateNaN(margin, TJet.Value(loss));
            chunk.Store(RowNumber.Loss, row, TLane.Weigh(labelWeight, value));
            TLane factor = (TLane)double.CreateTruncating(chunk.Scale) * weight;
            if (TOfAll.IsYes)
            {
                TLane rival = chunk.Load<TLane>(RowNumber.Rival, row);
                factor = TLane.SelectPositive(
                    TLane.Abs(chunk.Load<TLane>(RowNumber.Label, row) - rival), factor, default);
            }

            if (TJet.Order > 0)
            {
                chunk.Store(RowNumber.LabelGradient, row, factor * TLane.PropagateNaN(value, TJet.First(loss)));
            }

            if (TJet.Order > 1)
            {
                chunk.Store(RowNumber.LabelHessian, row, factor * TLane.PropagateNaN(value, TJet.Second(loss)));
            }

            sum += Cells<T, TLane, TAcross>.SumOfRows(chunk, TLane.Weigh(weight, value), row);
        }

        return sum;
    }
}

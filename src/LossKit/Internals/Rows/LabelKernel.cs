namespace LossKit.Internals.Rows;

/// <summary>
/// A formula on the label's prediction alone: the pointwise loop over what is picked out of the rows. All other
/// derivatives are 0.
/// </summary>
internal sealed class LabelKernel<T>(Kernel<T> formula, ClassOptions<T> classes) : Kernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>How many rows are taken at a time.</summary>
    private const int Capacity = 256;

    /// <summary>However wide, a row has one number to evaluate.</summary>
    private const int MostNumbersOfRow = 4096;

    public override bool IsByLabel => true;

    public override int NumbersOfExample(in Batch<T> batch) => Math.Min(batch.Columns, MostNumbersOfRow);

    [SkipLocalsInit]
    public override CompensatedSum Run(in Batch<T> batch, DerivativeOrder order, LaneWidth width)
    {
        Span<T> numbers = stackalloc T[7 * Capacity];
        Span<int> columns = stackalloc int[Capacity];
        Span<T> zeros = numbers[..Capacity];
        zeros[..Math.Min(Capacity, batch.Length)].Clear();
        CompensatedSum sum = default;
        for (int start = 0; start < batch.Length; start += Capacity)
        {
            int count = Math.Min(Capacity, batch.Length - start);
            ReadOnlySpan<int> labels = batch.Labels.Slice(start, count);
            ReadOnlySpan<int> picked = batch.HasIgnored ? Replace(labels, columns[..count]) : labels;
            Span<T> scores = numbers.Slice(Capacity, count);
            Span<T> labelWeights = numbers.Slice(2 * Capacity, count);
            Span<T> weights = numbers.Slice(3 * Capacity, count);
            bool isWeighted = batch.HasIgnored || !batch.Weights.IsEmpty || !classes.Weights.IsEmpty;
            Batch<T> ofLabels = new()
            {
                Predictions = scores,
                Targets = zeros[..count],
                Weights = isWeighted ? weights : default,
                Losses = numbers.Slice(4 * Capacity, count),
                Gradient = numbers.Slice(5 * Capacity, count),
                Hessian = numbers.Slice(6 * Capacity, count),
                Scale = batch.Scale,
            };
            Pick(batch.Predictions[(start * batch.Columns)..], batch.Columns, picked, scores);
            if (isWeighted)
            {
                Weigh(picked, batch.Weights.IsEmpty ? default : batch.Weights.Slice(start, count), labelWeights, weights);
            }

            if (batch.HasIgnored)
            {
                // Any number that has a loss; without weight it counts nowhere.
                SetIgnored(labels, scores, T.One);
                SetIgnored(labels, weights, T.Zero);
            }

            CompensatedSum sumOfChunk = formula.Run(ofLabels, order, width);
            sum += sumOfChunk;
            for (int k = 0; k < count && isWeighted; k++)
            {
                // What a class of weight 0 has counts for nothing, whatever it is.
                ofLabels.Losses[k] = labelWeights[k] == T.Zero ? T.Zero : ofLabels.Losses[k] * labelWeights[k];
            }

            if (batch.HasIgnored)
            {
                SetIgnored(labels, ofLabels.Losses, T.Zero);
                SetIgnored(labels, ofLabels.Gradient, T.Zero);
                SetIgnored(labels, ofLabels.Hessian, T.Zero);
            }

            if (!batch.Losses.IsEmpty)
            {
                ofLabels.Losses.CopyTo(batch.Losses[start..]);
            }

            bool hasNaN = double.IsNaN(sumOfChunk.Total);
            Range rows = (start * batch.Columns)..((start + count) * batch.Columns);
            if (order >= DerivativeOrder.Gradient)
            {
                Write(batch.Gradient[rows], batch.Columns, picked, ofLabels.Gradient, hasNaN);
            }

            if (order >= DerivativeOrder.Hessian)
            {
                Write(batch.Hessian[rows], batch.Columns, picked, ofLabels.Hessian, hasNaN);
            }
        }

        return sum;
    }

    // The loops over all rows ask nothing, or asking would be what they take: ignored rows are seen to by themselves.

    /// <summary>The labels, but the first class where they are to be ignored.</summary>
    private ReadOnlySpan<int> Replace(ReadOnlySpan<int> labels, Span<int> replaced)
    {
        for (int k = 0; k < labels.Length; k++)
        {
            replaced[k] = classes.IsIgnored(labels[k]) ? 0 : labels[k];
        }

        return replaced;
    }

    private void SetIgnored(ReadOnlySpan<int> labels, Span<T> numbers, T value)
    {
        for (int k = 0; k < labels.Length; k++)
        {
            if (classes.IsIgnored(labels[k]))
            {
                numbers[k] = value;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pick(ReadOnlySpan<T> rows, int columns, ReadOnlySpan<int> labels, Span<T> scores)
    {
        int row = 0;
        for (int k = 0; k < labels.Length; k++)
        {
            scores[k] = rows[row + labels[k]];
            row += columns;
        }
    }

    private void Weigh(
        ReadOnlySpan<int> labels, ReadOnlySpan<T> ofRows, Span<T> ofLabels, Span<T> weights)
    {
        for (int k = 0; k < labels.Length; k++)
        {
            ofLabels[k] = classes.WeightOf(labels[k]);
            // A class of weight 0 counts for nothing, even in a row of infinite weight.
            weights[k] = ofRows.IsEmpty || ofLabels[k] == T.Zero ? ofLabels[k] : ofLabels[k] * ofRows[k];
        }
    }

    /// <summary>Derivatives of rows: those of the labels and 0, or NaN where the label's is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Write(
        Span<T> rows, int columns, ReadOnlySpan<int> labels, ReadOnlySpan<T> ofLabels, bool hasNaN)
    {
        rows.Clear();
        int row = 0;
        for (int k = 0; k < labels.Length; k++)
        {
            rows[row + labels[k]] = ofLabels[k];
            row += columns;
        }

        for (int k = 0; k < labels.Length && hasNaN; k++)
        {
            if (T.IsNaN(ofLabels[k]))
            {
                rows.Slice(k * columns, columns).Fill(T.NaN);
            }
        }
    }
}

/// <summary>A formula on log-probabilities, given them.</summary>
internal readonly struct OnLogProbability<TFormula>(TFormula formula) : IPointwiseFormula
    where TFormula : struct, ITrueClassFormula
{
    private readonly TFormula _formula = formula;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        _formula.Loss(prediction);
}

/// <summary>A formula on log-probabilities, given probabilities.</summary>
internal readonly struct OnProbability<TFormula>(TFormula formula) : IPointwiseFormula
    where TFormula : struct, ITrueClassFormula
{
    private readonly TFormula _formula = formula;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        _formula.Loss(TLane.Log(prediction));
}

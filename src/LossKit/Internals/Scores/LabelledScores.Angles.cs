namespace LossKit.Internals.Scores;

// What takes the place of a label's cosine.
internal readonly ref partial struct LabelledScores<T>
{
    private readonly ref partial struct RowsWork
    {
        private ref T OfLabel(int row, int number) => ref OfLabels[number * Rows.Length + row];

        /// <summary>Puts what the formula makes of the label's angle in the place of its cosine.</summary>
        private void SetAngles(Kernel<double> formula, int first, ref RowChunk<T> chunk)
        {
            if (Step != RowsStep.Derivatives)
            {
                FindAngles(formula, first, chunk);
            }

            for (int k = 0; k < chunk.Count; k++)
            {
                if (Cell(first, k, chunk) is >= 0 and nint cell)
                {
                    Of(first + k, RowNumber.Score) = OfLabel(first + k, 0);
                    Unsafe.Add(ref chunk.Predictions, cell) = OfLabel(first + k, 0);
                }
            }
        }

        /// <summary>Scores of the labels that are in this block, and their slopes, in double.</summary>
        [SkipLocalsInit]
        private void FindAngles(Kernel<double> formula, int first, in RowChunk<T> chunk)
        {
            CosineScores<T> cosines = Scores.Cosines!;
            int dimension = Products.Dimension;
            Span<int> rows = stackalloc int[PerRow<T>.Capacity];
            Span<double> numbers = stackalloc double[5 * PerRow<T>.Capacity];
            Span<double> norms = numbers[(4 * PerRow<T>.Capacity)..];
            using Rented<T> unit = new(dimension);
            int count = 0;
            for (int k = 0; k < chunk.Count; k++)
            {
                int label = Scores.Labels[Rows[first + k]];
                if (Cell(first, k, chunk) >= 0)
                {
                    Products.TakenRow(first + k).CopyTo(unit.Span);
                    norms[count] = cosines.HasNorms
                        ? Lengths<T>.Norm(unit.Span)
                        : double.CreateTruncating(cosines.Scale);
                    Spans.Scale(unit.Span, T.CreateTruncating(1 / Math.Max(norms[count], Normalization.LeastNorm)));
                    int column = label * cosines.Centers + Largest(label, first + k);

                    // Prototypes of cosines have been normalised, so that none has to be widened.
                    ReadOnlySpan<T> prototype = Products.Right.Part(column * dimension, dimension, default);
                    numbers[count] = Angles<T>.Between(unit.Span, prototype);
                    numbers[PerRow<T>.Capacity + count] = cosines.MarginOf(label);
                    rows[count++] = first + k;
                }
            }

            Span<double> angles = numbers[..count];
            Span<double> scores = numbers.Slice(2 * PerRow<T>.Capacity, count);
            Span<double> slopes = numbers.Slice(3 * PerRow<T>.Capacity, count);
            _ = formula.Run(
                new()
                {
                    Predictions = angles,
                    Targets = numbers.Slice(PerRow<T>.Capacity, count),
                    Losses = scores,
                    Gradient = slopes,
                    Scale = 1,
                },
                DerivativeOrder.Gradient,
                LaneWidths.Best);
            for (int k = 0; k < count; k++)
            {
                double slope = slopes[k] * Angles<T>.Slope(angles[k]);
                double ofNorm = norms[k] > 0 ? (scores[k] - slope * Math.Cos(angles[k])) / norms[k] : 0;
                OfLabel(rows[k], 0) = T.CreateTruncating(norms[k] * scores[k]);
                OfLabel(rows[k], 1) = T.CreateTruncating(slope);
                OfLabel(rows[k], 2) = T.CreateTruncating(ofNorm);
            }
        }

        /// <summary>Which of the columns of a row's label is its largest.</summary>
        private int Largest(int label, int row)
        {
            ReadOnlySpan<T> ofLabel = Cells[((label * Scores.Centers - Block.Column) * Block.Pitch + row)..];
            int largest = 0;
            for (int k = 1; k < Scores.Centers; k++)
            {
                largest = ofLabel[k * Block.Pitch] > ofLabel[largest * Block.Pitch] ? k : largest;
            }

            return largest;
        }

        /// <summary>Slopes with respect to the cosines of labels, in the place of those of their scores.</summary>
        private void ChainAngles(int first, ref RowChunk<T> chunk)
        {
            for (int k = 0; k < chunk.Count; k++)
            {
                if (Cell(first, k, chunk) is >= 0 and nint cell)
                {
                    ref T slope = ref Unsafe.Add(ref chunk.Gradient, cell);
                    OfLabel(first + k, 2) *= slope;
                    slope *= OfLabel(first + k, 1);
                }
            }
        }
    }
}

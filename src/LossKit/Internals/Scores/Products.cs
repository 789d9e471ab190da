namespace LossKit.Internals.Scores;

/// <summary>
/// The products of all rows of a batch with all of them, or of its first input's with its second's: dot products, or
/// squared distances.
/// </summary>
/// <remarks>
/// All at once take half as many operations, for their matrix is symmetric. They are, where that is not much larger
/// than the batch. The slope of a squared distance is what the difference of its rows is to be multiplied with.
/// </remarks>
internal readonly ref struct Products<T, TProduct> : IScores<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TProduct : struct, IProduct
{
    /// <summary>From this share of rows on that pull at each other, a product of matrices is faster.</summary>
    private const int DensePart = 16;

    /// <summary>The numbers of a matrix that is never too large.</summary>
    private const int Few = 1 << 20;

    /// <summary>
    /// How many times as large as the batch the matrix may be: beyond it, its memory takes the longer.
    /// </summary>
    private const int MostOfBatch = 16;

    /// <summary>As many rows as there are, and then of zeros up to whole lanes.</summary>
    public required Span<T> Vectors { get; init; }

    /// <summary>
    /// What the rows before the split count, if they are compared with others alone; empty means 1 each.
    /// </summary>
    public ReadOnlySpan<T> Weights { get; init; }

    /// <summary>How many rows there are in both inputs.</summary>
    public required int Total { get; init; }

    public required int Dimension { get; init; }

    public required T Factor { get; init; }

    /// <summary>The most threads.</summary>
    public required int Degree { get; init; }

    /// <summary>Where the gradient of some rows ends and that of the others begins.</summary>
    public required int Split { get; init; }

    /// <summary>Whether rows before the split are compared with those after it alone.</summary>
    public required bool IsAcross { get; init; }

    /// <summary>Receives the gradient of the rows before the split; empty if nobody asks.</summary>
    public Span<T> Gradient { get; init; }

    /// <summary>That of the others.</summary>
    public Span<T> Rest { get; init; }

    public int Rows => IsAcross ? Split : Total;

    public int Columns => Total - FirstColumn;

    public int BlockRows => IsWhole ? ScoreBlocks<T>.Padded(Rows) : ScoreBlocks<T>.RowsOf(Rows, Rows);

    private static bool AreDistances => typeof(TProduct) == typeof(SquaredDistance);

    private bool IsWhole => !IsAcross && AreWhole(Rows, Dimension);

    private int FirstColumn => IsAcross ? Split : 0;

    /// <summary>Whether all rows are compared with all at once.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="dimension">How many numbers each has.</param>
    /// <param name="times">How many such matrices there are.</param>
    public static bool AreWhole(int rows, int dimension, int times = 1)
    {
        long size = ScoreBlocks<T>.Padded(rows);
        return size * size <= Few
            || (rows < MostOfBatch * dimension
                && times * size * size <= ScoreBlocks<T>.MostBytes / Unsafe.SizeOf<T>());
    }

    /// <summary>
    /// Evaluates a batch whose rows are those of its first input and then of its second, or whose first input is
    /// compared with its second, and adds to their gradients.
    /// </summary>
    public static CompensatedSum Run<TWork>(
        int dimension,
        bool normalizes,
        in EmbeddingSides<T> sides,
        in SideGradients<T> gradients,
        in TWork work)
        where TWork : struct, IScoreWork<T>, allows ref struct
    {
        int split = sides.First.Length / dimension;
        int rows = split + sides.Second.Length / dimension;
        int padded = sides.IsAcross ? Math.Max(rows, ScoreBlocks<T>.Padded(split))
            : AreWhole(rows, dimension) ? ScoreBlocks<T>.Padded(rows)
            : ScoreBlocks<T>.Rounded(rows);
        using Rented<T> vectors = new(padded * dimension);
        using Rented<T> norms = new(rows);
        Span<T> all = vectors.Span[..(rows * dimension)];
        vectors.Span[all.Length..].Clear();
        sides.First.CopyTo(all);
        sides.Second.CopyTo(all[sides.First.Length..]);
        if (normalizes)
        {
            Normalization.Normalize(all, dimension, norms.Span);
        }

        if (AreDistances && work.Factor != T.One)
        {
            Spans.Scale(all, work.Factor);
        }

        // What is left out is needed for the slope of the factor nevertheless.
        bool asks = work.Call.Order > DerivativeOrder.Value && !gradients.OfScale.IsEmpty;
        using Rented<T> first = new(asks && gradients.First.IsEmpty ? sides.First.Length : 0);
        using Rented<T> second = new(asks && gradients.Second.IsEmpty ? sides.Second.Length : 0);
        first.Span.Clear();
        second.Span.Clear();
        Products<T, TProduct> products = new()
        {
            Vectors = vectors.Span,
            Total = rows,
            Dimension = dimension,
            Factor = AreDistances ? T.One : work.Factor,
            Degree = work.Call.Degree,
            Split = split,
            IsAcross = sides.IsAcross,
            Weights = sides.IsAcross ? work.Call.Weights : default,
            Gradient = Asked(gradients.First, first.Span),
            Rest = Asked(gradients.Second, second.Span),
        };
        CompensatedSum sum = ScoreBlocks<T>.Run(products, work);
        if (work.Call.Order > DerivativeOrder.Value && !gradients.OfScale.IsEmpty)
        {
            gradients.OfScale[0] = products.SlopeOfFactor();
        }

        if (work.Call.Order > DerivativeOrder.Value && normalizes)
        {
            Normalization.Backward<T>(all[..sides.First.Length], norms.Span[..split], gradients.First);
            Normalization.Backward<T>(all[sides.First.Length..], norms.Span[split..], gradients.Second);
        }

        return sum;
    }

    private static Span<T> Asked(Span<T> gradient, Span<T> instead) => gradient.IsEmpty ? instead : gradient;

    /// <summary>
    /// d/df of a loss of f·vᵢ·vⱼ, of the gradients with respect to v: Σ vᵢ·gᵢ/f, in which a pair is twice unless rows
    /// are compared with others.
    /// </summary>
    private T SlopeOfFactor()
    {
        double slope = 0;
        for (int row = 0; row < (IsAcross ? Split : Total); row++)
        {
            Range at = Embedding.Rows.At(row, Dimension);
            ReadOnlySpan<T> gradient = row < Split
                ? Gradient[at]
                : Rest[Embedding.Rows.At(row - Split, Dimension)];

            // A row that counts for nothing may hold anything.
            slope += gradient.ContainsAnyExcept(T.Zero) ? RowProduct<T>.Of<Dot>(gradient, Vectors[at]) : 0;
        }

        return T.CreateTruncating(slope / (IsAcross ? 1 : 2) / double.CreateTruncating(Factor));
    }

    public void Read(int first, int count, int pitch, Span<T> scores)
    {
        ReadOnlySpan<T> block = Vectors.Slice(first * Dimension, pitch * Dimension);
        int columns = IsWhole ? pitch : Columns;
        Span<T> all = scores[..(columns * pitch)];
        ReadOnlySpan<T> others = Vectors.Slice(FirstColumn * Dimension, columns * Dimension);
        MatrixProduct<T>.RowsByRows<TProduct>(others, block, Dimension, all, Degree);
        if (Factor != T.One)
        {
            Spans.Scale(all, Factor);
        }
    }

    public void Write(int first, int count, int pitch, Span<T> slopes)
    {
        if (Gradient.IsEmpty && Rest.IsEmpty)
        {
            return;
        }

        HideWeightless(first, count);
        slopes = slopes[..((IsWhole ? pitch : Columns) * pitch)];
        Matrix<T> forces = new(slopes, Columns, count, pitch);
        ReadOnlySpan<T> block = Vectors.Slice(first * Dimension, count * Dimension);
        if (IsWhole || AreDistances)
        {
            ClearPadding(slopes, count, pitch);
        }

        if (AreDistances && Spans.CountNotZero<T>(slopes) <= slopes.Length / DensePart)
        {
            WriteFew(first, pitch, slopes);
            return;
        }

        if (IsWhole)
        {
            Symmetry.AddTransposed(slopes, pitch);
        }

        int ofFirst = Split - FirstColumn;
        if (!Gradient.IsEmpty && ofFirst > 0)
        {
            Add(forces.Part(0, ofFirst), Vectors, block, Gradient);
        }

        if (!Rest.IsEmpty)
        {
            Add(forces.Part(ofFirst, Columns - ofFirst), Vectors[(Split * Dimension)..], block, Rest);
        }

        if (!IsWhole)
        {
            WriteOwn(first, count, forces.Transposed);
        }
    }

    /// <summary>Clears rows that pull at no reference, for 0 times a NaN is one.</summary>
    private void HideWeightless(int first, int count)
    {
        for (int row = first; row < first + count && !Weights.IsEmpty; row++)
        {
            if (T.IsZero(Weights[row]))
            {
                Vectors[Embedding.Rows.At(row, Dimension)].Clear();
            }
        }
    }

    /// <summary>What pulls at the rows of a block, which may reach from the first rows into the others.</summary>
    private void WriteOwn(int first, int count, Matrix<T> pulls)
    {
        int ofFirst = Math.Clamp(Split - first, 0, count);
        ReadOnlySpan<T> all = Vectors.Slice(FirstColumn * Dimension, Columns * Dimension);
        if (ofFirst > 0 && !Gradient.IsEmpty)
        {
            Span<T> own = Gradient.Slice(first * Dimension, ofFirst * Dimension);
            Add(pulls.Part(0, ofFirst), Vectors[(first * Dimension)..], all, own);
        }

        if (ofFirst < count && !Rest.IsEmpty)
        {
            int start = first + ofFirst;
            Span<T> own = Rest.Slice((start - Split) * Dimension, (count - ofFirst) * Dimension);
            Add(pulls.Part(ofFirst, count - ofFirst), Vectors[(start * Dimension)..], all, own);
        }
    }

    /// <summary>Adds what pulls at some rows to their gradient.</summary>
    private void Add(Matrix<T> forces, ReadOnlySpan<T> rows, ReadOnlySpan<T> others, Span<T> gradient)
    {
        if (AreDistances)
        {
            MatrixProduct<T>.Pull(forces, rows[..gradient.Length], others, Dimension, gradient, Degree);
        }
        else
        {
            MatrixProduct<T>.MultiplyAdd(forces, others, Dimension, gradient, Degree);
        }
    }

    /// <summary>Adds what those few rows make of the gradient that pull at each other.</summary>
    private void WriteFew(int first, int pitch, ReadOnlySpan<T> forces)
    {
        for (int at = 0; (at = Spans.NextNotZero(forces, at)) < forces.Length; at++)
        {
            int row = first + at % pitch;
            int other = FirstColumn + at / pitch;
            ReadOnlySpan<T> one = Vectors[Embedding.Rows.At(row, Dimension)];
            ReadOnlySpan<T> another = Vectors[Embedding.Rows.At(other, Dimension)];
            Spans.AddScaledDifference(forces[at], one, another, GradientOf(row));
            Spans.AddScaledDifference(forces[at], another, one, GradientOf(other));
        }
    }

    private Span<T> GradientOf(int row) => row < Split
        ? Embedding.Rows.IfAny(Gradient, Embedding.Rows.At(row, Dimension))
        : Embedding.Rows.IfAny(Rest, Embedding.Rows.At(row - Split, Dimension));

    /// <summary>Clears what belongs to no row.</summary>
    private void ClearPadding(Span<T> slopes, int count, int pitch)
    {
        slopes[(Columns * pitch)..].Clear();
        for (int column = 0; column < Columns && pitch > count; column++)
        {
            slopes[(column * pitch + count)..((column + 1) * pitch)].Clear();
        }
    }
}

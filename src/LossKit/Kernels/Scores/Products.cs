using System.Numerics;
using LossKit.Kernels.Embedding;

namespace LossKit.Kernels.Scores;

/// <summary>The products of all rows of a batch with all of them.</summary>
internal readonly ref struct Products<T> : IScores<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public required ReadOnlySpan<T> Vectors { get; init; }

    public required int Dimension { get; init; }

    public required T Factor { get; init; }

    /// <summary>Receives the gradient of the first rows.</summary>
    public Span<T> Gradient { get; init; }

    /// <summary>That of the others, or empty if the first are all.</summary>
    public Span<T> Rest { get; init; }

    /// <summary>A block of rows.</summary>
    public required Span<T> Scratch { get; init; }

    public int Rows => Vectors.Length / Dimension;

    public int Columns => Rows;

    public void Read(int first, int count, int pitch, Span<T> scores)
    {
        ReadOnlySpan<T> block = Vectors[(first * Dimension)..];
        if (block.Length >= pitch * Dimension)
        {
            block = block[..(pitch * Dimension)];
        }
        else
        {
            Span<T> padded = Scratch[..(pitch * Dimension)];
            block.CopyTo(padded);
            padded[block.Length..].Clear();
            block = padded;
        }

        MatrixProduct<T>.RowsByRows<Dot>(Vectors, block, Dimension, scores);
        Spans.Scale(scores, Factor);
    }

    public void Write(int first, int count, int pitch, ReadOnlySpan<T> slopes)
    {
        Matrix<T> forces = new(slopes, Columns, count, pitch);
        ReadOnlySpan<T> block = Vectors.Slice(first * Dimension, count * Dimension);
        int split = Gradient.Length / Dimension;
        MatrixProduct<T>.MultiplyAdd(forces.Part(0, split), block, Dimension, Gradient);
        if (!Rest.IsEmpty)
        {
            MatrixProduct<T>.MultiplyAdd(forces.Part(split, Columns - split), block, Dimension, Rest);
        }

        // A block may reach from the first rows into the others.
        int ofFirst = Math.Clamp(split - first, 0, count);
        Matrix<T> pulls = forces.Transposed;
        if (ofFirst > 0)
        {
            Span<T> own = Gradient.Slice(first * Dimension, ofFirst * Dimension);
            MatrixProduct<T>.MultiplyAdd(pulls.Part(0, ofFirst), Vectors, Dimension, own);
        }

        if (ofFirst < count)
        {
            int start = first + ofFirst - split;
            Span<T> own = Rest.Slice(start * Dimension, (count - ofFirst) * Dimension);
            MatrixProduct<T>.MultiplyAdd(pulls.Part(ofFirst, count - ofFirst), Vectors, Dimension, own);
        }
    }
}

/// <summary>The products of the rows of one batch with those of another; the former may be normalised on the way.</summary>
internal readonly ref struct CrossProducts<T> : IScores<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public required ReadOnlySpan<T> Left { get; init; }

    /// <summary>Normalised, if those are to be.</summary>
    public required ReadOnlySpan<T> Right { get; init; }

    public required int Dimension { get; init; }

    public required T Factor { get; init; }

    public required bool Normalizes { get; init; }

    /// <summary>One a left row; those of weight 0 are hidden. None if all count.</summary>
    public ReadOnlySpan<T> Weights { get; init; }

    public Span<T> GradientLeft { get; init; }

    public Span<T> GradientRight { get; init; }

    /// <summary>A block of rows, and their norms.</summary>
    public required Span<T> Scratch { get; init; }

    public int Rows => Left.Length / Dimension;

    public int Columns => Right.Length / Dimension;

    public void Read(int first, int count, int pitch, Span<T> scores)
    {
        Span<T> block = Scratch[..(pitch * Dimension)];
        Left.Slice(first * Dimension, count * Dimension).CopyTo(block);
        block[(count * Dimension)..].Clear();
        for (int row = 0; row < count && !Weights.IsEmpty; row++)
        {
            if (Weights[first + row] == T.Zero)
            {
                block[Embedding.Rows.At(row, Dimension)].Clear();
            }
        }

        if (Normalizes)
        {
            Normalization.Normalize(block[..(count * Dimension)], Dimension, Scratch[^count..]);
        }

        MatrixProduct<T>.RowsByRows<Dot>(Right, block, Dimension, scores);
        Spans.Scale(scores, Factor);
    }

    public void Write(int first, int count, int pitch, ReadOnlySpan<T> slopes)
    {
        Matrix<T> forces = new(slopes, Columns, count, pitch);
        Span<T> block = Scratch[..(count * Dimension)];
        Span<T> own = GradientLeft.Slice(first * Dimension, count * Dimension);
        MatrixProduct<T>.MultiplyAdd(forces, block, Dimension, GradientRight);
        MatrixProduct<T>.MultiplyAdd(forces.Transposed, Right, Dimension, own);
        if (Normalizes)
        {
            Normalization.Backward<T>(block, Scratch[^count..], own);
        }

        for (int row = 0; row < count && !Weights.IsEmpty; row++)
        {
            if (Weights[first + row] == T.Zero)
            {
                own[Embedding.Rows.At(row, Dimension)].Clear();
            }
        }
    }
}

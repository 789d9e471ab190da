namespace LossKit.Internals.Embedding;

/// <summary>A row of a batch with all that lies around it.</summary>
internal readonly ref struct Anchor<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Numbers of scratch memory for each row of the batch.</summary>
    public const int ScratchPerRow = 5;

    public required int Row { get; init; }

    /// <summary>The squared distances to all rows, in units of <see cref="Unit"/>.</summary>
    public required ReadOnlySpan<T> SquaredDistances { get; init; }

    /// <summary>A power of two: rows far from 1 are compared in a unit that keeps their squares in range.</summary>
    public required T Unit { get; init; }

    /// <summary>The other rows of its label, in order.</summary>
    public required ReadOnlySpan<int> Positives { get; init; }

    /// <summary>The rows of other labels, in order.</summary>
    public required ReadOnlySpan<int> Negatives { get; init; }

    /// <summary>
    /// Receives the derivatives of the losses with respect to the distances, squared or not as the loss has them; it is
    /// all 0 before, or empty if nobody asks.
    /// </summary>
    public Span<T> Slopes { get; init; }

    /// <summary>Receives the losses; empty if nobody asks.</summary>
    public Span<T> Losses { get; init; }

    public required Span<T> Scratch { get; init; }

    public T Distance(int row) => Unit * T.Sqrt(SquaredDistances[row]);

    /// <summary>Makes distances of squared ones, in place.</summary>
    public void ToDistances(Span<T> squares)
    {
        Spans.Sqrt(squares);
        if (Unit != T.One)
        {
            Spans.Scale(squares, Unit);
        }
    }

    /// <summary>A part of the scratch memory, of <paramref name="length"/> numbers.</summary>
    public Span<T> Part(int number, int length) => Scratch.Slice(number * SquaredDistances.Length, length);
}

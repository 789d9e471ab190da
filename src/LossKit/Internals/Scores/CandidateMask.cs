namespace LossKit.Internals.Scores;

/// <summary>
/// Which columns are no candidates of a row, though they are compared with it: those that are the same as its match,
/// and those that belong to other rows.
/// </summary>
internal readonly ref struct CandidateMask
{
    /// <summary>How far the match of a row is from itself.</summary>
    public int Offset { get; init; }

    /// <summary>What each column is; those that are what the match is are left out. Empty if all differ.</summary>
    public ReadOnlySpan<int> Identities { get; init; }

    /// <summary>How many columns are matches; those after them are further ones, in blocks of one a row.</summary>
    public int Matches { get; init; }

    /// <summary>How many rows there are in all.</summary>
    public int Rows { get; init; }

    /// <summary>Whether the matches of other rows are left out.</summary>
    public bool HidesOtherMatches { get; init; }

    /// <summary>Whether the further columns of other rows are left out.</summary>
    public bool HidesOtherFurther { get; init; }

    private bool IsNone => Identities.IsEmpty && !HidesOtherMatches && !HidesOtherFurther;

    /// <summary>Makes the scores of what is left out −∞.</summary>
    public void Apply<T>(ReadOnlySpan<int> rows, in ScoreBlock block, Span<T> scores)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int column = 0; column < block.Columns && !IsNone; column++)
        {
            Span<T> ofColumn = scores.Slice(column * block.Pitch, rows.Length);
            for (int k = 0; k < rows.Length; k++)
            {
                ofColumn[k] = Hides(rows[k], block.Column + column) ? T.NegativeInfinity : ofColumn[k];
            }
        }
    }

    private bool Hides(int row, int column)
    {
        int match = row + Offset;
        return column != match
            && ((column < Matches ? HidesOtherMatches : HidesOtherFurther && (column - Matches) % Rows != row)
                || (column < Identities.Length && Identities[column] == Identities[match]));
    }
}

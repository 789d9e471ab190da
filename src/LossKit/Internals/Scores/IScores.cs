namespace LossKit.Internals.Scores;

/// <summary>
/// Scores of rows with columns, handed out some rows at a time, so that never all of them lie in memory at once; their
/// slopes are taken back the same way.
/// </summary>
/// <remarks>
/// A block is kept column by column: score [c·pitch + k] is that of row first + k with column c. So it comes out of a
/// product of matrices whose larger one is read as it lies, and lanes lie across rows.
/// </remarks>
internal interface IScores<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    int Rows { get; }

    int Columns { get; }

    /// <summary>The most rows of a block, whole lanes of any width.</summary>
    int BlockRows { get; }

    /// <summary>
    /// The scores of <paramref name="count"/> rows; between these and the pitch stands anything. There is room for
    /// whole lanes of columns.
    /// </summary>
    void Read(int first, int count, int pitch, Span<T> scores);

    /// <summary>Adds what these slopes make of the gradients of both sides; they are scratch afterwards.</summary>
    void Write(int first, int count, int pitch, Span<T> slopes);
}

/// <summary>What makes losses of scores, and of the scores their slopes.</summary>
internal interface IScoreWork<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>What products are multiplied with, or rows before their distances are taken.</summary>
    T Factor { get; }

    Call<T> Call { get; }

    /// <summary>Whether these rows make no difference.</summary>
    bool Skips(int first, int count);

    /// <summary>Evaluates a few rows, whose scores are the first here; returns the weighted sum of losses.</summary>
    CompensatedSum Run(int first, int count, int pitch, Span<T> cells);
}

namespace LossKit.Internals.Lattice;

/// <summary>Scratch memory for one sequence at a time.</summary>
/// <param name="states">The most of a sequence.</param>
/// <param name="steps">The most of a sequence.</param>
/// <param name="rows">The most rows of logits of a sequence.</param>
/// <param name="lane">How many states lie side by side.</param>
/// <param name="keepsSteps">Whether all steps are needed again.</param>
internal readonly ref struct LatticeMemory<T>(int states, int steps, int rows, int lane, bool keepsSteps)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Scores, occupancies, and mantissas and exponents of the backward step.</summary>
    private const int OtherRows = 4;

    private const int NumbersOfStep = 2;

    private const int NumbersOfRow = 2;

    private readonly Rented<T> _numbers = new(EmbeddingChecks.Numbers(
        (LatticeStates<T>.Rows + OtherRows + NumbersOfStep * (keepsSteps ? (long)steps : 2))
            * LatticeStates<T>.RowLengthOf(states, lane)
        + NumbersOfRow * (long)rows));

    private readonly Rented<double> _doubles = new(EmbeddingChecks.Numbers((long)steps + rows));

    private readonly Rented<int> _integers = new(EmbeddingChecks.Numbers(
        LatticeStates<T>.IntegersOfState * (long)states));

    /// <summary>The largest logit of each row.</summary>
    public Span<T> Largest => _numbers.Span[..rows];

    /// <summary>Σ e^(logit − largest) − 1 of each row.</summary>
    public Span<T> Rests => _numbers.Span.Slice(rows, rows);

    /// <summary>What the exponents of each step are to be increased by, forwards.</summary>
    public Span<double> Offsets => _doubles.Span[..steps];

    /// <summary>The logarithm of Σ e^(logit − largest) of each row.</summary>
    public Span<double> Logarithms => _doubles.Span.Slice(steps, rows);

    public LatticeStates<T> States(int count) => new(Rows, _integers.Span, count, lane);

    public Span<T> Scores(int rowLength) => Row(0, rowLength);

    public Span<T> Occupancies(int rowLength) => Row(1, rowLength);

    public Span<T> BackwardMantissas(int rowLength) => Row(2, rowLength);

    public Span<T> BackwardExponents(int rowLength) => Row(3, rowLength);

    public Span<T> ForwardMantissas(int step, int rowLength) => Row(OtherRows + Place(step), rowLength);

    public Span<T> ForwardExponents(int step, int rowLength) => Row(OtherRows + Place(step) + 1, rowLength);

    public void Dispose()
    {
        _numbers.Dispose();
        _doubles.Dispose();
        _integers.Dispose();
    }

    private Span<T> Rows => _numbers.Span[(NumbersOfRow * rows)..];

    private int Place(int step) => NumbersOfStep * (keepsSteps ? step : step % 2);

    private Span<T> Row(int row, int rowLength) => Rows.Slice((LatticeStates<T>.Rows + row) * rowLength, rowLength);
}

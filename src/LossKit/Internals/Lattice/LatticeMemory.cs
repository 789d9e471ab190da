namespace LossKit.Internals.Lattice;

/// <summary>Scratch memory for one sequence at a time.</summary>
/// <param name="states">The most of a sequence.</param>
/// <param name="frames">The most of a sequence.</param>
/// <param name="lane">How many states lie side by side.</param>
/// <param name="keepsFrames">Whether the steps of all frames are needed again.</param>
internal readonly ref struct LatticeMemory<T>(int states, int frames, int lane, bool keepsFrames)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Scores, occupancies, and mantissas and exponents of the backward step.</summary>
    private const int OtherRows = 4;

    private const int NumbersOfFrame = 2;

    private readonly Rented<T> _numbers = new(EmbeddingChecks.Numbers(
        (LatticeStates<T>.Rows + OtherRows + NumbersOfFrame * (keepsFrames ? (long)frames : 2))
            * LatticeStates<T>.RowLengthOf(states, lane)
        + NumbersOfFrame * (long)frames));

    private readonly Rented<double> _doubles = new(EmbeddingChecks.Numbers(NumbersOfFrame * (long)frames));

    private readonly Rented<int> _integers = new(EmbeddingChecks.Numbers(
        LatticeStates<T>.IntegersOfState * (long)states));

    /// <summary>The largest logit of each frame.</summary>
    public Span<T> Largest => _numbers.Span[..frames];

    /// <summary>Σ e^(logit − largest) − 1 of each frame.</summary>
    public Span<T> Rests => _numbers.Span.Slice(frames, frames);

    /// <summary>What the exponents of each frame are to be increased by, forwards.</summary>
    public Span<double> Offsets => _doubles.Span[..frames];

    public Span<double> Logarithms => _doubles.Span.Slice(frames, frames);

    public LatticeStates<T> States(int count) => new(Rows, _integers.Span, count, lane);

    public Span<T> Scores(int rowLength) => Row(0, rowLength);

    public Span<T> Occupancies(int rowLength) => Row(1, rowLength);

    public Span<T> BackwardMantissas(int rowLength) => Row(2, rowLength);

    public Span<T> BackwardExponents(int rowLength) => Row(3, rowLength);

    public Span<T> ForwardMantissas(int frame, int rowLength) => Row(OtherRows + Place(frame), rowLength);

    public Span<T> ForwardExponents(int frame, int rowLength) => Row(OtherRows + Place(frame) + 1, rowLength);

    public void Dispose()
    {
        _numbers.Dispose();
        _doubles.Dispose();
        _integers.Dispose();
    }

    private Span<T> Rows => _numbers.Span[(NumbersOfFrame * frames)..];

    private int Place(int frame) => NumbersOfFrame * (keepsFrames ? frame : frame % 2);

    private Span<T> Row(int row, int rowLength) => Rows.Slice((LatticeStates<T>.Rows + row) * rowLength, rowLength);
}

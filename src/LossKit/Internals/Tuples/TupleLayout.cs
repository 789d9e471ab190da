namespace LossKit.Internals.Tuples;

/// <summary>
/// Where the numbers of a block stand: columns of predictions, targets, weights, factors, losses, spare ones, slopes
/// and curvatures, one after another.
/// </summary>
internal readonly struct TupleLayout
{
    /// <summary>Of more the block is not on the stack.</summary>
    private const int MostColumnsOfStack = 64;

    private const int FewColumns = 16;

    private readonly int _predictions;

    public TupleLayout(int predictions, int targets, int spare)
    {
        _predictions = predictions;
        int columns = predictions + targets + spare;
        IsOnStack = columns <= MostColumnsOfStack;
        Block = columns <= FewColumns ? 256 : IsOnStack ? 64 : 16;
        Targets = predictions * Block;
        Weights = Targets + targets * Block;
        Factors = Weights + Block;
        Losses = Factors + Block;
        Spare = Losses + Block;
        Slopes = Spare + spare * Block;
        Curvatures = Slopes + predictions * Block;
    }

    public bool IsOnStack { get; }

    /// <summary>The examples of a block: few enough for the nearest cache, and whole lanes of any width.</summary>
    public int Block { get; }

    public int Targets { get; }

    public int Weights { get; }

    public int Factors { get; }

    public int Losses { get; }

    public int Spare { get; }

    public int Slopes { get; }

    public int Curvatures { get; }

    /// <summary>How many numbers a block has with <paramref name="order"/> derivatives.</summary>
    public int Numbers(int order) => Slopes + order * _predictions * Block;
}

namespace LossKit.Internals.Embedding;

/// <summary>Some rows of a batch that are evaluated together, with what belongs to them.</summary>
internal readonly ref struct SideBlock<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public EmbeddingSides<T> Sides { get; init; }

    public SideGradients<T> Gradients { get; init; }

    public ReadOnlySpan<T> Weights { get; init; }

    public Span<T> Losses { get; init; }

    public int Rows { get; init; }

    public DerivativeOrder Order { get; init; }

    public T Scale { get; init; }
}

/// <summary>A loss whose rows meet their pairs or triplets and no others.</summary>
internal interface ISideLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    int Dimension { get; }

    /// <summary>The most rows of a block.</summary>
    int BlockRows { get; }

    /// <summary>Writes losses and gradients; returns the weighted sum, and adds to the losses above 0 if it counts.</summary>
    CompensatedSum Run(in SideBlock<T> block, ref long active);
}

/// <summary>A batch of rows that meet no others.</summary>
internal readonly ref struct SideEvaluation<T> : IEvaluation<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ref long _active;

    /// <param name="active">Receives how many losses are above 0.</param>
    public SideEvaluation(ref long active) => _active = ref active;

    public required ISideLoss<T> Loss { get; init; }

    public required EmbeddingSides<T> Sides { get; init; }

    public required SideGradients<T> Gradients { get; init; }

    public int Losses => Sides.First.Length / Loss.Dimension;

    public unsafe CompensatedSum Run(in Call<T> call)
    {
        long active = 0;
        CompensatedSum sum;
        fixed (T* first = Sides.First, second = Sides.Second, third = Sides.Third)
        fixed (int* labels = Sides.Labels)
        fixed (T* ofFirst = Gradients.First, ofSecond = Gradients.Second, ofThird = Gradients.Third)
        fixed (T* weights = call.Weights, losses = call.Losses)
        {
            SideWork<T> work = new()
            {
                Loss = Loss,
                First = new(first),
                Second = new(second),
                Third = new(third),
                Labels = new(labels),
                OfFirst = new(ofFirst),
                OfSecond = new(ofSecond),
                OfThird = new(ofThird),
                Weights = new(weights),
                Losses = new(losses),
                Order = call.Order,
                Scale = call.Scale,
                Active = &active,
            };
            sum = Segments.Run(work, Losses, Loss.Dimension, call.Degree);
        }

        _active = active;
        return sum;
    }

    public void ClearDerivatives() => Gradients.Clear();
}

/// <summary>The same by its addresses, which stay pinned meanwhile.</summary>
internal readonly unsafe struct SideWork<T> : ISegmentWork where T : unmanaged, IFloatingPointIeee754<T>
{
    public ISideLoss<T> Loss { get; init; }

    public Pinned<T> First { get; init; }

    public Pinned<T> Second { get; init; }

    public Pinned<T> Third { get; init; }

    public Pinned<int> Labels { get; init; }

    public Pinned<T> OfFirst { get; init; }

    public Pinned<T> OfSecond { get; init; }

    public Pinned<T> OfThird { get; init; }

    public Pinned<T> Weights { get; init; }

    public Pinned<T> Losses { get; init; }

    public DerivativeOrder Order { get; init; }

    public T Scale { get; init; }

    public long* Active { get; init; }

    public CompensatedSum Run(int start, int length)
    {
        long active = 0;
        CompensatedSum sum = default;
        for (int end = start + length; start < end; start += Loss.BlockRows)
        {
            sum += Loss.Run(Block(start, Math.Min(Loss.BlockRows, end - start)), ref active);
        }

        Interlocked.Add(ref *Active, active);
        return sum;
    }

    private SideBlock<T> Block(int start, int rows)
    {
        (int from, int count) = (start * Loss.Dimension, rows * Loss.Dimension);
        return new()
        {
            Sides = new()
            {
                First = First.Slice(from, count),
                Second = Second.Slice(from, count),
                Third = Third.Slice(from, count),
                Labels = Labels.Slice(start, rows),
            },
            Gradients = new()
            {
                First = OfFirst.Slice(from, count),
                Second = OfSecond.Slice(from, count),
                Third = OfThird.Slice(from, count),
            },
            Weights = Weights.Slice(start, rows),
            Losses = Losses.Slice(start, rows),
            Rows = rows,
            Order = Order,
            Scale = Scale,
        };
    }
}

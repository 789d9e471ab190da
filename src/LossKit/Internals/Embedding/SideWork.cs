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

    /// <summary>What there is one of each pair or triplet.</summary>
    void CheckTargets(in EmbeddingSides<T> sides, int rows);

    /// <summary>
    /// Writes losses and gradients; returns the weighted sum, and adds to the losses above 0 if it counts.
    /// </summary>
    CompensatedSum Run(in SideBlock<T> block, ref long active);
}

/// <summary>A batch of rows that meet no others.</summary>
internal readonly ref struct SideEvaluation<T> : IEvaluation<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ISideLoss<T> _loss;
    private readonly EmbeddingBatch<T> _batch;
    private readonly ref long _active;

    /// <param name="loss">The loss.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="active">Receives how many losses are above 0.</param>
    public SideEvaluation(ISideLoss<T> loss, in EmbeddingBatch<T> batch, ref long active)
    {
        _loss = loss;
        _batch = batch;
        _active = ref active;
    }

    public int Losses => _batch.Sides.First.Length / _loss.Dimension;

    public CompensatedSum Run(in Call<T> call) =>
        Segments.Run(new Work(_loss, _batch, call, ref _active), Losses, _loss.Dimension, call.Degree);

    public void ClearDerivatives() => _batch.Gradients.Clear();

    private readonly ref struct Work : ISegmentWork
    {
        private readonly ISideLoss<T> _loss;
        private readonly EmbeddingBatch<T> _batch;
        private readonly Call<T> _call;
        private readonly ref long _active;

        public Work(ISideLoss<T> loss, in EmbeddingBatch<T> batch, in Call<T> call, ref long active)
        {
            _loss = loss;
            _batch = batch;
            _call = call;
            _active = ref active;
        }

        public CompensatedSum Run(int start, int length)
        {
            int dimension = _loss.Dimension;
            int end = start + length;
            long active = 0;
            CompensatedSum sum = default;
            for (; start < end; start += _loss.BlockRows)
            {
                int stop = Math.Min(start + _loss.BlockRows, end);
                Range numbers = (start * dimension)..(stop * dimension);
                SideBlock<T> block = new()
                {
                    Sides = _batch.Sides.Part(start..stop, numbers),
                    Gradients = _batch.Gradients.Part(numbers),
                    Weights = Rows.IfAny(_call.Weights, start..stop),
                    Losses = Rows.IfAny(_call.Losses, start..stop),
                    Rows = stop - start,
                    Order = _call.Order,
                    Scale = _call.Scale,
                };
                sum += _loss.Run(block, ref active);
            }

            Interlocked.Add(ref _active, active);
            return sum;
        }
    }
}

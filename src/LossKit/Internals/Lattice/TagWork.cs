namespace LossKit.Internals.Lattice;

/// <summary>Tagged sequences with what evaluates, or decodes, blocks of them.</summary>
internal readonly ref struct TagWork<T> : ISegmentWork where T : unmanaged, IFloatingPointIeee754<T>
{
    public required int Classes { get; init; }

    /// <summary>How many blocks the batch has.</summary>
    public required int Blocks { get; init; }

    public required TaggedSequences<T> Batch { get; init; }

    public required TagArcs Arcs { get; init; }

    /// <summary>Whether the transitions are numbers or −∞.</summary>
    public required bool AreScores { get; init; }

    public Call<T> Call { get; init; }

    /// <summary>As long as the emissions, or empty.</summary>
    public Span<T> Gradient { get; init; }

    /// <summary>The gradients that sequences share, block by block: transitions, start and end. Or empty.</summary>
    public Span<double> Shared { get; init; }

    /// <summary>Receives the tags of the best paths, if these are what is asked for.</summary>
    public Span<int> Tags { get; init; }

    private int Rows => Classes + 2;

    public CompensatedSum Run(int start, int length) => LaneWidths.Best switch
    {
        LaneWidth.Vector512 => Run<Vector512Lane<double>>(start, length),
        LaneWidth.Vector => Run<VectorLane<double>>(start, length),
        _ => Run<ScalarLane<double>>(start, length),
    };

    private CompensatedSum Run<TLane>(int start, int length)
        where TLane : struct, IVectorLane<TLane, double>, ILane<TLane>
    {
        CompensatedSum sum = default;
        for (int block = start; block < start + length; block++)
        {
            sum += Run<TLane>(block);
        }

        return sum;
    }

    private CompensatedSum Run<TLane>(int block)
        where TLane : struct, IVectorLane<TLane, double>, ILane<TLane>
    {
        int sequences = Batch.InputLengths.Length;
        int first = (int)((long)block * sequences / Blocks);
        int end = (int)((block + 1L) * sequences / Blocks);
        int numbers = Batch.Emissions.Length / sequences;
        int frames = 0;
        for (int n = first; n < end; n++)
        {
            frames = Math.Max(frames, Batch.InputLengths[n]);
        }

        bool decodes = !Tags.IsEmpty;
        bool differentiates = Call.Order == DerivativeOrder.Gradient;
        bool keepsSteps = differentiates || decodes;
        using Rented<double> memory = new(EmbeddingChecks.Numbers(
            (TagPaths<T, TLane>.OtherRows + 2L * (keepsSteps ? frames : 2)) * Arcs.Width));
        Span<double> shared = Shared.IsEmpty ? default : Shared.Slice(block * Rows * Arcs.Width, Rows * Arcs.Width);
        CompensatedSum sum = default;
        int label = Spans.Sum(Batch.InputLengths[..first]);
        for (int n = first; n < end; label += Batch.InputLengths[n], n++)
        {
            int length = Batch.InputLengths[n];
            Span<T> gradient = Gradient.IsEmpty ? default : Gradient.Slice(n * numbers, numbers);
            T weight = Call.WeightOf(n);
            bool hasGradient = differentiates && weight != T.Zero;
            gradient[Math.Min(gradient.Length, hasGradient ? length * Classes : 0)..].Clear();
            if (length == 0)
            {
                // The only way to tag no frames.
                (Call.Losses.IsEmpty ? default : Call.Losses.Slice(n, 1)).Clear();
                continue;
            }

            if (weight == T.Zero && Call.Losses.IsEmpty)
            {
                continue;
            }

            TagPaths<T, TLane> paths = new()
            {
                Arcs = Arcs,
                AreScores = AreScores || length == 1,
                Classes = Classes,
                Emissions = Batch.Emissions.Slice(n * numbers, length * Classes),
                Start = Batch.Start,
                End = Batch.End,
                Memory = memory.Span,
                Labels = decodes ? default : Batch.Labels.Slice(label, length),
                KeepsSteps = hasGradient || decodes,
                Gradient = gradient.IsEmpty || !hasGradient ? default : gradient[..(length * Classes)],
                OfTransitions = shared.IsEmpty || !hasGradient ? default : shared[..(Classes * Arcs.Width)],
                OfStart = shared.IsEmpty ? default : shared.Slice(Classes * Arcs.Width, Classes),
                OfEnd = shared.IsEmpty ? default : shared.Slice((Classes + 1) * Arcs.Width, Classes),
            };
            if (decodes)
            {
                paths.Decode(Tags.Slice(label, length));
                continue;
            }

            double loss = paths.Run(double.CreateTruncating(Call.Scale) * double.CreateTruncating(weight));
            sum += Call.Keep(n, loss);
        }

        return sum;
    }
}

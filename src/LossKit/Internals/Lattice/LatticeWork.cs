namespace LossKit.Internals.Lattice;

/// <summary>What a lattice does with the sequences that it is given.</summary>
internal sealed record LatticeOptions(ITopology Topology, int Classes, bool ZeroInfinity, bool LengthNormalized)
{
    /// <summary>How many rows of a frame's logits a target of so many labels goes through.</summary>
    public int Places(int labels) => 1 + Topology.PlaceOf(Math.Max(1, Topology.States(labels)) - 1);
}

/// <summary>A batch of sequences with what evaluates its segments.</summary>
internal readonly ref struct LatticeWork<T> : ISegmentWork where T : unmanaged, IFloatingPointIeee754<T>
{
    public required LatticeOptions Options { get; init; }

    /// <summary>The most of a sequence.</summary>
    public required int Frames { get; init; }

    /// <summary>How many rows of logits a frame has.</summary>
    public required int Rows { get; init; }

    public required Sequences<T> Batch { get; init; }

    public required Call<T> Call { get; init; }

    /// <summary>Empty if nobody asks.</summary>
    public required Span<T> Gradient { get; init; }

    public CompensatedSum Run(int start, int length) => LaneWidths.Best switch
    {
        LaneWidth.Vector512 => Run<Vector512Lane<T>>(start, length),
        LaneWidth.Vector => Run<VectorLane<T>>(start, length),
        _ => Run<ScalarLane<T>>(start, length),
    };

    private CompensatedSum Run<TLane>(int start, int length)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        ReadOnlySpan<int> inputLengths = Batch.InputLengths.Slice(start, length);
        ReadOnlySpan<int> targetLengths = Batch.TargetLengths.Slice(start, length);
        int numbers = Frames * Rows * Options.Classes;
        int label = Spans.Sum(Batch.TargetLengths.Slice(0, start));

        int states = 0;
        int frames = 0;
        ITopology topology = Options.Topology;
        for (int k = 0; k < length; k++)
        {
            states = Math.Max(states, topology.States(targetLengths[k]));
            frames = Math.Max(frames, inputLengths[k]);
        }

        bool hasGradient = !Gradient.IsEmpty;
        using LatticeMemory<T> memory = new(states, frames + Rows - 1, frames * Rows, TLane.Count, hasGradient);
        CompensatedSum sum = default;
        for (int k = 0; k < length; label += targetLengths[k], k++)
        {
            T weight = Call.WeightOf(start + k);
            Span<T> gradient = hasGradient ? Gradient.Slice((start + k) * numbers, numbers) : default;
            if (weight == T.Zero)
            {
                gradient.Clear();
                gradient = default;
            }

            if (weight == T.Zero && Call.Losses.IsEmpty)
            {
                continue;
            }

            int used = inputLengths[k] * Rows * Options.Classes;
            LatticeStates<T> ofTarget = memory.States(topology.States(targetLengths[k]));
            ofTarget.Fill(topology, Batch.Labels.Slice(label, targetLengths[k]));
            LogitEmissions<T> emissions = new()
            {
                Classes = Options.Classes,
                Rows = Rows,
                Places = Options.Places(targetLengths[k]),
                Logits = Batch.Logits.Slice((start + k) * numbers, used),
                Gradient = gradient.IsEmpty ? default : gradient[..used],
                Memory = memory,
                States = ofTarget,
            };
            LatticePaths<T, TLane, LogitEmissions<T>> paths = new()
            {
                Steps = inputLengths[k] + emissions.Places - 1,
                HasGradient = !gradient.IsEmpty,
                Emissions = emissions,
                Memory = memory,
                States = ofTarget,
            };
            gradient[(emissions.Places < Rows ? 0 : emissions.Gradient.Length)..].Clear();
            int divisor = Options.LengthNormalized ? Math.Max(1, targetLengths[k]) : 1;
            double factor = double.CreateTruncating(Call.Scale) * double.CreateTruncating(weight) / divisor;
            double loss = inputLengths[k] > 0 ? paths.Run(factor)
                : targetLengths[k] == 0 ? 0
                : double.PositiveInfinity;
            loss = Options.ZeroInfinity && double.IsPositiveInfinity(loss) ? 0 : loss / divisor;
            sum += Call.Keep(start + k, loss);
        }

        return sum;
    }
}

using System.Runtime.InteropServices;

namespace LossKit.Internals.Lattice;

/// <summary>All paths of one sequence through its states.</summary>
/// <remarks>Its loops are optimised at the first call, because a batch may be the only one.</remarks>
internal readonly ref struct LatticePaths<T, TLane, TEmissions>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where TEmissions : struct, IEmissions<T>, allows ref struct
{
    private const int Margin = LatticeStates<T>.Margin;

    /// <summary>How many there are, of which there is one.</summary>
    public required int Steps { get; init; }

    public required bool HasGradient { get; init; }

    public required TEmissions Emissions { get; init; }

    public required LatticeMemory<T> Memory { get; init; }

    public required LatticeStates<T> States { get; init; }

    /// <summary>
    /// Writes the gradient times <paramref name="factor"/>; returns −log of the probability of all paths.
    /// </summary>
    public double Run(double factor)
    {
        double addend = Emissions.Begin();
        if (double.IsNaN(addend))
        {
            Emissions.Fill(T.NaN);
            return double.NaN;
        }

        PathNumber ends = Forward();
        if (ends.IsNone)
        {
            Emissions.Fill(T.Zero);
            return double.PositiveInfinity;
        }

        double total = ends.Exponent + Memory.Offsets[Steps - 1];
        if (HasGradient)
        {
            Backward(total, factor);
        }

        return addend - (ends with { Exponent = total }).Log;
    }

    /// <summary>The probability of all paths, by the units of the last step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private PathNumber Forward()
    {
        LatticeFrame<T> frame = Frame();
        double largest = 0;
        double offset = 0;
        for (int t = 0; t < Steps; t++)
        {
            SetScores(ref frame, t);
            frame.Mantissas = ref Start(Close(Memory.ForwardMantissas(t, States.RowLength), T.One));
            frame.Exponents = ref Start(Close(Memory.ForwardExponents(t, States.RowLength), T.NegativeInfinity));
            frame.Offset = T.CreateTruncating(largest);
            offset += largest;
            Memory.Offsets[t] = offset;
            if (t == 0)
            {
                frame.Ends = ref Start(States.First);
                largest = LatticeKernel<T, TLane>.Forward<Yes>(frame);
            }
            else
            {
                largest = LatticeKernel<T, TLane>.Forward<No>(frame);
            }

            if (double.IsNegativeInfinity(largest))
            {
                return PathNumber.None;
            }

            frame.FromMantissas = ref frame.Mantissas;
            frame.FromExponents = ref frame.Exponents;
        }

        return Ends();
    }

    /// <summary>That of those that end where they may; all others are taken back.</summary>
    private PathNumber Ends()
    {
        Span<T> exponents = Memory.ForwardExponents(Steps - 1, States.RowLength);
        Spans.Add(exponents, States.Last);
        return PathNumber.Sum<T>(Memory.ForwardMantissas(Steps - 1, States.RowLength), exponents);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Backward(double total, double factor)
    {
        LatticeFrame<T> frame = Frame();
        int last = Steps - 1;
        frame.Ends = ref Start(States.Last);
        frame.Mantissas = ref Start(Close(Memory.BackwardMantissas(States.RowLength), T.One));
        frame.Exponents = ref Start(Close(Memory.BackwardExponents(States.RowLength), T.NegativeInfinity));
        ReadOnlySpan<T> occupancies = Memory.Occupancies(States.RowLength).Slice(Margin, States.Count);
        frame.Occupancies = ref Start(Memory.Occupancies(States.RowLength));
        double offset = 0;
        double largest = 0;
        for (int t = last; t >= 0; t--)
        {
            SetScores(ref frame, t);
            frame.ForwardMantissas = ref Start(Memory.ForwardMantissas(t, States.RowLength));
            frame.ForwardExponents = ref Start(Memory.ForwardExponents(t, States.RowLength));
            frame.Offset = T.CreateTruncating(largest);
            frame.Total = T.CreateTruncating(total - Memory.Offsets[t] - offset);
            offset += largest;
            double all;
            largest = t == last
                ? LatticeKernel<T, TLane>.Backward<Yes>(frame, out all)
                : LatticeKernel<T, TLane>.Backward<No>(frame, out all);
            Emissions.Write(t, occupancies, all, factor);
        }
    }

    private LatticeFrame<T> Frame() => new()
    {
        Padded = (nuint)States.Padded,
        Stay = ref Start(States.Arcs(0)),
        Advance = ref Start(States.Arcs(1)),
        Skip = ref Start(States.Arcs(2)),
        Scores = ref Start(Close(Memory.Scores(States.RowLength), T.NegativeInfinity)),
    };

    private void SetScores(ref LatticeFrame<T> frame, int step) => frame.Largest =
        Emissions.Read(step, Memory.Scores(States.RowLength).Slice(Margin, States.Count));

    /// <summary>A row with a number in both of its margins and in what pads it.</summary>
    private Span<T> Close(Span<T> row, T number)
    {
        row[..Margin].Fill(number);
        row[(Margin + States.Count)..].Fill(number);
        return row;
    }

    private static ref T Start(Span<T> row) => ref MemoryMarshal.GetReference(row[Margin..]);
}

using System.Runtime.InteropServices;

namespace LossKit.Internals.Lattice;

/// <summary>All paths of one sequence through its states.</summary>
/// <remarks>Its loops are optimised at the first call, because a batch may be the only one.</remarks>
internal ref struct LatticePaths<T, TLane>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
{
    private const int Margin = LatticeStates<T>.Margin;

    public required int Classes { get; init; }

    /// <summary>Only of the frames that count, of which there is one.</summary>
    public required ReadOnlySpan<T> Logits { get; init; }

    /// <summary>As long as the logits, or empty.</summary>
    public required Span<T> Gradient { get; init; }

    public required LatticeMemory<T> Memory { get; init; }

    public required LatticeStates<T> States { get; init; }

    private readonly int Frames => Logits.Length / Classes;

    private readonly bool HasGradient => !Gradient.IsEmpty;

    /// <summary>
    /// Writes the gradient times <paramref name="factor"/>; returns −log of the probability of all paths.
    /// </summary>
    public readonly double Run(double factor)
    {
        double logOfSums = Normalize();
        if (double.IsNaN(logOfSums))
        {
            Gradient.Fill(T.NaN);
            return double.NaN;
        }

        double logOfPaths = Forward(out double exponent);
        if (double.IsNegativeInfinity(logOfPaths))
        {
            Gradient.Clear();
            return double.PositiveInfinity;
        }

        if (HasGradient)
        {
            Backward(exponent, factor);
        }

        return logOfSums - logOfPaths;
    }

    /// <summary>
    /// The softmax of all frames but for its division; returns the logarithm of the divisors' product.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly double Normalize()
    {
        Span<double> logarithms = Memory.Logarithms[..Frames];
        for (int t = 0; t < Frames; t++)
        {
            (T largest, T rest) = FrameSoftmax<T>.Run(OfFrame(Logits, t), HasGradient ? OfFrame(Gradient, t) : default);
            Memory.Largest[t] = largest;
            Memory.Rests[t] = rest;
            logarithms[t] = double.CreateTruncating(rest);
        }

        Elementary<double>.Log1p(logarithms);
        CompensatedSum sum = default;
        foreach (double logarithm in logarithms)
        {
            sum += logarithm;
        }

        return sum.Total;
    }

    /// <param name="exponent">Of the probability of all paths, by the units of the last frame.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly double Forward(out double exponent)
    {
        LatticeFrame<T> frame = Frame();
        double largest = 0;
        double offset = 0;
        for (int t = 0; t < Frames; t++)
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
                exponent = largest;
                return largest;
            }

            frame.FromMantissas = ref frame.Mantissas;
            frame.FromExponents = ref frame.Exponents;
        }

        return LogOfEnds(offset, out exponent);
    }

    /// <summary>The logarithm of the probability of all paths that end where they may.</summary>
    private readonly double LogOfEnds(double offset, out double exponent)
    {
        ReadOnlySpan<T> mantissas = Memory.ForwardMantissas(Frames - 1, States.RowLength);
        ReadOnlySpan<T> exponents = Memory.ForwardExponents(Frames - 1, States.RowLength);
        exponent = double.NegativeInfinity;
        for (int at = Margin; at < Margin + States.Count; at++)
        {
            exponent = Math.Max(exponent, double.CreateTruncating(exponents[at] + States.Last[at]));
        }

        if (double.IsNegativeInfinity(exponent))
        {
            return exponent;
        }

        double sum = 0;
        for (int at = Margin; at < Margin + States.Count; at++)
        {
            if (States.Last[at] == T.Zero)
            {
                double behind = Math.Max(-2000, double.CreateTruncating(exponents[at]) - exponent);
                sum += Math.ScaleB(double.CreateTruncating(mantissas[at]), (int)behind);
            }
        }

        return Math.Log(sum) + (exponent + offset) * Math.Log(2);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Backward(double exponent, double factor)
    {
        LatticeFrame<T> frame = Frame();
        int last = Frames - 1;
        frame.Ends = ref Start(States.Last);
        frame.Mantissas = ref Start(Close(Memory.BackwardMantissas(States.RowLength), T.One));
        frame.Exponents = ref Start(Close(Memory.BackwardExponents(States.RowLength), T.NegativeInfinity));
        ReadOnlySpan<T> occupancies = Memory.Occupancies(States.RowLength).Slice(Margin, States.Count);
        frame.Occupancies = ref Start(Memory.Occupancies(States.RowLength));
        double total = exponent + Memory.Offsets[last];
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
            Write(t, occupancies, all, factor);
        }
    }

    /// <summary>The gradient of a frame: factor·(probabilities − occupancies), by class.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Write(int t, ReadOnlySpan<T> occupancies, double all, double factor)
    {
        Span<T> gradient = OfFrame(Gradient, t);
        T share = T.One / (T.One + Memory.Rests[t]);

        // A probability and an occupancy above ½ may differ by less than either is exact to.
        int peak = share > T.CreateTruncating(0.5) ? Spans.IndexOf(gradient, T.One) : -1;
        Spans.Scale(gradient, T.CreateTruncating(factor) * share);
        T unit = T.CreateTruncating(factor / all);
        ReadOnlySpan<int> byClass = States.ByClass;
        ReadOnlySpan<int> classes = States.Classes;
        T ofPeak = T.Zero;
        for (int i = 0; i < byClass.Length;)
        {
            int label = classes[byClass[i]];
            T even = occupancies[byClass[i++]];
            T odd = T.Zero;
            for (; i + 1 < byClass.Length && classes[byClass[i + 1]] == label; i += 2)
            {
                even += occupancies[byClass[i]];
                odd += occupancies[byClass[i + 1]];
            }

            for (; i < byClass.Length && classes[byClass[i]] == label; i++)
            {
                even += occupancies[byClass[i]];
            }

            gradient[label] -= unit * (even + odd);
            ofPeak = label == peak ? even + odd : ofPeak;
        }

        if (double.CreateTruncating(ofPeak) > 0.5 * all)
        {
            // All derivatives of a frame together are 0.
            gradient[peak] = T.Zero;
            gradient[peak] = -Spans.Sum<T>(gradient);
        }
    }

    private readonly LatticeFrame<T> Frame() => new()
    {
        Padded = (nuint)States.Padded,
        Stay = ref Start(States.Arcs(0)),
        Advance = ref Start(States.Arcs(1)),
        Skip = ref Start(States.Arcs(2)),
        Scores = ref Start(Close(Memory.Scores(States.RowLength), T.NegativeInfinity)),
    };

    /// <summary>The logits of a frame's states.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void SetScores(ref LatticeFrame<T> frame, int t)
    {
        ReadOnlySpan<int> classes = States.Classes;
        Span<T> scores = Memory.Scores(States.RowLength).Slice(Margin, classes.Length);
        ReadOnlySpan<T> logits = OfFrame(Logits, t);
        for (int state = 0; state < scores.Length; state++)
        {
            scores[state] = logits[classes[state]];
        }

        frame.Largest = Memory.Largest[t];
    }

    private readonly ReadOnlySpan<T> OfFrame(ReadOnlySpan<T> numbers, int t) => numbers.Slice(t * Classes, Classes);

    private readonly Span<T> OfFrame(Span<T> numbers, int t) => numbers.Slice(t * Classes, Classes);

    /// <summary>A row with a number in both of its margins and in what pads it.</summary>
    private readonly Span<T> Close(Span<T> row, T number)
    {
        row[..Margin].Fill(number);
        row[(Margin + States.Count)..].Fill(number);
        return row;
    }

    private static ref T Start(Span<T> row) => ref MemoryMarshal.GetReference(row[Margin..]);
}

using System.Runtime.InteropServices;

namespace LossKit.Internals.Lattice;

/// <summary>All sequences of tags for one sequence of frames, its own among them.</summary>
/// <remarks>
/// The own tags are a path beside the states, and the states hold the paths that have left it: the loss is
/// log(1 + theirs / its own) and a gradient a sum of theirs. Neither is a difference of numbers near 1, so that small
/// losses and gradients have all their digits.
/// </remarks>
internal ref struct TagPaths<T, TLane>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLane : struct, IVectorLane<TLane, double>, ILane<TLane>
{
    /// <summary>Scores, occupancies, arcs of the own path and two backward steps.</summary>
    public const int OtherRows = 8;

    public required TagArcs Arcs { get; init; }

    /// <summary>Whether the arcs, as far as they are needed, are numbers or −∞.</summary>
    public required bool AreScores { get; init; }

    public required int Classes { get; init; }

    /// <summary>Of the frames that count, of which there is one.</summary>
    public required ReadOnlySpan<T> Emissions { get; init; }

    /// <summary>One a class, or none.</summary>
    public required ReadOnlySpan<T> Start { get; init; }

    public required ReadOnlySpan<T> End { get; init; }

    /// <summary>Rows of scratch memory: <see cref="OtherRows"/>, and two for each frame that is kept.</summary>
    public required Span<double> Memory { get; init; }

    /// <summary>One a frame.</summary>
    public ReadOnlySpan<int> Labels { get; init; }

    /// <summary>Whether all forward steps are needed again; if not, two of them are kept.</summary>
    public bool KeepsSteps { get; init; }

    /// <summary>As long as the emissions, or empty.</summary>
    public Span<T> Gradient { get; init; }

    /// <summary>Where the shares of arcs are added, row by row; or none.</summary>
    public Span<double> OfTransitions { get; init; }

    /// <summary>Where the gradients of the first frames are added, or none.</summary>
    public Span<double> OfStart { get; init; }

    public Span<double> OfEnd { get; init; }

    private readonly int Frames => Emissions.Length / Classes;

    private readonly int Width => Arcs.Width;

    private readonly Span<double> Scores => Row(0);

    private readonly Span<double> Occupancies => Row(1);

    private readonly Span<double> OwnMantissas => Row(2);

    private readonly Span<double> OwnExponents => Row(3);

    /// <summary>Adds to the gradients, times <paramref name="factor"/>, if they are asked for.</summary>
    /// <returns>−log of the probability of the own tags.</returns>
    public readonly double Run(double factor)
    {
        if (!Forward<SumOfPaths>())
        {
            Fill(double.NaN);
            return double.NaN;
        }

        int last = Frames - 1;
        PathNumber own = At(ForwardMantissas(last), ForwardExponents(last), Classes);
        PathNumber others = PathNumber.Sum<double>(
            ForwardMantissas(last)[..Classes], ForwardExponents(last)[..Classes]);
        if (own.IsNone)
        {
            Fill(0);
            return double.PositiveInfinity;
        }

        if (KeepsSteps)
        {
            Backward(own + others, factor);
        }

        return Softplus<ScalarLane<double>>((others / own).Log).Number;
    }

    /// <summary>The tags of the path with the largest score; of equal ones, the lowest.</summary>
    public readonly void Decode(Span<int> tags)
    {
        Forward<BestPath>();
        ReadOnlySpan<double> arcs = Arcs.Exponents;
        for (int t = Frames - 1; t >= 0; t--)
        {
            ReadOnlySpan<double> scores = ForwardExponents(t);
            double best = double.NegativeInfinity;
            for (int tag = Classes - 1; tag >= 0; tag--)
            {
                double score = scores[tag] + (t == Frames - 1 ? 0 : arcs[tag * Width + tags[t + 1]]);
                tags[t] = score >= best ? tag : tags[t];
                best = Math.Max(score, best);
            }
        }
    }

    /// <summary>All forward steps; returns whether all scores are numbers or −∞.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly bool Forward<TSemiring>() where TSemiring : struct, ISemiring
    {
        DenseStep step = Step(Arcs.Mantissas, Arcs.Exponents);
        bool areScores = AreScores;
        for (int t = 0; t < Frames; t++)
        {
            areScores &= SetScores(t);
            SetOwn(t);
            if (t > 0)
            {
                step.Sources = (nuint)Classes;
                step.FromMantissas = ref Begin(ForwardMantissas(t - 1));
                step.FromExponents = ref Begin(ForwardExponents(t - 1));
                step.Own = At(ForwardMantissas(t - 1), ForwardExponents(t - 1), Classes);
            }

            step.Mantissas = ref Begin(ForwardMantissas(t));
            step.Exponents = ref Begin(ForwardExponents(t));
            DenseKernel<TLane>.Run<TSemiring, No>(step);
        }

        return areScores;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Backward(PathNumber all, double factor)
    {
        DenseStep step = Step(Arcs.BackMantissas, Arcs.BackExponents);
        step.Total = all.Exponent;
        step.Occupancies = ref Begin(Occupancies);
        double unit = factor / all.Mantissa;
        OpenOwn(Classes);
        for (int t = Frames - 1; t >= 0; t--)
        {
            SetScores(t);
            step.ForwardMantissas = ref Begin(ForwardMantissas(t));
            step.ForwardExponents = ref Begin(ForwardExponents(t));
            step.Mantissas = ref Begin(Row(4 + 2 * (t % 2)));
            step.Exponents = ref Begin(Row(5 + 2 * (t % 2)));
            DenseKernel<TLane>.Run<SumOfPaths, Yes>(step);
            Write(t, unit);
            if (t > 0 && !OfTransitions.IsEmpty)
            {
                AddShares(t, step, unit);
            }

            step.Sources = (nuint)Classes;
            step.Own = step.Own with { Exponent = double.NegativeInfinity };
            step.FromMantissas = ref step.Mantissas;
            step.FromExponents = ref step.Exponents;
        }
    }

    /// <summary>The gradient of a frame's scores: the shares of all other tags, which the own one gives.</summary>
    private readonly void Write(int t, double unit)
    {
        Span<double> slopes = Occupancies[..Classes];
        slopes[Labels[t]] = 0;
        Spans.Scale(slopes, unit);
        slopes[Labels[t]] = -Spans.Sum<double>(slopes);
        for (int tag = 0; tag < slopes.Length && !Gradient.IsEmpty; tag++)
        {
            Gradient[t * Classes + tag] = T.CreateTruncating(slopes[tag]);
        }

        if (t == 0 && !OfStart.IsEmpty)
        {
            Spans.Add(OfStart, slopes);
        }

        if (t == Frames - 1 && !OfEnd.IsEmpty)
        {
            Spans.Add(OfEnd, slopes);
        }
    }

    /// <summary>The gradient of the transitions into a frame: shares of all others, which the own one gives.</summary>
    private readonly void AddShares(int t, DenseStep step, double unit)
    {
        (int from, int to) = (Labels[t - 1], Labels[t]);
        nuint own = (nuint)from;
        step.ArcMantissas = ref Begin(Arcs.Mantissas);
        step.ArcExponents = ref Begin(Arcs.Exponents);
        step.ForwardMantissas = ref Begin(ForwardMantissas(t - 1));
        step.ForwardExponents = ref Begin(ForwardExponents(t - 1));
        ref double shares = ref Begin(OfTransitions);
        double sum = DenseKernel<TLane>.AddShares(step, 0, own, unit, ref shares)
            + DenseKernel<TLane>.AddShares(
                step, own + 1, (nuint)Classes - own - 1, unit, ref Unsafe.Add(ref shares, (own + 1) * step.Width));

        // From the own tag to others: by paths that had left the own one before, and by those that leave it now.
        ref double ownShares = ref Unsafe.Add(ref shares, own * step.Width);
        double exponent = Unsafe.Add(ref step.Exponents, to);
        Unsafe.Add(ref step.Exponents, to) = double.NegativeInfinity;
        sum += DenseKernel<TLane>.AddShares(step, own, 1, unit, ref ownShares);
        step.ForwardMantissas = ref Unsafe.Add(ref step.ForwardMantissas, Classes - from);
        step.ForwardExponents = ref Unsafe.Add(ref step.ForwardExponents, Classes - from);
        sum += DenseKernel<TLane>.AddShares(step, own, 1, unit, ref ownShares);
        Unsafe.Add(ref step.Exponents, to) = exponent;
        OfTransitions[from * Width + to] -= sum;
    }

    /// <summary>What the tags of a frame score, less the largest; the own tag once more, behind all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly bool SetScores(int t)
    {
        Span<double> scores = Scores;
        ReadOnlySpan<T> emissions = Emissions.Slice(t * Classes, Classes);
        double largest = double.NegativeInfinity;
        bool areScores = true;
        for (int tag = 0; tag < emissions.Length; tag++)
        {
            double score = double.CreateTruncating(emissions[tag]);
            score += t == 0 && !Start.IsEmpty ? double.CreateTruncating(Start[tag]) : 0;
            score += t == Frames - 1 && !End.IsEmpty ? double.CreateTruncating(End[tag]) : 0;
            scores[tag] = score;
            largest = Math.Max(largest, score);
            areScores &= score < double.PositiveInfinity;
        }

        scores[Classes..].Fill(double.NegativeInfinity);
        if (!Labels.IsEmpty)
        {
            scores[Classes] = scores[Labels[t]];
        }

        if (double.IsFinite(largest))
        {
            Spans.Shift<double>(scores, -largest, scores);
        }

        return areScores;
    }

    /// <summary>The arcs of the own path into a frame: to its next tag as itself, to all others away from it.</summary>
    private readonly void SetOwn(int t)
    {
        if (t == 0 || Labels.IsEmpty)
        {
            OpenOwn(Classes + 1);
        }
        else
        {
            int from = Labels[t - 1] * Width;
            Arcs.Mantissas.Slice(from, Width).CopyTo(OwnMantissas);
            Arcs.Exponents.Slice(from, Width).CopyTo(OwnExponents);
            OwnMantissas[Classes] = OwnMantissas[Labels[t]];
            OwnExponents[Classes] = OwnExponents[Labels[t]];
        }

        if (!Labels.IsEmpty)
        {
            OwnExponents[Labels[t]] = double.NegativeInfinity;
        }
    }

    /// <summary>Arcs that change nothing, to the first few states.</summary>
    private readonly void OpenOwn(int states)
    {
        OwnMantissas.Fill(1);
        OwnExponents[..states].Clear();
        OwnExponents[states..].Fill(double.NegativeInfinity);
    }

    private readonly DenseStep Step(Span<double> mantissas, Span<double> exponents) => new()
    {
        Width = (nuint)Width,
        ArcMantissas = ref Begin(mantissas),
        ArcExponents = ref Begin(exponents),
        Own = new(1, 0),
        OwnMantissas = ref Begin(OwnMantissas),
        OwnExponents = ref Begin(OwnExponents),
        Scores = ref Begin(Scores),
    };

    /// <summary>All gradients that this sequence has a part in.</summary>
    private readonly void Fill(double slope)
    {
        if (KeepsSteps)
        {
            Gradient.Fill(T.CreateTruncating(slope));
            if (double.IsNaN(slope))
            {
                OfStart.Fill(slope);
                OfEnd.Fill(slope);
                (Frames > 1 ? OfTransitions : default).Fill(slope);
            }
        }
    }

    private readonly Span<double> ForwardMantissas(int t) => Row(OtherRows + 2 * (KeepsSteps ? t : t % 2));

    private readonly Span<double> ForwardExponents(int t) => Row(OtherRows + 1 + 2 * (KeepsSteps ? t : t % 2));

    private readonly Span<double> Row(int row) => Memory.Slice(row * Width, Width);

    private static TNumber Softplus<TNumber>(TNumber x) where TNumber : struct, ILane<TNumber> => TNumber.Softplus(x);

    private static PathNumber At(ReadOnlySpan<double> mantissas, ReadOnlySpan<double> exponents, int state) =>
        new(mantissas[state], exponents[state]);

    private static ref double Begin(Span<double> row) => ref MemoryMarshal.GetReference(row);
}

using System.Runtime.InteropServices;

namespace LossKit.Internals.Lattice;

/// <summary>The transitions between tags, as rows of arcs, and as rows of arcs backwards.</summary>
/// <param name="classes">How many tags there are.</param>
internal readonly ref struct TagArcs(int classes)
{
    /// <summary>What rows are multiples of, for lanes of every width.</summary>
    private const int Lane = 8;

    private readonly Rented<double> _numbers = new(EmbeddingChecks.Numbers(4L * classes * WidthOf(classes)));

    /// <summary>How many numbers a row has: one for each tag, and one for the sequence's own path.</summary>
    public int Width => WidthOf(classes);

    public Span<double> Mantissas => Part(0);

    /// <summary>Or scores, as they are.</summary>
    public Span<double> Exponents => Part(1);

    public Span<double> BackMantissas => Part(2);

    public Span<double> BackExponents => Part(3);

    /// <summary>Takes the transitions over; returns whether they are numbers or −∞.</summary>
    public bool Fill<T, TSemiring>(ReadOnlySpan<T> transitions) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<double> scores = Exponents;
        scores.Fill(double.NegativeInfinity);
        double largest = double.NegativeInfinity;
        bool areScores = true;
        for (int i = 0; i < transitions.Length; i++)
        {
            double score = double.CreateTruncating(transitions[i]);
            scores[i / classes * Width + i % classes] = score;
            largest = Math.Max(largest, score);
            areScores &= score < double.PositiveInfinity;
        }

        if (typeof(TSemiring) == typeof(SumOfPaths) && double.IsFinite(largest))
        {
            Spans.Shift<double>(scores, -largest, scores);
        }

        return areScores;
    }

    /// <summary>Scores, at most 0, as numbers with exponents.</summary>
    public void Split()
    {
        ref double exponents = ref MemoryMarshal.GetReference(Exponents);
        ref double mantissas = ref MemoryMarshal.GetReference(Mantissas);
        nuint length = (nuint)Exponents.Length;
        switch (LaneWidths.Best)
        {
            case LaneWidth.Vector512:
                DenseKernel<Vector512Lane<double>>.Split(ref exponents, ref mantissas, length);
                break;
            case LaneWidth.Vector:
                DenseKernel<VectorLane<double>>.Split(ref exponents, ref mantissas, length);
                break;
            default:
                DenseKernel<ScalarLane<double>>.Split(ref exponents, ref mantissas, length);
                break;
        }

        BackMantissas.Fill(1);
        BackExponents.Fill(double.NegativeInfinity);
        for (int i = 0; i < classes * classes; i++)
        {
            (int from, int to) = (i / classes, i % classes);
            BackMantissas[to * Width + from] = Mantissas[from * Width + to];
            BackExponents[to * Width + from] = Exponents[from * Width + to];
        }
    }

    public void Dispose() => _numbers.Dispose();

    private static int WidthOf(int classes) => (classes + Lane) / Lane * Lane;

    private Span<double> Part(int part) => _numbers.Span.Slice(part * classes * Width, classes * Width);
}

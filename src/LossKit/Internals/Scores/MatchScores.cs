namespace LossKit.Internals.Scores;

/// <summary>−log softmax of the products of each left row with all right ones, at its match.</summary>
internal readonly ref struct MatchScores<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly ClassOptions<T> s_classes = new(classes: 1);

    private static readonly Kernel<T> s_softmax =
        new SoftmaxKernel<T, TrueClassProgram<CrossEntropy>>(default, s_classes);

    public required ReadOnlySpan<T> Left { get; init; }

    public required ReadOnlySpan<T> Right { get; init; }

    public required int Dimension { get; init; }

    public required bool Normalizes { get; init; }

    public required T Factor { get; init; }

    /// <inheritdoc cref="CrossProducts{T}.ScalesScores"/>
    public bool ScalesScores { get; init; }

    public CandidateMask Mask { get; init; }

    /// <summary>All 0 before; empty if nobody asks.</summary>
    public Span<T> GradientLeft { get; init; }

    /// <inheritdoc cref="GradientLeft"/>
    public Span<T> GradientRight { get; init; }

    /// <inheritdoc cref="CrossProducts{T}.GradientFactor"/>
    public Span<double> GradientFactor { get; init; }

    /// <summary>The weighted sum of the losses.</summary>
    public CompensatedSum Run(in Call<T> call)
    {
        int rows = Left.Length / Dimension;
        using Rented<int> matches = new(rows);
        for (int row = 0; row < rows; row++)
        {
            matches.Span[row] = row + Mask.Offset;
        }

        using NormalizedRows<T> right = new(Right, Dimension, Normalizes);
        LabelledScores<T> scores = new()
        {
            Kernel = s_softmax,
            Classes = s_classes,
            Labels = matches.Span,
            Call = call,
            Numbers = Math.Clamp(64L * rows, 1 << 18, 1 << 20),
            Mask = Mask,
        };
        CompensatedSum sum = scores.Run(
            new()
            {
                Left = Left,
                Right = right.Rows,
                Dimension = Dimension,
                Factor = Factor,
                Degree = call.Degree,
                Normalizes = Normalizes,
                ScalesScores = ScalesScores,
                GradientLeft = GradientLeft,
                GradientRight = GradientRight,
                GradientFactor = GradientFactor,
            },
            out _);
        right.Backward(call.Order > DerivativeOrder.Value ? GradientRight : default);
        return sum;
    }
}

/// <summary>Rows as they are, or a normalised copy of them.</summary>
internal readonly ref struct NormalizedRows<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Rented<T> _vectors;
    private readonly Rented<T> _norms;
    private readonly bool _normalizes;

    public NormalizedRows(ReadOnlySpan<T> rows, int dimension, bool normalizes)
    {
        _vectors = new(normalizes ? rows.Length : 0);
        _norms = new(normalizes ? rows.Length / dimension : 0);
        _normalizes = normalizes;
        rows[.._vectors.Span.Length].CopyTo(_vectors.Span);
        Normalization.Normalize(_vectors.Span, dimension, _norms.Span);
        Rows = normalizes ? _vectors.Span : rows;
    }

    public ReadOnlySpan<T> Rows { get; }

    /// <summary>Turns a gradient with respect to these into that with respect to the rows that were given.</summary>
    public void Backward(Span<T> gradient)
    {
        if (_normalizes)
        {
            Normalization.Backward<T>(Rows, _norms.Span, gradient);
        }
    }

    public void Dispose()
    {
        _vectors.Dispose();
        _norms.Dispose();
    }
}

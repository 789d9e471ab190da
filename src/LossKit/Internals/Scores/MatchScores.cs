namespace LossKit.Internals.Scores;

/// <summary>−log softmax of the products of each left row with all right ones, at its match.</summary>
internal readonly ref struct MatchScores<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly ClassOptions<T> s_classes = new(classes: 1);

    /// <summary>Of rows some of whose columns there are at a time.</summary>
    public static readonly Kernel<T> Softmax =
        new SoftmaxKernel<T, TrueClassProgram<CrossEntropy>>(default, s_classes);

    /// <summary>Of rows with all their columns.</summary>
    public static readonly BlockKernel<T> Whole = new BlockKernel<T, MatchProgram>(default);

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

    private int Items => Left.Length / Dimension;

    /// <summary>The weighted sum of the losses.</summary>
    public CompensatedSum Run(in Call<T> call)
    {
        using Rented<int> matches = Numbers(Mask.Offset);
        using UnitRows<T> right = new(Right, Dimension, Normalizes);
        LabelledScores<T> scores = new()
        {
            Kernel = Softmax,
            Classes = s_classes,
            Labels = matches.Span,
            Call = call,
            Numbers = Math.Clamp(64L * Items, 1 << 18, 1 << 20),
            Mask = Mask,
        };
        CompensatedSum sum = scores.Run(ProductsWith(right.Rows, call), out _);
        right.Backward(call.Order > DerivativeOrder.Value ? GradientRight : default);
        return sum;
    }

    /// <summary>
    /// The mean of this and of the same in the other direction: from each match, which are as many as left rows and the
    /// first right ones, to all left rows.
    /// </summary>
    public CompensatedSum RunBoth(in Call<T> call)
    {
        using Rented<T> others = new(call.Losses.Length);
        T half = T.CreateTruncating(0.5);
        Call<T> forth = call with { Scale = call.Scale * half };
        Call<T> back = forth with { Losses = others.Span };
        CompensatedSum sum = Products<T, Dot>.AreWhole(Right.Length / Dimension, Dimension, times: 2)
            ? RunWhole(forth, back)
            : Run(forth) + RunBack(back);
        Spans.Add<T>(call.Losses, others.Span);
        Spans.Scale(call.Losses, half);
        return sum.Scaled(-1);
    }

    /// <summary>Both directions of all products at once, which are computed and differentiated together.</summary>
    private CompensatedSum RunWhole(in Call<T> forth, in Call<T> back)
    {
        int columns = Right.Length / Dimension;
        int pitch = ScoreBlocks<T>.Padded(Items);
        using Rented<int> numbers = Numbers(0);
        using UnitRows<T> right = new(Right, Dimension, Normalizes);
        using Rented<T> scratch = new(pitch * (Dimension + 1));
        using Rented<T> rented = new(ScoreBlocks<T>.Padded(columns) * pitch);
        using Rented<T> transposed = new(Items * pitch);
        Span<T> cells = rented.Span[..(columns * pitch)];
        ScoreBlock block = new(0, Items, pitch, 0, columns);
        CrossProducts<T> products = ProductsWith(right.Rows, forth) with { Scratch = scratch.Span };
        products.Take(numbers.Span, pitch);
        products.Read(block, cells);
        Mask.Apply(numbers.Span, block, cells);
        Transposition<T>.ToRows(cells, pitch, transposed.Span, pitch, Items, numbers.Span);
        ScoreBatch<T> work = new() { Kernel = Whole, Factor = T.One, Call = forth };
        CompensatedSum sum = ScoreBlocks<T>.RunRows(work, 0, Items, pitch, cells);
        sum += ScoreBlocks<T>.RunRows(work with { Call = back }, 0, Items, pitch, transposed.Span);
        if (forth.Order > DerivativeOrder.Value)
        {
            Symmetry.AddTransposed(cells, transposed.Span, Items, pitch);
            products.Write(block, cells);
            products.Give(numbers.Span);
            right.Backward(GradientRight);
        }

        return sum;
    }

    private CompensatedSum RunBack(in Call<T> back)
    {
        using Rented<T> ofLeft = new(GradientLeft.Length);
        using Rented<T> ofRight = new(GradientFactor.IsEmpty && GradientRight.IsEmpty ? 0 : Left.Length);
        ofLeft.Span.Clear();
        ofRight.Span.Clear();
        MatchScores<T> scores = this with
        {
            Left = Right[..Left.Length],
            Right = Left,
            GradientLeft = ofRight.Span,
            GradientRight = ofLeft.Span,
        };
        CompensatedSum sum = scores.Run(back);
        Spans.Add<T>(GradientLeft, ofLeft.Span);
        Span<T> right = GradientRight[..Math.Min(GradientRight.Length, Left.Length)];
        Spans.Add<T>(right, ofRight.Span[..right.Length]);
        return sum;
    }

    private CrossProducts<T> ProductsWith(ReadOnlySpan<T> right, in Call<T> call) => new()
    {
        Left = Left,
        Right = right,
        Dimension = Dimension,
        Factor = Factor,
        Degree = call.Degree,
        Normalizes = Normalizes,
        ScalesScores = ScalesScores,
        GradientLeft = GradientLeft,
        GradientRight = GradientRight,
        GradientFactor = GradientFactor,
    };

    /// <summary>As many as there are left rows, one after the other.</summary>
    private Rented<int> Numbers(int start)
    {
        Rented<int> numbers = new(Items);
        Spans.Enumerate(numbers.Span, start);
        return numbers;
    }
}

namespace LossKit;

/// <summary>
/// The softmax cross-entropy of the similarities of each row with all others, taken at its match. The built-in ones are
/// <see cref="Loss.InfoNce"/> and <see cref="Loss.NtXent"/>.
/// </summary>
/// <inheritdoc cref="IMatchLoss{T}"/>
public sealed class MatchLoss<T> : NamedLoss, IMatchLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T _inverseTemperature;
    private readonly bool _normalizes;
    private readonly bool _isSymmetric;

    internal MatchLoss(int dimension, double temperature, bool normalizes, bool isSymmetric)
    {
        Precision.Check<T>();
        Dimension = EmbeddingChecks.Dimension(dimension);
        _inverseTemperature = T.CreateTruncating(1 / Parameter.Positive(temperature).In<T>(nameof(temperature)).Value);
        _normalizes = normalizes;
        _isSymmetric = isSymmetric;
    }

    /// <inheritdoc/>
    public int Dimension { get; }

    /// <inheritdoc/>
    public int Losses(int items) => _isSymmetric ? 2 * items : items;

    /// <inheritdoc cref="Loss.Parse{T}"/>
    public static MatchLoss<T> Parse(string text) => LossNames<T>.Embeddings.Parse<MatchLoss<T>>(text);

    /// <inheritdoc/>
    public Cost Value(ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<T> weights = default)
    {
        CheckInputs(first, second, weights);
        return Run(first, second, weights, default, default, default, Reduction.Mean);
    }

    /// <inheritdoc/>
    public Cost PerExample(
        ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> losses, ReadOnlySpan<T> weights = default)
    {
        int items = CheckInputs(first, second, weights);
        BatchChecks.Length("losses", losses.Length, Losses(items), "losses");
        CheckApart("losses", losses, first, second, weights);
        return Run(first, second, weights, losses, default, default, Reduction.Mean);
    }

    /// <inheritdoc/>
    public Cost ValueAndGradient(
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        Span<T> gradientFirst,
        Span<T> gradientSecond,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean)
    {
        CheckInputs(first, second, weights);
        EmbeddingChecks.SameLength("gradientFirst", gradientFirst.Length, "first", first.Length);
        EmbeddingChecks.SameLength("gradientSecond", gradientSecond.Length, "second", second.Length);
        CheckApart("gradientFirst", gradientFirst, first, second, weights);
        CheckApart("gradientSecond", gradientSecond, first, second, weights);
        BatchChecks.Apart("gradientSecond", gradientSecond, "gradientFirst", gradientFirst);
        return Run(first, second, weights, default, gradientFirst, gradientSecond, reduction);
    }

    private int CheckInputs(ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<T> weights)
    {
        int items = BatchChecks.Rows("first", first.Length, Dimension, "numbers");
        EmbeddingChecks.SameLength("second", second.Length, "first", first.Length);
        EmbeddingChecks.Weights(weights, Losses(items), "losses");
        ScoreBlocks<T>.CheckRows(Losses(items), Dimension);
        return items;
    }

    private static void CheckApart(
        string name, Span<T> output, ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<T> weights)
    {
        BatchChecks.Apart(name, output, "first", first);
        BatchChecks.Apart(name, output, "second", second);
        BatchChecks.Apart(name, output, "weights", weights);
    }

    private Cost Run(
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        Span<T> gradientFirst,
        Span<T> gradientSecond,
        Reduction reduction)
    {
        Evaluation evaluation = new()
        {
            Loss = this,
            First = first,
            Second = second,
            GradientFirst = gradientFirst,
            GradientSecond = gradientSecond,
        };
        DerivativeOrder order = gradientFirst.IsEmpty ? DerivativeOrder.Value : DerivativeOrder.Gradient;
        return Calls<T>.Run(evaluation, weights, losses, order, reduction);
    }

    private readonly ref struct Evaluation : IEvaluation<T>
    {
        private static readonly BlockKernel<T> s_kernel = new BlockKernel<T, MatchProgram>(default);

        public required MatchLoss<T> Loss { get; init; }

        public required ReadOnlySpan<T> First { get; init; }

        public required ReadOnlySpan<T> Second { get; init; }

        public required Span<T> GradientFirst { get; init; }

        public required Span<T> GradientSecond { get; init; }

        public int Losses => Loss.Losses(Items);

        private int Items => First.Length / Loss.Dimension;

        public CompensatedSum Run(in Call<T> call)
        {
            if (call.Order > DerivativeOrder.Value)
            {
                ClearDerivatives();
            }

            return Loss._isSymmetric ? RunAll(call) : RunAcross(call);
        }

        public void ClearDerivatives()
        {
            GradientFirst.Clear();
            GradientSecond.Clear();
        }

        /// <summary>Each row of both views with all others.</summary>
        private CompensatedSum RunAll(in Call<T> call)
        {
            int rows = 2 * Items;
            using Rented<T> vectors = new(Products<T>.RowsOfVectors(rows, Loss.Dimension) * Loss.Dimension);
            using Rented<T> norms = new(rows);
            Span<T> all = vectors.Span[..(rows * Loss.Dimension)];
            vectors.Span[all.Length..].Clear();
            First.CopyTo(all);
            Second.CopyTo(all[First.Length..]);
            Normalization.Normalize(all, Loss.Dimension, norms.Span);
            Products<T> products = new()
            {
                Vectors = vectors.Span,
                Rows = rows,
                Dimension = Loss.Dimension,
                Factor = Loss._inverseTemperature,
                Gradient = GradientFirst,
                Rest = GradientSecond,
            };
            CompensatedSum sum = ScoreBlocks<T>.Run(products, s_kernel, Batch(call) with
            {
                MatchAfter = Items,
                HidesItself = true,
            });
            if (call.Order > DerivativeOrder.Value)
            {
                Normalization.Backward<T>(all[..First.Length], norms.Span[..Items], GradientFirst);
                Normalization.Backward<T>(all[First.Length..], norms.Span[Items..], GradientSecond);
            }

            return sum;
        }

        /// <summary>Each row of the first view with all of the second.</summary>
        private CompensatedSum RunAcross(in Call<T> call)
        {
            bool differentiates = call.Order > DerivativeOrder.Value;
            using Rented<T> vectors = new(Loss._normalizes ? Second.Length : 0);
            using Rented<T> norms = new(Loss._normalizes ? Items : 0);
            int block = ScoreBlocks<T>.RowsOf(Items, Items);
            using Rented<T> scratch = new(block * (Loss.Dimension + 1));
            ReadOnlySpan<T> right = Second;
            if (Loss._normalizes)
            {
                Second.CopyTo(vectors.Span);
                Normalization.Normalize(vectors.Span, Loss.Dimension, norms.Span);
                right = vectors.Span;
            }

            CrossProducts<T> products = new()
            {
                Left = First,
                Right = right,
                Dimension = Loss.Dimension,
                Factor = Loss._inverseTemperature,
                Normalizes = Loss._normalizes,
                Weights = differentiates ? call.Weights : default,
                GradientLeft = GradientFirst,
                GradientRight = GradientSecond,
                Scratch = scratch.Span,
            };
            CompensatedSum sum = ScoreBlocks<T>.Run(products, s_kernel, Batch(call));
            if (differentiates && Loss._normalizes)
            {
                Normalization.Backward(right, norms.Span, GradientSecond);
            }

            return sum;
        }

        private static ScoreBatch<T> Batch(in Call<T> call) => new()
        {
            Order = call.Order,
            Weights = call.Weights,
            Losses = call.Losses,
            Scale = call.Scale,
        };
    }
}

namespace LossKit;

/// <summary>
/// The softmax cross-entropy of similarities at matches, of the first numbers of rows at several lengths, so that
/// embeddings can be cut: <see cref="Loss.MatryoshkaInfoNce"/>.
/// </summary>
/// <remarks>
/// There is one loss and one weight an item. A NaN spreads to all that it has a part in. Scratch memory is rented from
/// the shared array pool for the time of a call: up to three times as much as the batch has, and 1 to 4 MB in float.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class MatryoshkaLoss<T> : ViewsLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int[] _dimensions;
    private readonly double[] _weights;
    private readonly T _inverseTemperature;

    internal MatryoshkaLoss(
        int dimension, IReadOnlyList<int> dimensions, IReadOnlyList<double>? dimensionWeights, double temperature)
        : base(dimension)
    {
        ArgumentNullException.ThrowIfNull(dimensions);
        if (dimensions.Count == 0)
        {
            throw new ArgumentException("'dimensions' is empty: expected one length or more.", nameof(dimensions));
        }

        _dimensions = [.. dimensions];
        _weights = [.. dimensionWeights ?? Enumerable.Repeat(1.0, dimensions.Count)];
        _inverseTemperature = T.CreateTruncating(1 / Parameter.Positive(temperature).In<T>(nameof(temperature)).Value);
        BatchChecks.Length(nameof(dimensionWeights), _weights.Length, nameof(dimensions), _dimensions.Length);
        foreach (int length in _dimensions)
        {
            if (length < 1 || length > dimension)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(dimensions), length, $"Rows can be cut to lengths of 1 to {dimension}.");
            }
        }

        foreach (double weight in _weights)
        {
            _ = Parameter.Finite(weight, nameof(dimensionWeights)).In<T>(nameof(dimensionWeights));
        }
    }

    private protected override string Things => "items";

    private protected override Cost Run(
        in EmbeddingBatch<T> batch, Reduction reduction, out TripletCount triplets)
    {
        triplets = default;
        Evaluation evaluation = new() { Loss = this, Sides = batch.Sides, Gradients = batch.Gradients };
        ScoreBlocks<T>.CheckRows(evaluation.Losses, Dimension);
        return Calls<T>.Run(evaluation, batch.Weights, batch.Losses, batch.Gradients.Order, reduction, Degree);
    }

    private readonly ref struct Evaluation : IEvaluation<T>
    {
        public required MatryoshkaLoss<T> Loss { get; init; }

        public required EmbeddingSides<T> Sides { get; init; }

        public required SideGradients<T> Gradients { get; init; }

        public int Losses => Sides.First.Length / Loss.Dimension;

        public void ClearDerivatives() => Gradients.Clear();

        public CompensatedSum Run(in Call<T> call)
        {
            if (call.Order > DerivativeOrder.Value)
            {
                ClearDerivatives();
            }

            call.Losses.Clear();
            CompensatedSum sum = default;
            for (int k = 0; k < Loss._dimensions.Length; k++)
            {
                // Not 0 times what may be infinite.
                sum += Loss._weights[k] == 0 ? 0 : RunCut(call, Loss._dimensions[k], Loss._weights[k]);
            }

            return sum;
        }

        private double RunCut(in Call<T> call, int length, double weight)
        {
            bool differentiates = call.Order > DerivativeOrder.Value;
            int numbers = Losses * length;
            using Rented<T> first = new(numbers);
            using Rented<T> second = new(numbers);
            using Rented<T> ofFirst = new(differentiates && !Gradients.First.IsEmpty ? numbers : 0);
            using Rented<T> ofSecond = new(differentiates && !Gradients.Second.IsEmpty ? numbers : 0);
            using Rented<T> losses = new(call.Losses.Length);
            ofFirst.Span.Clear();
            ofSecond.Span.Clear();
            Cut(Sides.First, length, first.Span);
            Cut(Sides.Second, length, second.Span);
            CompensatedSum sum = new MatchScores<T>
            {
                Left = first.Span,
                Right = second.Span,
                Dimension = length,
                Normalizes = true,
                Factor = Loss._inverseTemperature,
                GradientLeft = ofFirst.Span,
                GradientRight = ofSecond.Span,
            }.Run(call with { Losses = losses.Span, Scale = call.Scale * T.CreateTruncating(weight) });
            Spans.AddScaled(call.Losses, T.CreateTruncating(weight), losses.Span);
            Add(ofFirst.Span, length, Gradients.First);
            Add(ofSecond.Span, length, Gradients.Second);
            return weight * sum.Total;
        }

        private void Cut(ReadOnlySpan<T> rows, int length, Span<T> cut)
        {
            for (int row = 0; row < Losses; row++)
            {
                rows.Slice(row * Loss.Dimension, length).CopyTo(cut[Rows.At(row, length)]);
            }
        }

        private void Add(ReadOnlySpan<T> cut, int length, Span<T> gradient)
        {
            for (int row = 0; row < cut.Length / length; row++)
            {
                Spans.Add(gradient.Slice(row * Loss.Dimension, length), cut[Rows.At(row, length)]);
            }
        }
    }
}

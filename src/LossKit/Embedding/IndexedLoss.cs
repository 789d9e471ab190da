namespace LossKit;

/// <summary>A loss of pairs or triplets of rows of one array, which are told by their indices.</summary>
/// <remarks>
/// Each pair or triplet has one loss and one weight. A NaN spreads to the gradients of all rows that are in a pair or
/// triplet with it. Scratch memory is rented from the shared array pool for the time of a call: up to 1.5 million
/// numbers, or six rows.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public abstract class IndexedLoss<T, TBatch> : BatchLoss<T, TBatch, IndexedGradients<T>>, IRowsOfNumbers
    where T : unmanaged, IFloatingPointIeee754<T>
    where TBatch : struct, allows ref struct
{
    /// <summary>How many numbers of a side are copied at a time; enough for a few threads.</summary>
    private const int MostNumbers = 1 << 18;

    private readonly string[] _names;

    private protected IndexedLoss(ParallelLoss loss, params string[] names)
    {
        Inner = loss;
        _names = names;
    }

    /// <summary>How many numbers a row has.</summary>
    public int Dimension => Explicit.Dimension;

    private ISideLoss<T> Explicit => (ISideLoss<T>)Inner!;

    private protected abstract RowIndices<T> IndicesOf(TBatch batch);

    /// <summary>One a pair or triplet.</summary>
    public override int Losses(TBatch batch) => IndicesOf(batch).First.Length;

    private protected override void Check(TBatch batch, ReadOnlySpan<T> weights)
    {
        RowIndices<T> indices = IndicesOf(batch);
        int losses = indices.First.Length;
        int rows = BatchChecks.Rows("embeddings", indices.Rows.Length, Dimension, "numbers");
        for (int k = 0; k < _names.Length; k++)
        {
            BatchChecks.Length(_names[k], indices[k].Length, _names[0], losses);
            int at = rows == 0 ? losses - 1 : indices[k].IndexOfAnyExceptInRange(0, rows - 1);
            if (at >= 0)
            {
                throw new ArgumentOutOfRangeException(
                    _names[k],
                    indices[k][at],
                    $"{_names[k]}[{at}] is {indices[k][at]}, but 'embeddings' has {rows} rows.");
            }
        }

        Explicit.CheckTargets(indices.Targets, losses);
        BatchChecks.LengthIfGiven("weights", weights.Length, losses, Things);
    }

    private protected override void CheckNumbers(TBatch batch)
    {
        RowIndices<T> indices = IndicesOf(batch);
        EntryChecks.Numbers("embeddings", indices.Rows, Domain.Reals, Dimension);
        EntryChecks.Numbers("targets", indices.Targets.Targets, Domain.Reals);
    }

    private protected override void CheckApart(string name, ReadOnlySpan<T> output, TBatch batch)
    {
        RowIndices<T> indices = IndicesOf(batch);
        BatchChecks.Apart(name, output, "embeddings", indices.Rows);
        BatchChecks.Apart(name, output, "labels", indices.Targets.Labels);
        BatchChecks.Apart(name, output, "targets", indices.Targets.Targets);
        for (int k = 0; k < _names.Length; k++)
        {
            BatchChecks.Apart(name, output, _names[k], indices[k]);
        }
    }

    private protected override void CheckGradients(
        TBatch batch, IndexedGradients<T> gradients, ReadOnlySpan<T> weights) => CheckGradient(
            "gradients.Embeddings", gradients.Embeddings, "embeddings", IndicesOf(batch).Rows.Length, batch, weights);

    private protected override Cost Run(
        TBatch batch,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        IndexedGradients<T> gradients,
        Reduction reduction) => Run(batch, weights, losses, gradients, reduction, counts: false, out _);

    /// <summary>The same with the number of losses; they are counted whatever their weight.</summary>
    private protected Cost Run(
        TBatch batch,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        IndexedGradients<T> gradients,
        Reduction reduction,
        bool counts,
        out TripletCount triplets)
    {
        long active = 0;
        Evaluation evaluation = new(this, IndicesOf(batch), gradients.Embeddings, ref active);
        DerivativeOrder order = gradients.Embeddings.IsEmpty ? DerivativeOrder.Value : DerivativeOrder.Gradient;
        Cost cost = Calls<T>.Run(evaluation, weights, losses, order, reduction, Degree, counts);
        triplets = new(evaluation.Losses, active);
        return cost;
    }

    private readonly ref struct Evaluation : IEvaluation<T>
    {
        private readonly IndexedLoss<T, TBatch> _loss;
        private readonly RowIndices<T> _indices;
        private readonly Span<T> _gradient;
        private readonly ref long _active;

        public Evaluation(IndexedLoss<T, TBatch> loss, RowIndices<T> indices, Span<T> gradient, ref long active)
        {
            _loss = loss;
            _indices = indices;
            _gradient = gradient;
            _active = ref active;
        }

        public int Losses => _indices.First.Length;

        private int Sides => _loss._names.Length;

        public void ClearDerivatives() => _gradient.Clear();

        public CompensatedSum Run(in Call<T> call)
        {
            int dimension = _loss.Dimension;
            int most = Math.Min(Losses, Math.Max(1, MostNumbers / dimension));
            bool differentiates = call.Order > DerivativeOrder.Value;
            using Rented<T> rows = new(Sides * most * dimension);
            using Rented<T> gradients = new(differentiates ? rows.Span.Length : 0);
            if (differentiates)
            {
                ClearDerivatives();
            }

            CompensatedSum sum = default;
            for (int start = 0; start < Losses; start += most)
            {
                int count = Math.Min(most, Losses - start);
                for (int side = 0; side < Sides; side++)
                {
                    Gather(_indices[side].Slice(start, count), Part(rows.Span, side, count));
                }

                Range part = start..(start + count);
                EmbeddingBatch<T> batch = new()
                {
                    Sides = new()
                    {
                        First = Part(rows.Span, 0, count),
                        Second = Part(rows.Span, 1, count),
                        Third = Part(rows.Span, 2, count),
                        Labels = Rows.IfAny(_indices.Targets.Labels, part),
                        Targets = Rows.IfAny(_indices.Targets.Targets, part),
                    },
                    Gradients = new()
                    {
                        First = Part(gradients.Span, 0, count),
                        Second = Part(gradients.Span, 1, count),
                        Third = Part(gradients.Span, 2, count),
                    },
                };
                sum += new SideEvaluation<T>(_loss.Explicit, batch, ref _active).Run(call with
                {
                    Weights = Rows.IfAny(call.Weights, part),
                    Losses = Rows.IfAny(call.Losses, part),
                });
                for (int k = 0; k < count * Sides && differentiates; k++)
                {
                    // In the order of pairs and triplets, so that threads change no bit.
                    Range row = Rows.At(_indices[k % Sides][start + k / Sides], dimension);
                    Spans.Add<T>(_gradient[row], Part(gradients.Span, k % Sides, count)[Rows.At(k / Sides, dimension)]);
                }
            }

            return sum;
        }

        private void Gather(ReadOnlySpan<int> indices, Span<T> rows)
        {
            for (int k = 0; k < indices.Length; k++)
            {
                _indices.Rows[Rows.At(indices[k], _loss.Dimension)].CopyTo(rows[Rows.At(k, _loss.Dimension)]);
            }
        }

        /// <summary>The rows of a side, if there is one.</summary>
        private Span<T> Part(Span<T> rows, int side, int count) => rows.IsEmpty || side >= Sides
            ? default
            : rows.Slice(rows.Length / Sides * side, count * _loss.Dimension);
    }
}

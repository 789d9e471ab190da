namespace LossKit;

/// <summary>
/// A loss of the products of queries with keys: <see cref="Loss.InBatchInfoNce"/>, <see cref="Loss.Clip"/>,
/// <see cref="Loss.SigLip"/>, <see cref="Loss.MultipleNegativesRanking"/> and <see cref="Loss.NPairs"/>.
/// </summary>
/// <remarks>
/// There is one loss and one weight a query. Every query is compared with all keys: a NaN spreads to all that it has a
/// part in. Scratch memory is rented from the shared array pool for the time of a call: once or twice as much as the
/// batch has, and 1 to 4 MB in float; in both directions, two numbers for each query and key, where these are at most
/// 32 MiB.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class RetrievalLoss<T> : BatchLoss<T, Retrieval<T>, RetrievalGradients<T>>, IRowsOfNumbers
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Of the inputs so many are rows.</summary>
    private const int Rowwise = 3;

    private static readonly string[] s_names = ["queries", "keys", "negatives", "scale", "bias"];

    private static readonly string[] s_namesOfGradients =
        ["gradients.Queries", "gradients.Keys", "gradients.Negatives", "gradients.Scale", "gradients.Bias"];

    internal RetrievalLoss(int dimension, double scale = 1, int offset = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        Offset = offset;
        Dimension = EmbeddingChecks.Dimension(dimension);
        Scale = T.CreateTruncating(Parameter.Finite(scale).In<T>(nameof(scale)).Value);
    }

    /// <summary>How many numbers a row has.</summary>
    public int Dimension { get; }

    internal bool Normalizes { get; init; } = true;

    internal bool IsSymmetric { get; init; }

    internal bool HidesOtherMatches { get; init; }

    internal bool HidesOtherFurther { get; init; }

    /// <summary>What evaluates rows of products; null if that is the softmax at the match.</summary>
    internal BlockKernel<T>? Kernel { get; init; }

    /// <summary>Whether it is the softmax of all keys at the query's own, and no more.</summary>
    internal bool IsPlainSoftmax =>
        Kernel is null && Offset == 0 && Scale == T.One && !HidesOtherMatches && !HidesOtherFurther;

    internal bool TakesBias { get; init; }

    internal bool NeedsLabels { get; init; }

    /// <summary>What the mean of the squared norms of a query and its key counts.</summary>
    internal double Penalty { get; init; }

    private T Scale { get; }

    private int Offset { get; }

    private protected override string Things => "queries";

    /// <summary>One a query.</summary>
    public override int Losses(Retrieval<T> batch) => batch.Queries.Length / Dimension;

    private protected override void Check(Retrieval<T> batch, ReadOnlySpan<T> weights)
    {
        int queries = BatchChecks.Rows("queries", batch.Queries.Length, Dimension, "numbers");
        int keys = BatchChecks.Rows("keys", batch.Keys.Length, Dimension, "numbers");
        if (IsSymmetric)
        {
            BatchChecks.Length("keys", batch.Keys.Length, "queries", batch.Queries.Length);
        }
        else if (queries > 0 && keys - queries < Offset)
        {
            long last = queries - 1;
            throw Refusal("keys", $"'keys' has {keys} rows, but query {last} matches key {last + Offset}.");
        }

        int negatives = BatchChecks.Rows("negatives", batch.Negatives.Length, Dimension, "numbers");
        if (HidesOtherFurther && negatives % Math.Max(1, queries) != 0)
        {
            throw Refusal(
                "negatives", $"'negatives' has {negatives} rows, which is no multiple of the {queries} queries.");
        }

        EmbeddingChecks.Numbers(((long)keys + negatives) * (Dimension + 1));
        ScoreBlocks<T>.CheckRows(keys, Dimension);
        RefuseIf(Kernel is not null, "negatives", negatives, "takes none");
        RefuseIf(TakesBias, "labels", batch.Labels.Length, "takes none");
        RefuseIf(!TakesBias, "bias", batch.Bias.Length, "takes none");
        RefuseIf(batch.Scale.Length > 1, "scale", batch.Scale.Length, "takes one number");
        RefuseIf(batch.Bias.Length > 1, "bias", batch.Bias.Length, "takes one number");
        BatchChecks.Length("labels", NeedsLabels || !batch.Labels.IsEmpty ? batch.Labels.Length : keys, keys, "keys");
        BatchChecks.LengthIfGiven("weights", weights.Length, queries, Things);
    }

    private protected override void CheckNumbers(Retrieval<T> batch)
    {
        for (int k = 0; k < s_names.Length; k++)
        {
            EntryChecks.Numbers(s_names[k], Of(batch, k), Domain.Reals, k < Rowwise ? Dimension : 1);
        }
    }

    private protected override void CheckApart(string name, ReadOnlySpan<T> output, Retrieval<T> batch)
    {
        BatchChecks.Apart(name, output, "labels", batch.Labels);
        for (int k = 0; k < s_names.Length; k++)
        {
            BatchChecks.Apart(name, output, s_names[k], Of(batch, k));
        }
    }

    private protected override void CheckGradients(
        Retrieval<T> batch, RetrievalGradients<T> gradients, ReadOnlySpan<T> weights)
    {
        for (int k = 0; k < s_names.Length; k++)
        {
            int length = k < Rowwise ? Of(batch, k).Length : s_names[k] == "bias" && !TakesBias ? 0 : 1;
            CheckGradient(s_namesOfGradients[k], Of(gradients, k), s_names[k], length, batch, weights);
            for (int j = 0; j < k; j++)
            {
                BatchChecks.Apart<T, T>(
                    s_namesOfGradients[k], Of(gradients, k), s_namesOfGradients[j], Of(gradients, j));
            }
        }
    }

    private static ReadOnlySpan<T> Of(in Retrieval<T> batch, int k) => k switch
    {
        0 => batch.Queries,
        1 => batch.Keys,
        2 => batch.Negatives,
        3 => batch.Scale,
        _ => batch.Bias,
    };

    private static Span<T> Of(in RetrievalGradients<T> gradients, int k) => k switch
    {
        0 => gradients.Queries,
        1 => gradients.Keys,
        2 => gradients.Negatives,
        3 => gradients.Scale,
        _ => gradients.Bias,
    };

    private protected override Cost Run(
        Retrieval<T> batch,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        RetrievalGradients<T> gradients,
        Reduction reduction)
    {
        DerivativeOrder order = DerivativeOrder.Value;
        for (int k = 0; k < s_names.Length; k++)
        {
            order = Of(gradients, k).IsEmpty ? order : DerivativeOrder.Gradient;
        }

        Evaluation evaluation = new() { Loss = this, Batch = batch, Gradients = gradients };
        return Calls<T>.Run(evaluation, weights, losses, order, reduction, Degree);
    }

    private readonly ref struct Evaluation : IEvaluation<T>
    {
        public required RetrievalLoss<T> Loss { get; init; }

        public required Retrieval<T> Batch { get; init; }

        public required RetrievalGradients<T> Gradients { get; init; }

        public int Losses => Batch.Queries.Length / Loss.Dimension;

        private int Keys => Batch.Keys.Length / Loss.Dimension;

        private T Scale => Batch.Scale.IsEmpty ? Loss.Scale : Batch.Scale[0];

        /// <summary>The scale's gradient is made of that of the left rows, asked for or not.</summary>
        private bool NeedsQueries => !Gradients.Queries.IsEmpty || !Gradients.Scale.IsEmpty;

        public CompensatedSum Run(in Call<T> call)
        {
            bool differentiates = call.Order > DerivativeOrder.Value;
            using Rented<T> ofQueries = new(differentiates && NeedsQueries ? Batch.Queries.Length : 0);
            ofQueries.Span.Clear();
            if (differentiates)
            {
                ClearDerivatives();
            }

            Span<double> ofScale = [0];
            CompensatedSum sum = Loss.Kernel is { } rows
                ? RunRows(rows, call, ofQueries.Span, ofScale)
                : RunMatches(call, ofQueries.Span, ofScale);
            if (differentiates)
            {
                ofQueries.Span[..Gradients.Queries.Length].CopyTo(Gradients.Queries);
                Gradients.Scale.Fill(T.CreateTruncating(ofScale[0]));
            }

            return sum;
        }

        public void ClearDerivatives()
        {
            for (int k = 0; k < s_names.Length; k++)
            {
                Of(Gradients, k).Clear();
            }
        }

        private CompensatedSum RunMatches(in Call<T> call, Span<T> ofQueries, Span<double> ofScale)
        {
            int keys = Batch.Keys.Length;
            bool hasNegatives = !Batch.Negatives.IsEmpty;
            bool asks = call.Order > DerivativeOrder.Value && (Gradients.Keys.Length + Gradients.Negatives.Length > 0);
            using Rented<T> candidates = new(hasNegatives ? keys + Batch.Negatives.Length : 0);
            using Rented<T> ofCandidates = new(asks ? keys + Batch.Negatives.Length : 0);
            ofCandidates.Span.Clear();
            if (hasNegatives)
            {
                Batch.Keys.CopyTo(candidates.Span);
                Batch.Negatives.CopyTo(candidates.Span[keys..]);
            }

            MatchScores<T> scores = new()
            {
                Left = Batch.Queries,
                Right = hasNegatives ? candidates.Span : Batch.Keys,
                Dimension = Loss.Dimension,
                Normalizes = Loss.Normalizes,
                Factor = Scale,
                ScalesScores = true,
                Mask = new()
                {
                    Offset = Loss.Offset,
                    Identities = Batch.Labels,
                    Matches = Keys,
                    Rows = Losses,
                    HidesOtherMatches = Loss.HidesOtherMatches,
                    HidesOtherFurther = Loss.HidesOtherFurther,
                },
                GradientLeft = ofQueries,
                GradientRight = ofCandidates.Span,
                GradientFactor = Gradients.Scale.IsEmpty ? default : ofScale,
            };
            CompensatedSum sum = Loss.IsSymmetric ? scores.RunBoth(call) : scores.Run(call);
            if (asks)
            {
                ofCandidates.Span[..Gradients.Keys.Length].CopyTo(Gradients.Keys);
                ofCandidates.Span[keys..][..Gradients.Negatives.Length].CopyTo(Gradients.Negatives);
            }

            return sum;
        }

        private CompensatedSum RunRows(BlockKernel<T> rows, in Call<T> call, Span<T> ofQueries, Span<double> ofScale)
        {
            int items = Losses;
            bool differentiates = call.Order > DerivativeOrder.Value;
            int padded = Keys + ScoreBlocks<T>.Padded(items);
            using Rented<T> bias = new(Batch.Bias.IsEmpty ? 0 : Keys);
            using Rented<T> ofBias = new(differentiates && !Gradients.Bias.IsEmpty ? Keys : 0);
            using Rented<T> labels = new(Loss.NeedsLabels ? padded : 0);
            using Rented<T> partners = new(labels.Span.Length);
            using UnitRows<T> keys = new(Batch.Keys, Loss.Dimension, Loss.Normalizes);
            Span<T> ofKeys = differentiates ? Gradients.Keys : default;
            ofBias.Span.Clear();
            if (!Batch.Bias.IsEmpty)
            {
                bias.Span.Fill(Batch.Bias[0]);
            }

            if (Loss.NeedsLabels)
            {
                LabelRanks.Rank(
                    Batch.Labels, Batch.Labels.Slice(Loss.Offset, items), labels.Span, partners.Span);
            }

            ScoreBatch<T> work = new()
            {
                Kernel = rows,
                Factor = T.One,
                Call = call,
                Labels = labels.Span,
                Partners = partners.Span,
                FirstRow = Keys,
                MatchAfter = Loss.Offset,
            };
            CompensatedSum sum = AllRows<T>.Run(
                new()
                {
                    Left = Batch.Queries,
                    Right = keys.Rows,
                    Bias = bias.Span,
                    Dimension = Loss.Dimension,
                    Factor = Scale,
                    ScalesScores = true,
                    Degree = call.Degree,
                    Normalizes = Loss.Normalizes,
                    GradientLeft = ofQueries,
                    GradientRight = ofKeys,
                    GradientBias = ofBias.Span,
                    GradientFactor = Gradients.Scale.IsEmpty ? default : ofScale,
                },
                work);
            keys.Backward(ofKeys);
            Gradients.Bias.Fill(Spans.Sum<T>(ofBias.Span));
            return Loss.Penalty > 0 ? Penalize(sum, call, ofQueries, ofKeys) : sum;
        }

        /// <summary>Adds r/4·(‖query‖² + ‖key‖²).</summary>
        private CompensatedSum Penalize(CompensatedSum sum, in Call<T> call, Span<T> ofQueries, Span<T> ofKeys)
        {
            for (int row = 0; row < Losses; row++)
            {
                Range at = Rows.At(row, Loss.Dimension);
                Range match = Rows.At(row + Loss.Offset, Loss.Dimension);
                ReadOnlySpan<T> query = Batch.Queries[at];
                ReadOnlySpan<T> key = Batch.Keys[match];
                double squares = RowProduct<T>.Of<Dot>(query, query) + RowProduct<T>.Of<Dot>(key, key);
                double loss = Loss.Penalty / 4 * squares;
                T weight = call.WeightOf(row);
                if (!call.Losses.IsEmpty)
                {
                    call.Losses[row] += T.CreateTruncating(loss);
                }

                if (weight != T.Zero)
                {
                    sum += double.CreateTruncating(weight) * loss;
                    T pull = T.CreateTruncating(Loss.Penalty / 2) * weight * call.Scale;
                    Spans.AddScaled(Rows.IfAny(ofQueries, at), pull, query);
                    Spans.AddScaled(Rows.IfAny(ofKeys, match), pull, key);
                }
            }

            return sum;
        }
    }
}

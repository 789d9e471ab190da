namespace LossKit;

/// <summary>The loss of <see cref="Loss.ListMle"/>.</summary>
/// <remarks>
/// There is one loss and one weight a list. A list without an item is not counted: its loss is 0, and it has no part in
/// the mean. A NaN stays in its list. Everything is computed in double; about 90 bytes of scratch memory an item are
/// rented from the shared array pool for the time of a call, for some lists at a time.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class ListMleLoss<T> : RankingsLoss<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int _truncation;

    internal ListMleLoss(int? truncation, bool positionDiscount)
    {
        Truncation = truncation is null or > 0
            ? truncation
            : throw new ArgumentOutOfRangeException(nameof(truncation), truncation, "'truncation' must be positive.");
        _truncation = truncation ?? int.MaxValue;
        PositionDiscount = positionDiscount;
    }

    /// <summary>How many places count from the top, if not all.</summary>
    public int? Truncation { get; }

    /// <summary>Whether place p counts 1/log₂(1 + p).</summary>
    public bool PositionDiscount { get; }

    private protected override bool TakesItemWeights => false;

    private protected override Cost Run(
        Rankings<T> batch, ReadOnlySpan<T> weights, Span<T> losses, RankingGradients<T> gradients, Reduction reduction)
    {
        using Rented<T> weightsOfLists = new(batch.Lengths.Length);
        int counted = 0;
        for (int list = 0, first = 0; list < batch.Lengths.Length; first += batch.Lengths[list], list++)
        {
            int length = batch.Lengths[list];
            bool counts = batch.Mask.IsEmpty ? length > 0 : batch.Mask.Slice(first, length).Contains(true);
            weightsOfLists.Span[list] = !counts ? T.Zero : weights.IsEmpty ? T.One : weights[list];
            counted += counts ? 1 : 0;
        }

        losses.Clear();
        return Calls<T>.Run(
            new Evaluation { Losses = counted, Batch = batch, Gradients = gradients, Loss = this },
            weightsOfLists.Span,
            losses,
            gradients.Scores.IsEmpty && gradients.Hessian.IsEmpty ? DerivativeOrder.Value : DerivativeOrder.Gradient,
            reduction,
            Degree);
    }

    /// <summary>What a place counts, from 1 at the top.</summary>
    private double TermOf(int place) => place > _truncation ? 0 : PositionDiscount ? 1 / Math.Log2(1.0 + place) : 1;

    /// <summary>A batch whose losses are those of lists with an item; some lists are evaluated at a time.</summary>
    private readonly ref struct Evaluation : IEvaluation<T>, ISegmentWork
    {
        public required int Losses { get; init; }

        public required Rankings<T> Batch { get; init; }

        public required RankingGradients<T> Gradients { get; init; }

        public required ListMleLoss<T> Loss { get; init; }

        private Call<T> Call { get; init; }

        public CompensatedSum Run(in Call<T> call)
        {
            if (call.Order > DerivativeOrder.Value)
            {
                ClearDerivatives();
            }

            int width = Batch.Scores.Length / Batch.Lengths.Length;
            return Segments.Run(this with { Call = call }, Batch.Lengths.Length, Math.Max(1, width), call.Degree);
        }

        public void ClearDerivatives()
        {
            Gradients.Scores.Clear();
            Gradients.Hessian.Clear();
        }

        public CompensatedSum Run(int start, int length)
        {
            int before = Spans.Sum(Batch.Lengths[..start]);
            using Rented<UInt128> rented = new(Spans.Sum(Batch.Lengths.Slice(start, length)));
            Span<UInt128> keys = rented.Span[..Fill(rented.Span, start, before)];
            JoiningOrder.Sort(keys);
            using Rented<int> ends = new(keys.Length);
            JoiningOrder.OneByOne(keys, ends.Span);
            using NestedMemory memory = new(keys.Length, hasSizes: false, hasOthers: false);
            NestedSums sums = memory.Sums(ends.Span, default, default);
            for (int first = 0, end; first < keys.Length; first = end)
            {
                end = EndOfList(keys, first);
                for (int j = first; j < end; j++)
                {
                    // What has no place has no loss; only lists without weight may have it.
                    T score = Batch.Scores[Item(keys[j])];
                    sums.Scores[j] = double.CreateTruncating(T.IsNaN(Batch.Relevances[Item(keys[j])]) ? T.NaN : score);
                    sums.Terms[j] = Loss.TermOf(end - j);
                }
            }

            sums.Evaluate();
            CompensatedSum sum = Collect(sums, keys);
            if (Call.Order > DerivativeOrder.Value && !Gradients.Scores.IsEmpty)
            {
                sums.Differentiate(sums.Losses);
                Write(sums.Losses, keys, Gradients.Scores);
            }

            if (Call.Order > DerivativeOrder.Value && !Gradients.Hessian.IsEmpty)
            {
                sums.DifferentiateTwice(sums.Losses);
                Write(sums.Losses, keys, Gradients.Hessian);
            }

            return sum;
        }

        // Of equals the first input ranks first, and joins last.
        private static int Item(UInt128 key) => ~JoiningOrder.TieBreak(key);

        private static int EndOfList(ReadOnlySpan<UInt128> keys, int first)
        {
            int end = first + 1;
            while (end < keys.Length && JoiningOrder.Group(keys[end]) == JoiningOrder.Group(keys[first]))
            {
                end++;
            }

            return end;
        }

        /// <summary>The keys of all items there are; the last choice joins first. Returns how many.</summary>
        private int Fill(Span<UInt128> keys, int list, int item)
        {
            int count = 0;
            for (int last = item + keys.Length; item < last; list++)
            {
                for (int end = item + Batch.Lengths[list]; item < end; item++)
                {
                    if (IsThere(Batch, item))
                    {
                        keys[count++] = JoiningOrder.Key(list, double.CreateTruncating(Batch.Relevances[item]), ~item);
                    }
                }
            }

            return count;
        }

        private CompensatedSum Collect(in NestedSums sums, ReadOnlySpan<UInt128> keys)
        {
            CompensatedSum sum = default;
            for (int first = 0, end; first < keys.Length; first = end)
            {
                end = EndOfList(keys, first);
                int list = JoiningOrder.Group(keys[first]);
                double loss = 0;
                for (int j = first; j < end; j++)
                {
                    loss += NestedSums.Weigh(sums.Terms[j], sums.Losses[j]);
                }

                sum += Call.Keep(list, loss);
            }

            return sum;
        }

        /// <summary>Writes derivatives by the weights of their lists.</summary>
        private void Write(ReadOnlySpan<double> derivatives, ReadOnlySpan<UInt128> keys, Span<T> into)
        {
            for (int first = 0, end; first < keys.Length; first = end)
            {
                end = EndOfList(keys, first);
                double weight = double.CreateTruncating(Call.WeightOf(JoiningOrder.Group(keys[first])))
                    * double.CreateTruncating(Call.Scale);
                for (int j = first; j < end && weight != 0; j++)
                {
                    into[Item(keys[j])] = T.CreateTruncating(weight * derivatives[j]);
                }
            }
        }
    }
}

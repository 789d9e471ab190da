namespace LossKit;

/// <summary>The loss of <see cref="Loss.DeepHitRank"/>.</summary>
/// <remarks>
/// There is one loss a person, 0 for those whom nobody is comparable to; all of them count. Whoever has a weight of 0
/// is still one whom others are compared with. Everything is computed in double. In an interval with events all who are
/// left are compared, so that the time grows with the square of the batch; up to eight numbers for each prediction are
/// rented from the shared array pool for the time of a call. There is no Hessian.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class DeepHitRankLoss<T> : IntervalsLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly GroupedLoss<double> _pairs;

    internal DeepHitRankLoss(int intervals, double sigma) : base(intervals)
    {
        Sigma = Parameter.Positive(sigma).Value;
        _pairs = Loss.FromPairFormula<double, Steep<Exponential>, EqualPairs>(new(default, 1 / sigma), default);
    }

    /// <summary>σ, in units of probability.</summary>
    public double Sigma { get; }

    private protected override Cost Run(
        IntervalSurvival<T> batch,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        IntervalSurvivalGradients<T> gradients,
        Reduction reduction) => gradients.Hessian.IsEmpty
            ? Calls<T>.Run(
                new Evaluation { Loss = this, Batch = batch, Gradient = gradients.Predictions },
                weights,
                losses,
                gradients.Predictions.IsEmpty ? DerivativeOrder.Value : DerivativeOrder.Gradient,
                reduction)
            : throw Refusal("gradients.Hessian", "'gradients.Hessian' is given, but the loss has none.");

    /// <summary>
    /// In each interval with events, those of them are to have a larger probability of it by then than all others who
    /// are left: pairs, of which a person's losses are those in which it is the higher.
    /// </summary>
    private readonly ref struct Evaluation : IEvaluation<T>
    {
        public required DeepHitRankLoss<T> Loss { get; init; }

        public required IntervalSurvival<T> Batch { get; init; }

        public required Span<T> Gradient { get; init; }

        int IEvaluation<T>.Losses => Batch.Intervals.Length;

        private int Width => Loss.Intervals;

        public CompensatedSum Run(in Call<T> call)
        {
            int people = Batch.Intervals.Length;
            using Rented<double> masses = new(Batch.Predictions.Length);
            using Rented<double> sums = new(Batch.Predictions.Length);
            for (int person = 0; person < people; person++)
            {
                AddUp(person, masses.Span, sums.Span);
            }

            int most = EmbeddingChecks.Numbers((long)people * Width);
            using Rented<int> at = new(most);
            using Rented<int> lengths = new(Width);
            int entries = Gather(at.Span, lengths.Span);
            using Rented<double> scores = new(entries);
            using Rented<double> targets = new(entries);
            using Rented<double> weights = new(call.Weights.IsEmpty ? 0 : entries);
            using Rented<double> slopes = new(entries);
            for (int k = 0, interval = 0, left = lengths.Span[0]; k < entries; k++, left--)
            {
                while (left == 0)
                {
                    left = lengths.Span[++interval];
                }

                int person = at.Span[k] / Width;
                bool isHigher = Batch.Events[person] == 1 && Batch.Intervals[person] == interval;
                scores.Span[k] = sums.Span[at.Span[k]];
                targets.Span[k] = isHigher ? 1 : 0;
                if (!call.Weights.IsEmpty)
                {
                    weights.Span[k] = double.CreateTruncating(call.Weights[person]);
                }
            }

            Batch<double> batch = new() { Predictions = scores.Span, Targets = targets.Span, Gradient = slopes.Span };
            Groups groups = Groups.OfLengths(lengths.Span);
            if (!call.Losses.IsEmpty)
            {
                // A pair e^(−m/σ) pulls at its higher entry with −1/σ times itself.
                Loss._pairs.Run(batch, default, groups, Reduction.Sum);
                call.Losses.Clear();
                for (int k = 0; k < entries; k++)
                {
                    if (targets.Span[k] == 1)
                    {
                        call.Losses[at.Span[k] / Width] =
                            T.CreateTruncating(-Loss.Sigma * slopes.Span[k] / people);
                    }
                }
            }

            Cost cost = Loss._pairs.Run(batch, weights.Span, groups, Reduction.Sum);
            if (call.Order > DerivativeOrder.Value)
            {
                sums.Span.Clear();
                for (int k = 0; k < entries; k++)
                {
                    sums.Span[at.Span[k]] = slopes.Span[k];
                }

                double scale = double.CreateTruncating(call.Scale) / people;
                for (int person = 0; person < people; person++)
                {
                    Differentiate(person, masses.Span, sums.Span, scale);
                }
            }

            return new(cost.Sum / people, 0);
        }

        public void ClearDerivatives() => Gradient.Clear();

        /// <summary>The softmax of a person's logits and a 0, and its sums up to each interval.</summary>
        private void AddUp(int person, Span<double> masses, Span<double> sums)
        {
            ReadOnlySpan<T> logits = Batch.Predictions.Slice(person * Width, Width);
            Span<double> ofPerson = masses.Slice(person * Width, Width);
            double largest = 0;
            foreach (T logit in logits)
            {
                largest = Math.Max(largest, double.CreateTruncating(logit));
            }

            double total = Math.Exp(-largest);
            for (int k = 0; k < Width; k++)
            {
                ofPerson[k] = Math.Exp(double.CreateTruncating(logits[k]) - largest);
                total += ofPerson[k];
            }

            double sum = 0;
            for (int k = 0; k < Width; k++)
            {
                ofPerson[k] /= total;
                sum += ofPerson[k];
                sums[person * Width + k] = sum;
            }
        }

        /// <summary>
        /// Interval by interval, where those are among the sums who are left at its end or have had their event in it;
        /// nobody in an interval without an event.
        /// </summary>
        private int Gather(Span<int> at, Span<int> lengths)
        {
            int count = 0;
            lengths.Clear();
            for (int i = 0; i < Batch.Events.Length; i++)
            {
                lengths[Batch.Intervals[i]] += Batch.Events[i];
            }

            for (int interval = 0; interval < lengths.Length; interval++)
            {
                int first = count;
                for (int person = 0; person < Batch.Events.Length && lengths[interval] > 0; person++)
                {
                    if (Batch.Intervals[person] >= interval)
                    {
                        at[count++] = person * Width + interval;
                    }
                }

                lengths[interval] = count - first;
            }

            return count;
        }

        /// <summary>From the slopes of a person's sums to those of its logits.</summary>
        private void Differentiate(int person, ReadOnlySpan<double> masses, Span<double> slopes, double scale)
        {
            ReadOnlySpan<double> mass = masses.Slice(person * Width, Width);
            Span<double> slope = slopes.Slice(person * Width, Width);
            double mean = 0;
            double later = 0;
            for (int k = Width - 1; k >= 0; k--)
            {
                later += slope[k];
                slope[k] = later;
                mean += mass[k] * later;
            }

            for (int k = 0; k < Width; k++)
            {
                Gradient[person * Width + k] = T.CreateTruncating(scale * mass[k] * (slope[k] - mean));
            }
        }
    }
}

namespace LossKit;

/// <summary>
/// A loss of the order in which cosines of pairs are to stand: <see cref="Loss.CoSent"/>.
/// </summary>
/// <remarks>
/// A batch has one loss and one weight; an empty one has none. A NaN makes the loss and all gradients NaN. The time
/// grows with n·log n of n pairs. Scratch memory is rented from the shared array pool for the time of a call: about 7
/// numbers in double a pair.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class CoSentLoss<T> : EmbeddingLoss<T, Pairs<T>, PairGradients<T>>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly CosineGeometry<T> _geometry;
    private readonly double _scale;

    internal CoSentLoss(int dimension, double scale)
        : base(dimension, "first", "second")
    {
        _geometry = new(dimension, NormFloor.Least);
        _scale = Parameter.Positive(scale).In<T>(nameof(scale)).Value;
    }

    private protected override string Things => "batches";

    private protected override bool HasLabels => false;

    private protected override EmbeddingSides<T> SidesOf(Pairs<T> batch) =>
        new() { First = batch.First, Second = batch.Second, Targets = batch.Targets };

    private protected override SideGradients<T> GradientsOf(PairGradients<T> gradients) =>
        new() { First = gradients.First, Second = gradients.Second };

    private protected override int LossesOf(in EmbeddingSides<T> sides) => sides.First.IsEmpty ? 0 : 1;

    private protected override void Check(Pairs<T> batch, ReadOnlySpan<T> weights)
    {
        base.Check(batch, weights);
        BatchChecks.Length("targets", batch.Targets.Length, batch.First.Length / Dimension, "pairs");
        if (!batch.Labels.IsEmpty)
        {
            throw Refusal(
                "labels", $"'labels' has {batch.Labels.Length} entries, but this loss takes targets: leave it out.");
        }
    }

    private protected override Cost Run(
        in EmbeddingBatch<T> batch, Reduction reduction, out TripletCount triplets)
    {
        triplets = default;
        Evaluation evaluation = new() { Loss = this, Sides = batch.Sides, Gradients = batch.Gradients };
        return Calls<T>.Run(evaluation, batch.Weights, batch.Losses, batch.Gradients.Order, reduction, Degree);
    }

    private readonly ref struct Evaluation : IEvaluation<T>
    {
        public required CoSentLoss<T> Loss { get; init; }

        public required EmbeddingSides<T> Sides { get; init; }

        public required SideGradients<T> Gradients { get; init; }

        public int Losses => Loss.LossesOf(Sides);

        public void ClearDerivatives() => Gradients.Clear();

        public CompensatedSum Run(in Call<T> call)
        {
            int pairs = Sides.Targets.Length;
            using Rented<T> cosines = new(pairs);
            using Rented<T> slopes = new(pairs);
            Loss._geometry.Score(Sides, cosines.Span);
            double loss = Evaluate(cosines.Span, slopes.Span);
            if (call.Order > DerivativeOrder.Value)
            {
                Spans.Scale(slopes.Span, call.Scale * call.WeightOf(0));
                SideBlock<T> block = new() { Sides = Sides, Gradients = Gradients, Rows = pairs };
                Loss._geometry.Pull(block, cosines.Span, slopes.Span);
            }

            return default(CompensatedSum) + call.Keep(0, loss);
        }

        /// <summary>
        /// log(1 + Σ e^(s(c_i − c_j))) over t_i &lt; t_j, and its derivatives: in the order of targets, sums over all
        /// before a pair and over all after it are running ones.
        /// </summary>
        private double Evaluate(ReadOnlySpan<T> cosines, Span<T> slopes)
        {
            int pairs = cosines.Length;
            using Rented<UInt128> keys = new(pairs);
            using Rented<double> before = new(pairs);
            using Rented<double> after = new(pairs);
            bool isNaN = false;
            for (int k = 0; k < pairs; k++)
            {
                double target = double.CreateTruncating(Sides.Targets[k]);
                isNaN |= T.IsNaN(cosines[k]) || double.IsNaN(target);
                keys.Span[k] = JoiningOrder.Key(0, target, k);
            }

            if (isNaN)
            {
                slopes.Fill(T.NaN);
                return double.NaN;
            }

            JoiningOrder.Sort(keys.Span);
            RunningSum(keys.Span, cosines, 1, before.Span);
            keys.Span.Reverse();
            RunningSum(keys.Span, cosines, -1, after.Span);
            double all = double.NegativeInfinity;
            for (int k = 0; k < pairs; k++)
            {
                all = LogSums.Add(all, before.Span[k] - Loss._scale * double.CreateTruncating(cosines[k]));
            }

            double loss = LogSums.Add(0, all);
            for (int k = 0; k < pairs; k++)
            {
                double scaled = Loss._scale * double.CreateTruncating(cosines[k]);
                slopes[k] = T.CreateTruncating(
                    Loss._scale * (Math.Exp(scaled + after.Span[k] - loss) - Math.Exp(before.Span[k] - scaled - loss)));
            }

            return loss;
        }

        /// <summary>log Σ e^(±s·c) over all pairs before each whose targets are others.</summary>
        private void RunningSum(ReadOnlySpan<UInt128> keys, ReadOnlySpan<T> cosines, double sign, Span<double> sums)
        {
            double sum = double.NegativeInfinity;
            for (int start = 0, end; start < keys.Length; start = end)
            {
                double ofTarget = double.NegativeInfinity;
                T target = Sides.Targets[JoiningOrder.TieBreak(keys[start])];
                for (end = start; end < keys.Length && Sides.Targets[JoiningOrder.TieBreak(keys[end])] == target; end++)
                {
                    int pair = JoiningOrder.TieBreak(keys[end]);
                    sums[pair] = sum;
                    ofTarget = LogSums.Add(ofTarget, sign * Loss._scale * double.CreateTruncating(cosines[pair]));
                }

                sum = LogSums.Add(sum, ofTarget);
            }
        }
    }
}

namespace LossKit;

/// <summary>
/// The softmax cross-entropy of the similarities of each row with all others, taken at its match. The built-in ones are
/// <see cref="Loss.InfoNce"/>, <see cref="Loss.NtXent"/> and, without the match in the sum,
/// <see cref="Loss.DecoupledContrastive"/>.
/// </summary>
/// <remarks>
/// Every row is compared with every other: a NaN makes the sum NaN, and all losses and gradients that it has a part in.
/// Scratch memory is rented from the shared array pool for the time of a call: as much as a batch has, and 1 to 4 MB in
/// float, or, where both views are compared with both, 1 MB or 48 numbers a row, or all rows × rows if that is at most
/// 16 times the batch and 32 MiB, or a million numbers.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class MatchLoss<T> : ViewsLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly BlockKernel<T> _kernel;
    private readonly double? _sigma;
    private readonly T _inverseTemperature;
    private readonly bool _normalizes;
    private readonly bool _isSymmetric;

    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="temperature">What similarities are divided by.</param>
    /// <param name="normalizes">Whether they are cosines.</param>
    /// <param name="isSymmetric">Whether both views are compared with both.</param>
    /// <param name="kernel">What evaluates a row, if that is not the softmax at its match.</param>
    /// <param name="sigma">σ of the weights of matches, if they have any.</param>
    internal MatchLoss(
        int dimension,
        double temperature,
        bool normalizes,
        bool isSymmetric,
        BlockKernel<T>? kernel = null,
        double? sigma = null)
        : base(dimension)
    {
        _kernel = kernel ?? MatchScores<T>.Whole;
        _sigma = sigma is { } scale ? Parameter.Positive(scale, nameof(sigma)).In<T>(nameof(sigma)).Value : null;
        _inverseTemperature = T.CreateTruncating(1 / Parameter.Positive(temperature).In<T>(nameof(temperature)).Value);
        _normalizes = normalizes;
        _isSymmetric = isSymmetric;
    }

    private protected override string Things => "losses";

    private protected override bool TakesScale => true;

    private protected override int LossesOf(in EmbeddingSides<T> sides) =>
        sides.First.Length / Dimension * (_isSymmetric ? 2 : 1);

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
        public required MatchLoss<T> Loss { get; init; }

        public required EmbeddingSides<T> Sides { get; init; }

        public required SideGradients<T> Gradients { get; init; }

        public int Losses => Loss.LossesOf(Sides);

        private T Scale => Sides.Scale.IsEmpty ? Loss._inverseTemperature : Sides.Scale[0];

        private int Items => Sides.First.Length / Loss.Dimension;

        public CompensatedSum Run(in Call<T> call)
        {
            if (call.Order > DerivativeOrder.Value)
            {
                ClearDerivatives();
            }

            return Loss._isSymmetric ? RunAmong(call) : RunAcross(call);
        }

        public void ClearDerivatives() => Gradients.Clear();

        /// <summary>Each row of both views with all others.</summary>
        private CompensatedSum RunAmong(in Call<T> call)
        {
            using Rented<T> factors = new(Loss._sigma is null ? 0 : Losses);
            WeighMatches(factors.Span);
            return Products<T, Dot>.Run<ScoreBatch<T>>(Loss.Dimension, normalizes: true, Sides, Gradients, new()
            {
                Kernel = Loss._kernel,
                Factor = Scale,
                Call = call,
                MatchAfter = Items,
                MatchFactors = factors.Span,
                HidesItself = true,
            });
        }

        /// <summary>2 − n·softmax(c/σ) of the cosine c of each item's views, the same for both.</summary>
        private void WeighMatches(Span<T> factors)
        {
            if (factors.IsEmpty)
            {
                return;
            }

            Span<T> shares = factors[..Items];
            new CosineGeometry<T>(Loss.Dimension, NormFloor.Least).Score(Sides, shares);
            _ = Mining<T>.LogSumExp(shares, 1 / Loss._sigma!.Value, shares);
            for (int item = 0; item < Items; item++)
            {
                shares[item] = T.CreateTruncating(2 - Items * double.CreateTruncating(shares[item]));
            }

            shares.CopyTo(factors[Items..]);
        }

        /// <summary>Each row of the first view with all of the second.</summary>
        private CompensatedSum RunAcross(in Call<T> call)
        {
            using Rented<T> others = new(Gradients.OfScale.IsEmpty || !Gradients.First.IsEmpty ? 0 : Sides.First.Length);
            others.Span.Clear();
            Span<double> ofScale = [0];
            CompensatedSum sum = new MatchScores<T>
            {
                Left = Sides.First,
                Right = Sides.Second,
                Dimension = Loss.Dimension,
                Normalizes = Loss._normalizes,
                Factor = Scale,
                ScalesScores = !Gradients.OfScale.IsEmpty,
                GradientLeft = others.Span.IsEmpty ? Gradients.First : others.Span,
                GradientRight = Gradients.Second,
                GradientFactor = Gradients.OfScale.IsEmpty ? default : ofScale,
            }.Run(call);
            Gradients.OfScale.Fill(T.CreateTruncating(ofScale[0]));
            return sum;
        }
    }
}

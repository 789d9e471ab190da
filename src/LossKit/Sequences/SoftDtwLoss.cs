namespace LossKit;

/// <summary>A soft minimum of the costs of all alignments of two series: <see cref="Loss.SoftDtw"/>.</summary>
/// <remarks>
/// There is one loss and one weight a pair. Two series without points have a loss of 0; if one only has none, nothing
/// aligns them: the loss is infinite, the gradient 0. A number that is not finite makes its pair's loss and gradient
/// NaN, and no other's. It is computed in double. Scratch memory of 4 · (shorter length) · (both lengths) doubles, for
/// values alone 8 · (shorter length), and that of the points, is rented from the shared array pool by each thread for
/// the time of a call.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class SoftDtwLoss<T> : BatchLoss<T, SeriesPairs<T>, PairGradients<T>>, IRowsOfNumbers
    where T : unmanaged, IFloatingPointIeee754<T>
{
    internal SoftDtwLoss(int dimension, double gamma)
    {
        Dimension = EmbeddingChecks.Dimension(dimension);
        Gamma = Parameter.Positive(gamma).Value;
    }

    /// <summary>How many numbers a point has.</summary>
    public int Dimension { get; }

    /// <summary>γ, the temperature of the minimum.</summary>
    public double Gamma { get; }

    private protected override string Things => "pairs";

    /// <summary>One a pair.</summary>
    public override int Losses(SeriesPairs<T> batch) => batch.FirstLengths.Length;

    private protected override void Check(SeriesPairs<T> batch, ReadOnlySpan<T> weights)
    {
        int pairs = batch.FirstLengths.Length;
        BatchChecks.Length("secondLengths", batch.SecondLengths.Length, "firstLengths", pairs);
        BatchChecks.LengthIfGiven("weights", weights.Length, pairs, Things);
        int first = BatchChecks.Rows("first", batch.First.Length, Dimension, "numbers", "a point");
        int second = BatchChecks.Rows("second", batch.Second.Length, Dimension, "numbers", "a point");
        BatchChecks.Parts("firstLengths", batch.FirstLengths, "first", first);
        BatchChecks.Parts("secondLengths", batch.SecondLengths, "second", second);
    }

    private protected override void CheckApart(string name, ReadOnlySpan<T> output, SeriesPairs<T> batch)
    {
        BatchChecks.Apart(name, output, "first", batch.First);
        BatchChecks.Apart(name, output, "second", batch.Second);
        BatchChecks.Apart(name, output, "firstLengths", batch.FirstLengths);
        BatchChecks.Apart(name, output, "secondLengths", batch.SecondLengths);
    }

    private protected override void CheckNumbers(SeriesPairs<T> batch)
    {
        EntryChecks.Numbers("first", batch.First, Domain.Reals, Dimension);
        EntryChecks.Numbers("second", batch.Second, Domain.Reals, Dimension);
    }

    private protected override void CheckGradients(
        SeriesPairs<T> batch, PairGradients<T> gradients, ReadOnlySpan<T> weights)
    {
        CheckGradient("gradients.First", gradients.First, "first", batch.First.Length, batch, weights);
        CheckGradient("gradients.Second", gradients.Second, "second", batch.Second.Length, batch, weights);
        BatchChecks.Apart<T, T>("gradients.First", gradients.First, "gradients.Second", gradients.Second);
    }

    private protected override Cost Run(
        SeriesPairs<T> batch,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        PairGradients<T> gradients,
        Reduction reduction) =>
        Calls<T>.Run(
            new Evaluation { Batch = batch, Gradients = gradients, Dimension = Dimension, Gamma = Gamma },
            weights,
            losses,
            gradients.First.IsEmpty && gradients.Second.IsEmpty ? DerivativeOrder.Value : DerivativeOrder.Gradient,
            reduction,
            Degree);

    private readonly ref struct Evaluation : IEvaluation<T>
    {
        public required SeriesPairs<T> Batch { get; init; }

        public required PairGradients<T> Gradients { get; init; }

        public required int Dimension { get; init; }

        public required double Gamma { get; init; }

        public int Losses => Batch.FirstLengths.Length;

        public CompensatedSum Run(in Call<T> call)
        {
            long pairs = 0;
            for (int k = 0; k < Losses; k++)
            {
                pairs += Math.Max(1, (long)Batch.FirstLengths[k] * Batch.SecondLengths[k]);
            }

            WarpingWork<T> work = new()
            {
                Dimension = Dimension,
                Gamma = Gamma,
                Batch = Batch,
                Gradients = Gradients,
                Call = call,
            };
            return Segments.Run(work, Losses, (int)Math.Min(int.MaxValue, pairs / Losses), call.Degree);
        }

        public void ClearDerivatives()
        {
            Gradients.First.Clear();
            Gradients.Second.Clear();
        }
    }
}

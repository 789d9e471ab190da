namespace LossKit;

/// <summary>
/// −log of the probability that a sequence's frames, each a softmax of its logits, say its labels: that of all paths
/// through the states of an <see cref="ITopology"/> together.
/// </summary>
/// <remarks>
/// There is one loss and one weight a sequence. A target that does not fit its frames has an infinite loss, or one of 0
/// if <see cref="ZeroInfinity"/>, and a gradient of exact zeros; it is counted all the same. A NaN in a frame that
/// counts makes its sequence's loss and gradient NaN, and no other's. Forwards and backwards, probabilities are numbers
/// with exponents of their own: logits neither underflow nor lose the digits that logarithms would. Where they are so
/// large that a sequence's sum no longer has digits behind the point (1e15), gradients lose theirs, and may be NaN.
/// Scratch memory of the longest sequence's steps × (states + 20) × 2 numbers, for values alone that of two steps, is
/// rented from the shared array pool by each thread for the time of a call; steps are frames, of transducers frames and
/// labels.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class LatticeLoss<T> : BatchLoss<T, Sequences<T>, SequenceGradients<T>>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly LatticeOptions _options;

    internal LatticeLoss(LatticeOptions options)
    {
        BatchChecks.Positive(options.Classes, "how many logits a frame has", "classes");
        _options = options;
    }

    /// <summary>How many logits a frame has.</summary>
    public int Classes => _options.Classes;

    /// <summary>Whether a target that does not fit has a loss of 0.</summary>
    public bool ZeroInfinity => _options.ZeroInfinity;

    /// <summary>Whether each loss is divided by the length of its target, if that is not 0.</summary>
    public bool LengthNormalized => _options.LengthNormalized;

    private protected override string Things => "sequences";

    /// <summary>One a sequence.</summary>
    public override int Losses(Sequences<T> batch) => batch.InputLengths.Length;

    private protected override void Check(Sequences<T> batch, ReadOnlySpan<T> weights)
    {
        int sequences = batch.InputLengths.Length;
        BatchChecks.Length("inputLengths", sequences, "targetLengths", batch.TargetLengths.Length);
        BatchChecks.LengthIfGiven("weights", weights.Length, sequences, Things);
        BatchChecks.Parts("targetLengths", batch.TargetLengths, "labels", batch.Labels.Length);
        SequenceChecks.Lengths(batch.InputLengths, FramesOf(batch));
        for (int n = 0, label = 0; n < sequences; label += batch.TargetLengths[n], n++)
        {
            ReadOnlySpan<int> labels = batch.Labels.Slice(label, batch.TargetLengths[n]);
            SequenceChecks.Labels(labels, label, n, Classes, _options.Topology.Blank);
            CheckStates(labels, n);
        }
    }

    private protected override void CheckApart(string name, ReadOnlySpan<T> output, Sequences<T> batch)
    {
        BatchChecks.Apart(name, output, "logits", batch.Logits);
        BatchChecks.Apart(name, output, "inputLengths", batch.InputLengths);
        BatchChecks.Apart(name, output, "labels", batch.Labels);
        BatchChecks.Apart(name, output, "targetLengths", batch.TargetLengths);
    }

    private protected override void CheckNumbers(Sequences<T> batch) => SequenceChecks.Numbers(
        "logits", batch.Logits, Classes, RowsOf(batch), batch.InputLengths);

    private protected override void CheckGradients(
        Sequences<T> batch, SequenceGradients<T> gradients, ReadOnlySpan<T> weights) =>
        CheckGradient("gradients.Logits", gradients.Logits, "logits", batch.Logits.Length, batch, weights);

    private protected override Cost Run(
        Sequences<T> batch,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        SequenceGradients<T> gradients,
        Reduction reduction) =>
        Calls<T>.Run(
            new Evaluation { Batch = batch, Rows = RowsOf(batch), Gradient = gradients.Logits, Options = _options },
            weights,
            losses,
            gradients.Logits.IsEmpty ? DerivativeOrder.Value : DerivativeOrder.Gradient,
            reduction,
            Degree);

    /// <summary>How many rows of logits a frame has: what the longest target needs.</summary>
    private int RowsOf(Sequences<T> batch)
    {
        int rows = 1;
        foreach (int labels in batch.TargetLengths)
        {
            rows = Math.Max(rows, _options.Places(labels));
        }

        return rows;
    }

    private int FramesOf(Sequences<T> batch) => SequenceChecks.Frames(
        "logits", batch.Logits.Length, (long)Classes * RowsOf(batch), batch.InputLengths);

    /// <summary>The classes of the states are classes.</summary>
    private void CheckStates(ReadOnlySpan<int> labels, int sequence)
    {
        ITopology topology = _options.Topology;
        for (int state = 0; state < topology.States(labels.Length); state++)
        {
            if ((uint)topology.ClassOf(state, labels) >= (uint)Classes)
            {
                throw Refusal(
                    "topology",
                    $"State {state} of sequence {sequence} has class {topology.ClassOf(state, labels)}, but there are "
                    + $"{Classes}, from 0 on.");
            }
        }
    }

    private readonly ref struct Evaluation : IEvaluation<T>
    {
        public required Sequences<T> Batch { get; init; }

        public required int Rows { get; init; }

        public required Span<T> Gradient { get; init; }

        public required LatticeOptions Options { get; init; }

        public int Losses => Batch.InputLengths.Length;

        public CompensatedSum Run(in Call<T> call)
        {
            int ofSequence = Batch.Logits.Length / Losses;
            LatticeWork<T> work = new()
            {
                Options = Options,
                Frames = ofSequence / Options.Classes / Rows,
                Rows = Rows,
                Batch = Batch,
                Call = call,
                Gradient = call.Order == DerivativeOrder.Gradient ? Gradient : default,
            };
            return Segments.Run(work, Losses, Math.Max(1, ofSequence), call.Degree);
        }

        public void ClearDerivatives() => Gradient.Clear();
    }
}

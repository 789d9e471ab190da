namespace LossKit;

/// <summary>−log of the probability of the tags of sequences by a linear-chain conditional random field.</summary>
/// <remarks>
/// There is one loss and one weight a sequence. A sequence without frames has a loss of 0; one whose own tags are
/// masked has an infinite loss and a gradient of exact zeros, and is counted. A NaN in a frame that counts makes its
/// sequence's loss and gradient NaN, and those that sequences share; a NaN in what is shared, all that it takes part
/// in. It is computed in double, with probabilities as numbers with exponents of their own. Scratch memory of the
/// longest sequence's frames × (classes + 1) × 2 doubles, for values alone that of two frames, is rented from the
/// shared array pool by each thread for the time of a call; and by a call 4 · classes² for the transitions, and as many
/// for each of at most 16 parts of the batch (of fewer, if that were above 2²¹) for their gradient.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class CrfLoss<T> : BatchLoss<T, TaggedSequences<T>, TaggedSequenceGradients<T>>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>So many have as many transitions as a span can hold.</summary>
    private const int MostClasses = 46_340;

    private const int MostBlocks = 16;

    private const int MostShared = 1 << 21;

    internal CrfLoss(int classes) => Classes = classes is > 0 and <= MostClasses
        ? classes
        : throw new ArgumentOutOfRangeException(
            nameof(classes), classes, $"'classes' must be between 1 and {MostClasses}.");

    /// <summary>How many tags there are.</summary>
    public int Classes { get; }

    private protected override string Things => "sequences";

    /// <summary>One a sequence.</summary>
    public override int Losses(TaggedSequences<T> batch) => batch.InputLengths.Length;

    /// <summary>
    /// The tags of each sequence that are together most probable: Viterbi's. Of equally probable ones, the lowest in
    /// the last frame where they differ.
    /// </summary>
    /// <param name="batch">The sequences; their labels are not read.</param>
    /// <param name="labels">Receives the tags of all sequences one after the other, one a frame that counts.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, or buffers overlap.</exception>
    public void Decode(TaggedSequences<T> batch, Span<int> labels)
    {
        CheckScores(batch);
        if (IsChecked)
        {
            CheckNumbers(batch);
        }

        BatchChecks.Parts("inputLengths", batch.InputLengths, "labels", labels.Length);
        BatchChecks.Apart<int, T>("labels", labels, "emissions", batch.Emissions);
        BatchChecks.Apart<int, T>("labels", labels, "transitions", batch.Transitions);
        BatchChecks.Apart<int, T>("labels", labels, "start", batch.Start);
        BatchChecks.Apart<int, T>("labels", labels, "end", batch.End);
        BatchChecks.Apart<int, int>("labels", labels, "inputLengths", batch.InputLengths);
        if (labels.IsEmpty)
        {
            return;
        }

        using TagArcs arcs = new(Classes);
        arcs.Fill<T, BestPath>(batch.Transitions);
        TagWork<T> work = new()
        {
            Classes = Classes,
            Blocks = BlocksOf(batch),
            Batch = batch,
            Arcs = arcs,
            AreScores = true,
            Tags = labels,
        };
        Segments.Run(work, work.Blocks, Segments.LeastNumbers, Degree);
    }

    private protected override void Check(TaggedSequences<T> batch, ReadOnlySpan<T> weights)
    {
        CheckScores(batch);
        BatchChecks.LengthIfGiven("weights", weights.Length, batch.InputLengths.Length, Things);
        BatchChecks.Parts("inputLengths", batch.InputLengths, "labels", batch.Labels.Length);
        for (int n = 0, label = 0; n < batch.InputLengths.Length; label += batch.InputLengths[n], n++)
        {
            SequenceChecks.Labels(batch.Labels.Slice(label, batch.InputLengths[n]), label, n, Classes, blank: null);
        }
    }

    private protected override void CheckApart(string name, ReadOnlySpan<T> output, TaggedSequences<T> batch)
    {
        BatchChecks.Apart(name, output, "emissions", batch.Emissions);
        BatchChecks.Apart(name, output, "transitions", batch.Transitions);
        BatchChecks.Apart(name, output, "start", batch.Start);
        BatchChecks.Apart(name, output, "end", batch.End);
        BatchChecks.Apart(name, output, "inputLengths", batch.InputLengths);
        BatchChecks.Apart(name, output, "labels", batch.Labels);
    }

    private protected override void CheckNumbers(TaggedSequences<T> batch)
    {
        SequenceChecks.Numbers("emissions", batch.Emissions, Classes, 1, batch.InputLengths);
        EntryChecks.Numbers("transitions", batch.Transitions, Domain.Logits, Classes);
        EntryChecks.Numbers("start", batch.Start, Domain.Logits);
        EntryChecks.Numbers("end", batch.End, Domain.Logits);
    }

    private protected override void CheckGradients(
        TaggedSequences<T> batch, TaggedSequenceGradients<T> gradients, ReadOnlySpan<T> weights)
    {
        CheckGradient("gradients.Emissions", gradients.Emissions, "emissions", batch.Emissions.Length, batch, weights);
        CheckGradient(
            "gradients.Transitions", gradients.Transitions, "transitions", batch.Transitions.Length, batch, weights);
        CheckGradient("gradients.Start", gradients.Start, "a row of 'transitions'", Classes, batch, weights);
        CheckGradient("gradients.End", gradients.End, "a row of 'transitions'", Classes, batch, weights);
        Apart("gradients.Emissions", gradients.Emissions, "gradients.Transitions", gradients.Transitions);
        Apart("gradients.Emissions", gradients.Emissions, "gradients.Start", gradients.Start);
        Apart("gradients.Emissions", gradients.Emissions, "gradients.End", gradients.End);
        Apart("gradients.Transitions", gradients.Transitions, "gradients.Start", gradients.Start);
        Apart("gradients.Transitions", gradients.Transitions, "gradients.End", gradients.End);
        Apart("gradients.Start", gradients.Start, "gradients.End", gradients.End);

        static void Apart(string name, ReadOnlySpan<T> output, string otherName, ReadOnlySpan<T> other) =>
            BatchChecks.Apart(name, output, otherName, other);
    }

    private protected override Cost Run(
        TaggedSequences<T> batch,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        TaggedSequenceGradients<T> gradients,
        Reduction reduction)
    {
        bool isShared = !gradients.Transitions.IsEmpty || !gradients.Start.IsEmpty || !gradients.End.IsEmpty;
        return Calls<T>.Run(
            new Evaluation
            {
                Batch = batch,
                Gradients = gradients,
                Classes = Classes,
                Blocks = BlocksOf(batch),
                IsShared = isShared,
            },
            weights,
            losses,
            isShared || !gradients.Emissions.IsEmpty ? DerivativeOrder.Gradient : DerivativeOrder.Value,
            reduction,
            Degree);
    }

    /// <summary>All but labels and weights.</summary>
    private void CheckScores(TaggedSequences<T> batch)
    {
        SequenceChecks.Lengths(
            batch.InputLengths,
            SequenceChecks.Frames("emissions", batch.Emissions.Length, Classes, batch.InputLengths));
        BatchChecks.Length("transitions", batch.Transitions.Length, Classes * Classes, "pairs of classes");
        BatchChecks.LengthIfGiven("start", batch.Start.Length, Classes, "classes");
        BatchChecks.LengthIfGiven("end", batch.End.Length, Classes, "classes");
    }

    /// <summary>How many parts the batch has, each with a sum of the gradients that sequences share.</summary>
    private int BlocksOf(TaggedSequences<T> batch)
    {
        long arcs = (long)batch.Emissions.Length * Classes;
        long most = Math.Clamp(MostShared / ((long)Classes * Classes), 1, MostBlocks);
        return (int)Math.Min(batch.InputLengths.Length, Math.Min(most, 1 + arcs / Segments.LeastNumbers));
    }

    private readonly ref struct Evaluation : IEvaluation<T>
    {
        public required TaggedSequences<T> Batch { get; init; }

        public required TaggedSequenceGradients<T> Gradients { get; init; }

        public required int Classes { get; init; }

        public required int Blocks { get; init; }

        /// <summary>Whether any gradient is asked for that sequences share.</summary>
        public required bool IsShared { get; init; }

        public int Losses => Batch.InputLengths.Length;

        public CompensatedSum Run(in Call<T> call)
        {
            using TagArcs arcs = new(Classes);
            bool areScores = arcs.Fill<T, SumOfPaths>(Batch.Transitions);
            arcs.Split();
            bool differentiates = call.Order == DerivativeOrder.Gradient;
            int ofBlock = (Classes + 2) * arcs.Width;
            using Rented<double> shared = new(
                differentiates && IsShared ? EmbeddingChecks.Numbers((long)Blocks * ofBlock) : 0);
            shared.Span.Clear();
            TagWork<T> work = new()
            {
                Classes = Classes,
                Blocks = Blocks,
                Batch = Batch,
                Arcs = arcs,
                AreScores = areScores,
                Call = call,
                Gradient = differentiates ? Gradients.Emissions : default,
                Shared = shared.Span,
            };
            CompensatedSum sum = Segments.Run(work, Blocks, Segments.LeastNumbers, call.Degree);
            if (!shared.Span.IsEmpty)
            {
                Span<double> all = shared.Span[..ofBlock];
                for (int block = 1; block < Blocks; block++)
                {
                    Spans.Add<double>(all, shared.Span.Slice(block * ofBlock, ofBlock));
                }

                Take(all, arcs.Width, Gradients.Transitions);
                Take(all[(Classes * arcs.Width)..], arcs.Width, Gradients.Start);
                Take(all[((Classes + 1) * arcs.Width)..], arcs.Width, Gradients.End);
            }

            return sum;
        }

        public void ClearDerivatives()
        {
            Gradients.Emissions.Clear();
            Gradients.Transitions.Clear();
            Gradients.Start.Clear();
            Gradients.End.Clear();
        }

        /// <summary>Rows without what pads them.</summary>
        private void Take(ReadOnlySpan<double> padded, int width, Span<T> gradient)
        {
            for (int i = 0; i < gradient.Length; i++)
            {
                gradient[i] = T.CreateTruncating(padded[i / Classes * width + i % Classes]);
            }
        }
    }
}

namespace LossKit;

/// <summary>
/// A loss of a batch of embeddings with labels, each of whose rows is compared with all others, or with all references.
/// </summary>
/// <remarks>
/// Batches should hold several rows each of several labels: a row without another of its label teaches little. Weights
/// are one a row. With references, such as those of a queue or memory of earlier batches, positives and negatives of a
/// row are among these alone; as much scratch memory is rented as they have besides.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public abstract class LabelledLoss<T> : EmbeddingLoss<T, Labelled<T>, LabelledGradients<T>>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private protected LabelledLoss(int dimension) : base(dimension, "embeddings")
    {
    }

    private protected override string Weighted => "rows";

    private protected override bool HasLabels => true;

    private protected override string TargetsName => "boundaries";

    private protected override int WeightsOf(in EmbeddingSides<T> sides) => sides.Labels.Length;

    private protected override EmbeddingSides<T> SidesOf(Labelled<T> batch) => new()
    {
        First = batch.Embeddings,
        Second = batch.References,
        Labels = batch.Labels,
        SecondLabels = batch.ReferenceLabels,
        Targets = batch.Boundaries,
        Scale = batch.Scale,
    };

    private protected override SideGradients<T> GradientsOf(LabelledGradients<T> gradients) => new()
    {
        First = gradients.Embeddings,
        Second = gradients.References,
        Third = gradients.Boundaries,
        OfScale = gradients.Scale,
    };

    /// <summary>Whether there are distances that part near from far.</summary>
    private protected virtual bool TakesBoundaries => false;

    private protected override void Check(Labelled<T> batch, ReadOnlySpan<T> weights)
    {
        base.Check(batch, weights);
        int references = BatchChecks.Rows("references", batch.References.Length, Dimension, "numbers");
        BatchChecks.Length("referenceLabels", batch.ReferenceLabels.Length, references, "references");
        ScoreBlocks<T>.CheckRows(batch.Labels.Length + references, Dimension);
        int boundaries = batch.Boundaries.Length;
        if (boundaries > 0 != TakesBoundaries)
        {
            throw Refusal("boundaries", TakesBoundaries
                ? "'boundaries' is empty, but this loss takes one for all rows or one a label."
                : $"'boundaries' has {boundaries} entries, but this loss takes none: leave it out.");
        }

        if (boundaries > 1)
        {
            CheckClasses(batch.Labels, boundaries);
        }
    }

    private static void CheckClasses(ReadOnlySpan<int> labels, int boundaries)
    {
        int row = labels.IndexOfAnyExceptInRange(0, boundaries - 1);
        if (row >= 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(labels),
                labels[row],
                $"The label of row {row} is {labels[row]}, but there are boundaries of labels 0 to {boundaries - 1}.");
        }
    }

    private protected override void CheckNumbers(Labelled<T> batch)
    {
        base.CheckNumbers(batch);
        EntryChecks.Numbers("references", batch.References, Domain.Reals, Dimension);
    }

    private protected override void CheckApart(string name, ReadOnlySpan<T> output, Labelled<T> batch)
    {
        base.CheckApart(name, output, batch);
        BatchChecks.Apart(name, output, "references", batch.References);
        BatchChecks.Apart(name, output, "referenceLabels", batch.ReferenceLabels);
    }

    private protected override void CheckGradients(
        Labelled<T> batch, LabelledGradients<T> gradients, ReadOnlySpan<T> weights)
    {
        base.CheckGradients(batch, gradients, weights);
        CheckGradient(
            "gradients.References", gradients.References, "references", batch.References.Length, batch, weights);
        BatchChecks.Apart("gradients.References", gradients.References, "gradients.Embeddings", gradients.Embeddings);
        CheckGradient(
            "gradients.Boundaries", gradients.Boundaries, "boundaries", batch.Boundaries.Length, batch, weights);
        BatchChecks.Apart("gradients.Boundaries", gradients.Boundaries, "gradients.Embeddings", gradients.Embeddings);
        BatchChecks.Apart("gradients.Boundaries", gradients.Boundaries, "gradients.References", gradients.References);
    }
}

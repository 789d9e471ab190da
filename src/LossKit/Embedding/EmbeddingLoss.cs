namespace LossKit;

/// <summary>
/// A loss of embeddings, rows × dimension, row by row: of pairs, of triplets, of two views of a batch or of a labelled
/// batch.
/// </summary>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public abstract class EmbeddingLoss<T, TBatch, TGradients> : BatchLoss<T, TBatch, TGradients>, IRowsOfNumbers
    where T : unmanaged, IFloatingPointIeee754<T>
    where TBatch : struct, allows ref struct
    where TGradients : struct, allows ref struct
{
    private readonly string[] _names;
    private readonly string[] _namesOfGradients;

    private protected EmbeddingLoss(int dimension, params string[] names)
    {
        Dimension = EmbeddingChecks.Dimension(dimension);
        _names = names;
        _namesOfGradients = [.. names.Select(name => $"gradients.{char.ToUpperInvariant(name[0])}{name[1..]}")];
    }

    /// <summary>How many numbers a row has.</summary>
    public int Dimension { get; }

    /// <inheritdoc/>
    public override int Losses(TBatch batch) => LossesOf(SidesOf(batch));

    /// <summary>What there is one weight of, in the plural.</summary>
    private protected virtual string Weighted => Things;

    /// <summary>What a batch calls its numbers that are no rows.</summary>
    private protected virtual string TargetsName => "targets";

    /// <summary>Whether what similarities are multiplied with may be an input.</summary>
    private protected virtual bool TakesScale => false;

    private protected abstract EmbeddingSides<T> SidesOf(TBatch batch);

    private protected abstract SideGradients<T> GradientsOf(TGradients gradients);

    /// <summary>How many losses a batch has: one a row, unless the loss says otherwise.</summary>
    private protected virtual int LossesOf(in EmbeddingSides<T> sides) => sides.First.Length / Dimension;

    private protected virtual int WeightsOf(in EmbeddingSides<T> sides) => LossesOf(sides);

    private protected virtual void CheckLabels(ReadOnlySpan<int> labels)
    {
    }

    private protected abstract Cost Run(
        in EmbeddingBatch<T> batch, Reduction reduction, out TripletCount triplets);

    private protected override Cost Run(
        TBatch batch, ReadOnlySpan<T> weights, Span<T> losses, TGradients gradients, Reduction reduction) =>
        Run(Batch(batch, weights, losses, gradients), reduction, out _);

    /// <summary>The same with the number of triplets.</summary>
    private protected Cost ValueAndGradient(
        TBatch batch,
        TGradients gradients,
        ReadOnlySpan<T> weights,
        Reduction reduction,
        out TripletCount triplets)
    {
        CheckInputs(batch, weights);
        CheckGradients(batch, gradients, weights);
        return Run(Batch(batch, weights, default, gradients), reduction, out triplets);
    }

    private EmbeddingBatch<T> Batch(
        TBatch batch, ReadOnlySpan<T> weights, Span<T> losses, TGradients gradients) => new()
        {
            Sides = SidesOf(batch),
            Gradients = GradientsOf(gradients),
            Weights = weights,
            Losses = losses,
        };

    private protected override void Check(TBatch batch, ReadOnlySpan<T> weights)
    {
        EmbeddingSides<T> sides = SidesOf(batch);
        int rows = BatchChecks.Rows(_names[0], sides.First.Length, Dimension, "numbers");
        for (int k = 1; k < _names.Length; k++)
        {
            BatchChecks.Length(_names[k], sides[k].Length, _names[0], sides.First.Length);
        }

        CheckTargets(sides, rows);
        RefuseIf(!TakesScale, "scale", sides.Scale.Length, "takes none");
        RefuseIf(sides.Scale.Length > 1, "scale", sides.Scale.Length, "takes one number");
        if (sides.Scale.Contains(T.Zero))
        {
            throw Refusal("scale", "'scale' is 0, but must not be: all similarities would be the same.");
        }

        BatchChecks.LengthIfGiven("weights", weights.Length, WeightsOf(sides), Weighted);
    }

    /// <summary>What there is one of each row.</summary>
    private protected virtual void CheckTargets(in EmbeddingSides<T> sides, int rows)
    {
        if (HasLabels)
        {
            BatchChecks.Length("labels", sides.Labels.Length, rows, "rows");
        }

        CheckLabels(sides.Labels);
    }

    /// <summary>Whether there is a label for each row.</summary>
    private protected abstract bool HasLabels { get; }

    private protected override void CheckNumbers(TBatch batch)
    {
        EmbeddingSides<T> sides = SidesOf(batch);
        for (int k = 0; k < _names.Length; k++)
        {
            EntryChecks.Numbers(_names[k], sides[k], Domain.Reals, Dimension);
        }

        EntryChecks.Numbers(TargetsName, sides.Targets, Domain.Reals);
        EntryChecks.Numbers("scale", sides.Scale, Domain.Reals);
    }

    private protected override void CheckApart(string name, ReadOnlySpan<T> output, TBatch batch)
    {
        EmbeddingSides<T> sides = SidesOf(batch);
        for (int k = 0; k < _names.Length; k++)
        {
            BatchChecks.Apart(name, output, _names[k], sides[k]);
        }

        BatchChecks.Apart(name, output, "labels", sides.Labels);
        BatchChecks.Apart(name, output, TargetsName, sides.Targets);
        BatchChecks.Apart(name, output, "scale", sides.Scale);
    }

    private protected override void CheckGradients(TBatch batch, TGradients gradients, ReadOnlySpan<T> weights)
    {
        int length = SidesOf(batch).First.Length;
        SideGradients<T> all = GradientsOf(gradients);
        CheckGradient("gradients.Scale", all.OfScale, "scale", TakesScale ? 1 : 0, batch, weights);
        for (int k = 0; k < _names.Length; k++)
        {
            CheckGradient(_namesOfGradients[k], all[k], _names[k], length, batch, weights);
            BatchChecks.Apart(_namesOfGradients[k], all[k], "gradients.Scale", all.OfScale);
            for (int j = 0; j < k; j++)
            {
                BatchChecks.Apart(_namesOfGradients[k], all[k], _namesOfGradients[j], all[j]);
            }
        }
    }
}

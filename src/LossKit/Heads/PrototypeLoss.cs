namespace LossKit;

/// <summary>A loss of rows that are compared with the prototypes of classes.</summary>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public abstract class PrototypeLoss<T> : BatchLoss<T, Linear<T>, LinearGradients<T>>, IRowsOfNumbers
    where T : unmanaged, IFloatingPointIeee754<T>
{
    internal const int UsualScratch = 1 << 25;

    private protected PrototypeLoss(RowLoss<T, int> rows, int dimension, int subCenters, bool hasBias)
    {
        Rows = rows;
        SubCenters = subCenters;
        HasBias = hasBias;
        Dimension = EmbeddingChecks.Dimension(dimension);
        EmbeddingChecks.Numbers((long)Classes * SubCenters * Dimension, "numbers of prototypes");
    }

    /// <summary>How many numbers a row has.</summary>
    public int Dimension { get; }

    /// <summary>How many classes there are.</summary>
    public int Classes => Rows.Classes;

    /// <summary>How many prototypes a class has, one after the other.</summary>
    public int SubCenters { get; }

    /// <summary>What is known of rows and their labels.</summary>
    private protected RowLoss<T, int> Rows { get; }

    private protected bool HasBias { get; }

    private protected override void Check(Linear<T> batch, ReadOnlySpan<T> weights) =>
        CheckLengths(batch, weights.Length, Losses(batch));

    /// <summary>All lengths and labels, whatever numbers are stored as.</summary>
    private protected void CheckLengths<TNumber>(Linear<TNumber> batch, int weights, int losses)
        where TNumber : unmanaged
    {
        int rows = BatchChecks.Rows("hidden", batch.Hidden.Length, Dimension, "numbers");
        BatchChecks.Table(
            "prototypes",
            batch.Prototypes.Length,
            Classes * SubCenters,
            SubCenters > 1 ? "prototypes" : "classes",
            Dimension);
        BatchChecks.LengthIfGiven("bias", batch.Bias.Length, Classes, "classes");
        if (!HasBias && !batch.Bias.IsEmpty)
        {
            throw Refusal("bias", $"'bias' has {Classes} entries, but there is none in {this}: expected nothing.");
        }

        BatchChecks.Length("labels", batch.Labels.Length, rows, "rows");
        BatchChecks.LengthIfGiven("weights", weights, losses, Things);
        Rows.CheckLabels(batch.Labels, "labels");
    }

    private protected override void CheckApart(string name, ReadOnlySpan<T> output, Linear<T> batch) =>
        CheckApart<T, T>(name, output, batch);

    private protected static void CheckApart<TOutput, TNumber>(
        string name, ReadOnlySpan<TOutput> output, Linear<TNumber> batch)
        where TOutput : unmanaged
        where TNumber : unmanaged
    {
        BatchChecks.Apart(name, output, "hidden", batch.Hidden);
        BatchChecks.Apart(name, output, "prototypes", batch.Prototypes);
        BatchChecks.Apart(name, output, "bias", batch.Bias);
        BatchChecks.Apart(name, output, "labels", batch.Labels);
    }

    private protected override void CheckNumbers(Linear<T> batch)
    {
        EntryChecks.Rows("hidden", batch.Hidden, Domain.Reals, Dimension, batch.Labels, Rows.IgnoreIndex);
        EntryChecks.Numbers("prototypes", batch.Prototypes, Domain.Reals, Dimension);
        EntryChecks.Numbers("bias", batch.Bias, Domain.Logits);
    }

    private protected override void CheckGradients(
        Linear<T> batch, LinearGradients<T> gradients, ReadOnlySpan<T> weights) =>
        CheckGradients<T>(batch, gradients.Hidden, gradients.Prototypes, gradients.Bias, weights);

    private protected void CheckGradients<TNumber>(
        Linear<TNumber> batch,
        ReadOnlySpan<TNumber> hidden,
        ReadOnlySpan<T> prototypes,
        ReadOnlySpan<T> bias,
        ReadOnlySpan<T> weights)
        where TNumber : unmanaged
    {
        const string Hidden = "gradients.Hidden";
        const string Prototypes = "gradients.Prototypes";
        const string Bias = "gradients.Bias";
        CheckGradient(Hidden, hidden, "hidden", batch.Hidden.Length, batch, weights);
        CheckGradient(Prototypes, prototypes, "prototypes", batch.Prototypes.Length, batch, weights);
        CheckGradient(Bias, bias, "classes", Classes, batch, weights);
        BatchChecks.Apart(Prototypes, prototypes, Hidden, hidden);
        BatchChecks.Apart(Bias, bias, Hidden, hidden);
        BatchChecks.Apart(Bias, bias, Prototypes, prototypes);
    }

    private static void CheckGradient<TOutput, TNumber>(
        string name,
        ReadOnlySpan<TOutput> gradient,
        string inputName,
        int length,
        Linear<TNumber> batch,
        ReadOnlySpan<T> weights)
        where TOutput : unmanaged
        where TNumber : unmanaged
    {
        if (!gradient.IsEmpty)
        {
            BatchChecks.Length(name, gradient.Length, inputName, length);
            CheckApart(name, gradient, batch);
            BatchChecks.Apart(name, gradient, "weights", weights);
        }
    }
}

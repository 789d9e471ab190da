namespace LossKit;

/// <summary>What losses of batches of several inputs share: each call checks everything, then evaluates.</summary>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public abstract class BatchLoss<T, TBatch, TGradients> : IBatchLoss<T, TBatch, TGradients>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TBatch : struct, allows ref struct
    where TGradients : struct, allows ref struct
{
    private protected BatchLoss() => Precision.Check<T>();

    /// <summary>What there is one loss of, in the plural.</summary>
    private protected abstract string Things { get; }

    /// <inheritdoc/>
    public abstract int Losses(TBatch batch);

    /// <inheritdoc/>
    public Cost Value(TBatch batch, ReadOnlySpan<T> weights = default)
    {
        Check(batch, weights);
        return Run(batch, weights, default, default, Reduction.Mean);
    }

    /// <inheritdoc/>
    public Cost PerExample(TBatch batch, Span<T> losses, ReadOnlySpan<T> weights = default)
    {
        Check(batch, weights);
        BatchChecks.Length("losses", losses.Length, Losses(batch), Things);
        CheckApart("losses", losses, batch);
        BatchChecks.Apart("losses", losses, "weights", weights);
        return Run(batch, weights, losses, default, Reduction.Mean);
    }

    /// <inheritdoc/>
    public Cost ValueAndGradient(
        TBatch batch, TGradients gradients, ReadOnlySpan<T> weights = default, Reduction reduction = Reduction.Mean)
    {
        Check(batch, weights);
        CheckGradients(batch, gradients, weights);
        return Run(batch, weights, default, gradients, reduction);
    }

    /// <summary>A gradient that is not left out is as long as its input, and shares nothing with any.</summary>
    private protected void CheckGradient(
        string name, ReadOnlySpan<T> gradient, string inputName, int length, TBatch batch, ReadOnlySpan<T> weights)
    {
        if (!gradient.IsEmpty)
        {
            EmbeddingChecks.SameLength(name, gradient.Length, inputName, length);
            CheckApart(name, gradient, batch);
            BatchChecks.Apart(name, gradient, "weights", weights);
        }
    }

    /// <summary>Everything but the outputs.</summary>
    private protected abstract void Check(TBatch batch, ReadOnlySpan<T> weights);

    /// <summary>An output shares nothing with the batch.</summary>
    private protected abstract void CheckApart(string name, ReadOnlySpan<T> output, TBatch batch);

    /// <summary>All gradients, by <see cref="CheckGradient"/>.</summary>
    private protected abstract void CheckGradients(TBatch batch, TGradients gradients, ReadOnlySpan<T> weights);

    private protected abstract Cost Run(
        TBatch batch, ReadOnlySpan<T> weights, Span<T> losses, TGradients gradients, Reduction reduction);

    /// <summary>What is thrown where an input has something that no batch can have.</summary>
    private protected static ArgumentException Refusal(string name, string message) => new(message, name);
}

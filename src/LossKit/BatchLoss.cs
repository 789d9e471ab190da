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
        Span<T> gradient = Gradient(batch, gradients, out string name, out string inputName, out int length);
        if (!gradient.IsEmpty)
        {
            BatchChecks.Length(name, gradient.Length, inputName, length);
            CheckApart(name, gradient, batch);
            BatchChecks.Apart(name, gradient, "weights", weights);
        }

        return Run(batch, weights, default, gradient, reduction);
    }

    /// <summary>Everything but the outputs.</summary>
    private protected abstract void Check(TBatch batch, ReadOnlySpan<T> weights);

    /// <summary>An output shares nothing with the batch.</summary>
    private protected abstract void CheckApart(string name, ReadOnlySpan<T> output, TBatch batch);

    /// <summary>The only gradient there is, with its name, its input's name and length.</summary>
    private protected abstract Span<T> Gradient(
        TBatch batch, TGradients gradients, out string name, out string inputName, out int length);

    private protected abstract Cost Run(
        TBatch batch, ReadOnlySpan<T> weights, Span<T> losses, Span<T> gradient, Reduction reduction);

    /// <summary>What is thrown where an input has something that no batch can have.</summary>
    private protected static ArgumentException Refusal(string name, string message) => new(message, name);
}

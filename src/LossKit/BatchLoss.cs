namespace LossKit;

/// <summary>What losses of batches of several inputs have in common, whatever these are.</summary>
public abstract class BatchLoss : ParallelLoss
{
    private protected BatchLoss()
    {
    }

    /// <summary>Whether a call looks at every number before it computes: <see cref="BatchLosses.Checked"/>.</summary>
    public bool IsChecked { get; private set; }

    internal BatchLoss Guarded()
    {
        BatchLoss copy = (BatchLoss)MemberwiseClone();
        copy.IsChecked = true;
        return copy;
    }
}

/// <summary>What every loss of batches of several inputs can be made to do.</summary>
public static class BatchLosses
{
    /// <summary>
    /// The same loss, which looks at every number before it computes: the first that is not finite (scores and logits
    /// may be −∞), or weight that is negative or not finite, is an error that names its argument, index and row.
    /// </summary>
    /// <remarks>
    /// For debugging and for data of unknown quality: it reads everything once more. Nothing is written if anything is
    /// wrong, what a weight of 0 covers included; what is masked may hold anything.
    /// </remarks>
    /// <typeparam name="TLoss">The loss.</typeparam>
    /// <param name="loss">The loss.</param>
    public static TLoss Checked<TLoss>(this TLoss loss) where TLoss : BatchLoss
    {
        ArgumentNullException.ThrowIfNull(loss);
        return (TLoss)loss.Guarded();
    }
}

/// <summary>What losses of batches of several inputs share: each call checks everything, then evaluates.</summary>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public abstract class BatchLoss<T, TBatch, TGradients> : BatchLoss, IBatchLoss<T, TBatch, TGradients>
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
        CheckInputs(batch, weights);
        return Run(batch, weights, default, default, Reduction.Mean);
    }

    /// <inheritdoc/>
    public Cost PerExample(TBatch batch, Span<T> losses, ReadOnlySpan<T> weights = default)
    {
        CheckInputs(batch, weights);
        BatchChecks.Length("losses", losses.Length, Losses(batch), Things);
        CheckApart("losses", losses, batch);
        BatchChecks.Apart("losses", losses, "weights", weights);
        return Run(batch, weights, losses, default, Reduction.Mean);
    }

    /// <inheritdoc/>
    public Cost ValueAndGradient(
        TBatch batch, TGradients gradients, ReadOnlySpan<T> weights = default, Reduction reduction = Reduction.Mean)
    {
        CheckInputs(batch, weights);
        CheckGradients(batch, gradients, weights);
        return Run(batch, weights, default, gradients, reduction);
    }

    /// <summary>All inputs, and their numbers if they are to be looked at.</summary>
    private protected void CheckInputs(TBatch batch, ReadOnlySpan<T> weights)
    {
        Check(batch, weights);
        if (IsChecked)
        {
            CheckNumbers(batch);
            EntryChecks.Weights(weights);
        }
    }

    /// <summary>A gradient that is not left out is as long as its input, and shares nothing with any.</summary>
    private protected void CheckGradient(
        string name, ReadOnlySpan<T> gradient, string inputName, int length, TBatch batch, ReadOnlySpan<T> weights)
    {
        if (!gradient.IsEmpty)
        {
            BatchChecks.Length(name, gradient.Length, inputName, length);
            CheckApart(name, gradient, batch);
            BatchChecks.Apart(name, gradient, "weights", weights);
        }
    }

    /// <summary>Everything but the outputs, as far as any call needs it.</summary>
    private protected abstract void Check(TBatch batch, ReadOnlySpan<T> weights);

    /// <summary>Every number that counts is in its domain.</summary>
    private protected abstract void CheckNumbers(TBatch batch);

    /// <summary>An output shares nothing with the batch.</summary>
    private protected abstract void CheckApart(string name, ReadOnlySpan<T> output, TBatch batch);

    /// <summary>All gradients, by <see cref="CheckGradient"/>.</summary>
    private protected abstract void CheckGradients(TBatch batch, TGradients gradients, ReadOnlySpan<T> weights);

    private protected abstract Cost Run(
        TBatch batch, ReadOnlySpan<T> weights, Span<T> losses, TGradients gradients, Reduction reduction);

    /// <summary>What is thrown where an input has something that no batch can have.</summary>
    private protected static ArgumentException Refusal(string name, string message) => new(message, name);

    /// <summary>Refuses an input that this loss has no use for, if anything is given.</summary>
    private protected static void RefuseIf(bool refuses, string name, int given, string taken)
    {
        if (refuses && given > 0)
        {
            throw Refusal(name, $"'{name}' has {given} entries, but this loss {taken}.");
        }
    }
}

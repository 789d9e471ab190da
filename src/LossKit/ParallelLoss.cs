namespace LossKit;

/// <summary>What the losses of this library have in common, whatever they are of: the threads of a call.</summary>
public abstract class ParallelLoss : NamedMetric
{
    private int _degree = 1;

    private protected ParallelLoss()
    {
    }

    /// <summary>
    /// The most threads of a call; one unless <see cref="ParallelLosses.InParallel"/> said otherwise.
    /// </summary>
    public int Degree => Inner?.Degree ?? _degree;

    /// <summary>The loss that this one consists of, if any: the threads are its threads.</summary>
    private protected ParallelLoss? Inner { get; set; }

    internal ParallelLoss Copy(int degree)
    {
        ParallelLoss copy = (ParallelLoss)MemberwiseClone();
        copy._degree = Segments.CheckDegree(degree);
        copy.Inner = Inner?.Copy(degree);
        return copy;
    }
}

/// <summary>What makes losses use several threads.</summary>
public static class ParallelLosses
{
    /// <summary>The same loss on up to <paramref name="degree"/> threads, where the batch is large enough.</summary>
    /// <remarks>
    /// Value and derivatives are the same to the last bit, whatever the number of threads: the batch is divided into
    /// segments of examples, rows, groups, sequences or lists with about 65,536 numbers, which does not depend on it.
    /// Smaller batches stay on one thread. A call allocates a few objects to start its threads. What is made of a loss
    /// by a modifier runs on one thread again.
    /// </remarks>
    /// <typeparam name="TLoss">The loss.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="degree">The most threads, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The degree is not positive.</exception>
    public static TLoss InParallel<TLoss>(this TLoss loss, int degree) where TLoss : ParallelLoss
    {
        ArgumentNullException.ThrowIfNull(loss);
        return (TLoss)loss.Copy(degree);
    }
}

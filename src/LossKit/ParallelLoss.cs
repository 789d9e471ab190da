namespace LossKit;

/// <summary>What the losses of this library have in common, whatever they are of: the threads of a call.</summary>
public abstract class ParallelLoss
{
    private protected ParallelLoss()
    {
    }

    /// <summary>The most threads of a call; one unless <see cref="ParallelLosses.InParallel"/> said otherwise.</summary>
    public int Degree { get; private set; } = 1;

    internal ParallelLoss Copy(int degree)
    {
        ParallelLoss copy = (ParallelLoss)MemberwiseClone();
        copy.SetDegree(Segments.CheckDegree(degree));
        return copy;
    }

    /// <summary>What consists of other losses hands it on to them.</summary>
    private protected virtual void SetDegree(int degree) => Degree = degree;
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

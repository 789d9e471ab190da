namespace LossKit.Internals;

/// <summary>How many derivatives a pass computes.</summary>
internal enum DerivativeOrder
{
    Value,
    Gradient,
    Hessian,
}

/// <summary>Evaluates a loss over a batch whose spans and labels have been checked.</summary>
internal abstract class Kernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>
    /// Writes losses, gradient and Hessian as far as the batch and <paramref name="order"/> ask for them, and returns
    /// the weighted sum of the losses.
    /// </summary>
    public abstract CompensatedSum Run(in Batch<T> batch, DerivativeOrder order, LaneWidth width);

    /// <summary>What losses are to be multiplied with, if that is a positive number of this precision.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static double Factor(double factor) => Parameter.Positive(factor).In<T>(nameof(factor)).Value;

    /// <summary>
    /// Whether there is no loss of a row without a weight of its label's class, whatever the row holds.
    /// </summary>
    public virtual bool IsByLabel => false;

    /// <summary>How many numbers an example counts for where a batch is divided among threads.</summary>
    public virtual int NumbersOfExample(in Batch<T> batch) => batch.Columns;
}

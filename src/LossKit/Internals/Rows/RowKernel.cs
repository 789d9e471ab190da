namespace LossKit.Internals.Rows;

/// <summary>Evaluates a loss over rows whose spans and labels have been checked.</summary>
internal abstract class RowKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>
    /// Writes losses, gradient and Hessian as far as the batch and <paramref name="order"/> ask for them, and returns
    /// the weighted sum of the losses.
    /// </summary>
    public abstract CompensatedSum Run(in RowBatch<T> batch, DerivativeOrder order, LaneWidth width);

    /// <summary>How many numbers a row counts for where a batch is divided among threads.</summary>
    public virtual int NumbersOfRow(int columns) => columns;
}

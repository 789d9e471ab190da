namespace LossKit;

/// <summary>
/// A loss of a batch whose inputs are more than predictions and targets: pairs of embeddings, sequences, times with
/// events. The batch is a small struct of spans that names them, and so are the gradients.
/// </summary>
/// <remarks>
/// All spans are checked before anything is written; what is written must lie apart from everything else. A gradient
/// that is left out (an empty span) is not computed. Without weight the mean is NaN and all gradients are 0. What a
/// weight of 0 covers counts for nothing, not even as a NaN; a negative weight counts against the others. Immutable and
/// safe to share between threads.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TBatch">The inputs.</typeparam>
/// <typeparam name="TGradients">Where the gradients go.</typeparam>
public interface IBatchLoss<T, TBatch, TGradients> : IBatchMetric<T, TBatch>
    where T : unmanaged
    where TBatch : struct, allows ref struct
    where TGradients : struct, allows ref struct
{
    /// <summary>How many losses a batch has.</summary>
    int Losses(TBatch batch);

    /// <summary>The loss of a batch, and each loss by itself.</summary>
    /// <param name="batch">The inputs.</param>
    /// <param name="losses">Receives the losses, before weights; <see cref="Losses"/> says how many there are.</param>
    /// <param name="weights">What each loss counts in the returned cost; none means 1 each.</param>
    /// <returns>As <see cref="IBatchMetric{T, TBatch}.Value"/>.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit, or buffers overlap.</exception>
    Cost PerExample(TBatch batch, Span<T> losses, ReadOnlySpan<T> weights = default);

    /// <summary>The loss of a batch and its gradients with respect to its inputs.</summary>
    /// <param name="batch">The inputs.</param>
    /// <param name="gradients">Receives the gradients.</param>
    /// <param name="weights">What each loss, or each row of a labelled batch, counts; none means 1 each.</param>
    /// <param name="reduction">Whether the gradients are those of the mean or of the sum.</param>
    /// <returns>As <see cref="IBatchMetric{T, TBatch}.Value"/>, whatever the reduction.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit, or buffers overlap.</exception>
    Cost ValueAndGradient(
        TBatch batch, TGradients gradients, ReadOnlySpan<T> weights = default, Reduction reduction = Reduction.Mean);
}

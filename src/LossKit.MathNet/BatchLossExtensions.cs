using System.Numerics;
using LossKit.MathNet.Storage;

namespace LossKit.MathNet;

// Here, so that its Vector<T> goes before that of System.Numerics.
using global::MathNet.Numerics.LinearAlgebra;

/// <summary>
/// Losses of batches of several inputs on vectors and matrices of MathNet: pairs, triplets, labelled batches, queries
/// with keys, linear heads, survival, lists, and whatever else is an <see cref="IBatchLoss{T, TBatch, TGradients}"/>.
/// The batch is the loss' own, made of what <see cref="MathNetInputs{T}"/> lends of matrices, and so are the gradients.
/// </summary>
/// <remarks>
/// Embeddings that are the columns of dense matrices are read and written in place. Those that are rows are transposed
/// into rented memory, and gradients back, which costs one pass over each. Besides a few small objects a call leaves no
/// garbage on dense matrices. Where the loss knows how long a row is (<see cref="IRowsOfNumbers"/>), matrices must be
/// as wide. Gradients that are left out cost nothing. Everything is checked before anything is written.
/// </remarks>
public static class BatchLossExtensions
{
    /// <summary>The loss or metric of a batch.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TBatch">The inputs.</typeparam>
    /// <param name="loss">The loss or metric.</param>
    /// <param name="batch">Makes the batch, of what it lends of vectors and matrices.</param>
    /// <param name="weights">What each loss, row or person of the batch counts; none means 1 each.</param>
    /// <returns>Weighted sum, total weight and count; <see cref="Cost.Mean"/> is the mean.</returns>
    /// <exception cref="ArgumentException">Lengths or shapes do not fit.</exception>
    public static Cost Value<T, TBatch>(
        this IBatchMetric<T, TBatch> loss, Func<MathNetInputs<T>, TBatch> batch, Vector<T>? weights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TBatch : struct, allows ref struct
    {
        Check(loss, batch, weights);
        using Loans<T> inputs = LoansOf<T>(loss);
        using VectorEntries<T> w = VectorEntries<T>.OptionalInput(weights);
        return loss.Value(batch(new(inputs)), w.Span);
    }

    /// <summary>The loss of a batch, and each loss by itself.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TBatch">The inputs.</typeparam>
    /// <typeparam name="TGradients">Where the gradients would go.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="batch">Makes the batch, of what it lends of vectors and matrices.</param>
    /// <param name="losses">
    /// Receives the losses, before weights; <see cref="IBatchLoss{T, TBatch, TGradients}.Losses"/> says how many there
    /// are.
    /// </param>
    /// <param name="weights">What each loss counts in the returned cost; none means 1 each.</param>
    /// <inheritdoc cref="Value"/>
    public static Cost PerExample<T, TBatch, TGradients>(
        this IBatchLoss<T, TBatch, TGradients> loss,
        Func<MathNetInputs<T>, TBatch> batch,
        Vector<T> losses,
        Vector<T>? weights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TBatch : struct, allows ref struct
        where TGradients : struct, allows ref struct
    {
        Check(loss, batch, weights);
        using Loans<T> inputs = LoansOf<T>(loss);
        using VectorEntries<T> l = VectorEntries<T>.Output(losses);
        using VectorEntries<T> w = VectorEntries<T>.OptionalInput(weights);
        Cost cost = loss.PerExample(batch(new(inputs)), l.Span, w.Span);
        l.WriteBack();
        return cost;
    }

    /// <summary>
    /// The loss of a batch and its gradients with respect to its inputs; second derivatives too, where the gradients
    /// have a place for them.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TBatch">The inputs.</typeparam>
    /// <typeparam name="TGradients">Where the gradients go.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="batch">Makes the batch, of what it lends of vectors and matrices.</param>
    /// <param name="gradients">Makes the place of the gradients, of vectors and matrices that receive them.</param>
    /// <param name="weights">What each loss, or each row of a labelled batch, counts; none means 1 each.</param>
    /// <param name="reduction">Whether the gradients are those of the mean or of the sum.</param>
    /// <inheritdoc cref="Value"/>
    public static Cost ValueAndGradient<T, TBatch, TGradients>(
        this IBatchLoss<T, TBatch, TGradients> loss,
        Func<MathNetInputs<T>, TBatch> batch,
        Func<MathNetOutputs<T>, TGradients> gradients,
        Vector<T>? weights = null,
        Reduction reduction = Reduction.Mean)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TBatch : struct, allows ref struct
        where TGradients : struct, allows ref struct
    {
        Check(loss, batch, weights);
        ArgumentNullException.ThrowIfNull(gradients);
        using Loans<T> inputs = LoansOf<T>(loss);
        using Loans<T> outputs = LoansOf<T>(loss);
        using VectorEntries<T> w = VectorEntries<T>.OptionalInput(weights);
        Cost cost = loss.ValueAndGradient(batch(new(inputs)), gradients(new(outputs)), w.Span, reduction);
        outputs.WriteBack();
        return cost;
    }

    private static Loans<T> LoansOf<T>(object loss) where T : unmanaged, IFloatingPointIeee754<T> =>
        new((loss as IRowsOfNumbers)?.Dimension);

    private static void Check<T>(object loss, Delegate batch, Vector<T>? weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(batch);

        // The loss would take an empty span for no weights at all.
        if (weights?.Count == 0)
        {
            throw new ArgumentException(
                "'weights' has no entries: expected one for each loss, or no weights at all.", nameof(weights));
        }
    }
}

using System.Runtime.CompilerServices;
using LossKit.TorchSharp.Internals;

namespace LossKit.TorchSharp;

/// <summary>
/// A loss of batches of several inputs (embeddings, sequences, times with events, linear heads) as a loss of
/// TorchSharp.
/// </summary>
/// <remarks>
/// A batch is made of tensors as it is made of spans:
/// <code>
/// loss.forward(
///     batch => new() { Risks = batch.Numbers(risks), Times = batch.Numbers(times), Events = batch.Labels(events) },
///     gradient => new() { Risks = gradient.Gradient(risks) });
/// </code>
/// For the most frequent kinds there are methods that take the tensors themselves, in
/// <see cref="TensorLossExtensions"/>. Tensors are taken and gradients computed as
/// <see cref="TensorLoss{T, TTarget}"/> has it; numbers of 16 bits are copied to floats. The loss sees spans: that rows
/// are as long as it expects, it can only tell by their number.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TBatch">The inputs.</typeparam>
/// <typeparam name="TGradients">Where the gradients go.</typeparam>
public sealed class BatchTensorLoss<T, TBatch, TGradients>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TBatch : struct, allows ref struct
    where TGradients : struct, allows ref struct
{
    private readonly IBatchLoss<T, TBatch, TGradients> _loss;
    private readonly Reductions _reductions;

    internal BatchTensorLoss(IBatchLoss<T, TBatch, TGradients> loss, Reductions reductions)
    {
        _loss = loss;
        _reductions = reductions;
    }

    /// <inheritdoc cref="TensorLoss{T, TTarget}.Cost"/>
    public Cost Cost { get; private set; }

    /// <summary>The loss of a batch.</summary>
    /// <param name="batch">Makes a batch of tensors.</param>
    /// <param name="gradients">
    /// Says where the gradients go. Those with respect to tensors that require none are left out, whatever is said
    /// here; that one which does require one is not mentioned as often as it is read is an error.
    /// </param>
    /// <param name="weight">What each loss, or each row of a labelled batch, counts; null means 1 each.</param>
    /// <returns>A number.</returns>
    /// <exception cref="ArgumentException">
    /// A type or device does not fit, a gradient is not mentioned; or the loss refuses its batch.
    /// </exception>
    public Tensor forward(
        Func<TensorSpans<T>, TBatch> batch, Func<TensorSpans<T>, TGradients> gradients, Tensor? weight = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(gradients);
        TensorSpans<T> spans = new(is_grad_enabled());
        try
        {
            TBatch inputs = batch(spans);
            ReadOnlySpan<T> weights = spans.Numbers(weight, nameof(weight));
            TGradients outputs = gradients(spans);
            spans.CheckGradients();
            Cost = spans.HasGradients
                ? _loss.ValueAndGradient(inputs, outputs, weights, _reductions.OfGradient)
                : _loss.Value(inputs, weights);
            return spans.Result(tensor(_reductions.Of(Cost), TensorTypes.Of<T>()));
        }
        finally
        {
            spans.Free();
        }
    }

    /// <summary>The loss, for logs.</summary>
    public override string ToString() => $"{_loss}";

    /// <summary>This loss, if a tensor is rows of as many numbers as it compares.</summary>
    internal BatchTensorLoss<T, TBatch, TGradients> OfRows(
        Tensor rows, [CallerArgumentExpression(nameof(rows))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(rows, name);
        long[] given = rows.shape;
        int? dimension = _loss switch
        {
            EmbeddingLoss<T, TBatch, TGradients> loss => loss.Dimension,
            RetrievalLoss<T> loss => loss.Dimension,
            PrototypeLoss<T> loss => loss.Dimension,
            _ => null,
        };
        string columns = dimension is null ? nameof(dimension) : $"{dimension}";
        return given.Length == 2 && given[1] == (dimension ?? given[1])
            ? this
            : throw new ArgumentException(
                $"'{name}' is {TensorTypes.Text(given)}: expected [rows, {columns}].", name);
    }
}

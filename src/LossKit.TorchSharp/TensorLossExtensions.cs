using LossKit.TorchSharp.Internals;

namespace LossKit.TorchSharp;

/// <summary>Makes losses of TorchSharp of losses, and evaluates losses and metrics on tensors.</summary>
public static class TensorLossExtensions
{
    /// <summary>This loss as one of TorchSharp: of any tensors, with autograd.</summary>
    /// <remarks>
    /// Make it once, and dispose of it: it is a module of torch's, which has memory beyond the garbage collector's.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TTarget"><typeparamref name="T"/>, or <see cref="int"/> for labels.</typeparam>
    /// <param name="loss">The loss: a built-in one, or one of a formula of your own.</param>
    /// <param name="reduction">
    /// Mean, Sum, or None for the losses of the examples, each times its weight; None reads the batch twice.
    /// </param>
    /// <param name="meanOverCount">
    /// Whether a mean is divided by how many losses count, as <c>weight</c> of torch's pointwise losses has it, in
    /// place of the sum of the weights.
    /// </param>
    /// <exception cref="ArgumentException">
    /// Examples have no fixed number of losses, but there is no reduction; or targets are of another type.
    /// </exception>
    public static TensorLoss<T, TTarget> ToTorch<T, TTarget>(
        this ILoss<T, TTarget> loss, nn.Reduction reduction = nn.Reduction.Mean, bool meanOverCount = false)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(loss);
        CheckTargets<T, TTarget>();
        if (reduction == nn.Reduction.None && loss.Shape.Losses != 1 && loss.Shape.Losses != loss.Shape.Predictions)
        {
            throw new ArgumentException(
                "'reduction' is None, but examples of this loss have no fixed number of losses: expected Mean or Sum.",
                nameof(reduction));
        }

        return new(loss, Reductions.Checked(reduction, meanOverCount));
    }

    /// <summary>This loss of groups as one of TorchSharp.</summary>
    /// <inheritdoc cref="ToTorch{T, TTarget}(ILoss{T, TTarget}, nn.Reduction, bool)" path="/remarks"/>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TTarget"><typeparamref name="T"/>, or <see cref="int"/> for labels.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="reduction">Mean, Sum, or None for the losses of the groups, each times its weight.</param>
    /// <param name="meanOverCount">Whether a mean is divided by how many groups count, whatever they weigh.</param>
    public static GroupedTensorLoss<T, TTarget> ToTorch<T, TTarget>(
        this IGroupedLoss<T, TTarget> loss, nn.Reduction reduction = nn.Reduction.Mean, bool meanOverCount = false)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(loss);
        CheckTargets<T, TTarget>();
        return new(loss, Reductions.Checked(reduction, meanOverCount));
    }

    /// <summary>This loss of batches of several inputs as one of TorchSharp.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TBatch">The inputs.</typeparam>
    /// <typeparam name="TGradients">Where the gradients go.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="reduction">Mean or Sum: rows of a batch may share a gradient.</param>
    /// <param name="meanOverCount">Whether a mean is divided by how many losses count, whatever they weigh.</param>
    /// <exception cref="ArgumentException">There is no reduction.</exception>
    public static BatchTensorLoss<T, TBatch, TGradients> ToTorch<T, TBatch, TGradients>(
        this IBatchLoss<T, TBatch, TGradients> loss,
        nn.Reduction reduction = nn.Reduction.Mean,
        bool meanOverCount = false)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TBatch : struct, allows ref struct
        where TGradients : struct, allows ref struct
    {
        ArgumentNullException.ThrowIfNull(loss);
        return reduction != nn.Reduction.None
            ? new(loss, Reductions.Checked(reduction, meanOverCount))
            : throw new ArgumentException(
                "'reduction' is None, but the rows of a batch may share a gradient: expected Mean or Sum.",
                nameof(reduction));
    }

    /// <summary>The loss or metric of a batch, without a gradient.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TTarget"><typeparamref name="T"/>, or <see cref="int"/> for labels.</typeparam>
    /// <param name="metric">The loss or metric.</param>
    /// <param name="prediction">What the model says, as <see cref="TensorLoss{T, TTarget}"/> takes it.</param>
    /// <param name="target">What is true; null if the metric takes no targets.</param>
    /// <param name="weight">What each example counts; none means 1 each.</param>
    /// <exception cref="ArgumentException">
    /// A shape, type or device does not fit; or the metric refuses a number.
    /// </exception>
    public static Cost Value<T, TTarget>(
        this IMetric<T, TTarget> metric, Tensor prediction, Tensor? target, Tensor? weight = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(prediction);
        CheckTargets<T, TTarget>();
        _ = ExampleShapes.Of(metric.Shape, prediction, target, weight);
        return new ExampleCall<T, TTarget>
        {
            Metric = metric,
            Prediction = prediction,
            Target = target,
            Weight = weight,
        }.Value();
    }

    /// <summary>The loss or metric of a batch of several inputs, without a gradient.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TBatch">The inputs.</typeparam>
    /// <param name="metric">The loss or metric.</param>
    /// <param name="batch">Makes a batch of tensors.</param>
    /// <param name="weight">What each loss, row or person counts; null means 1 each.</param>
    /// <exception cref="ArgumentException">A type or device does not fit; or the metric refuses its batch.</exception>
    public static Cost Value<T, TBatch>(
        this IBatchMetric<T, TBatch> metric, Func<TensorSpans<T>, TBatch> batch, Tensor? weight = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TBatch : struct, allows ref struct
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(batch);
        TensorSpans<T> spans = new(wantsGradients: false);
        try
        {
            return metric.Value(batch(spans), spans.Numbers(weight));
        }
        finally
        {
            spans.Free();
        }
    }

    /// <summary>The metric of lists, as of a query's documents.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="metric">The metric.</param>
    /// <param name="prediction">What the model says; the last axis is a list.</param>
    /// <param name="target">What is true, of the same shape.</param>
    /// <param name="weight">What each list counts; none means 1 each.</param>
    /// <param name="mask">Which entries there are, of the same shape; none means all.</param>
    /// <exception cref="ArgumentException">
    /// A shape, type or device does not fit; or the metric refuses a number.
    /// </exception>
    public static Cost Value<T>(
        this IGroupedMetric<T> metric, Tensor prediction, Tensor target, Tensor? weight = null, Tensor? mask = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(metric);
        int width = ExampleShapes.Width(prediction);
        _ = ExampleShapes.Of(new(width, width), prediction, target, weight);
        TensorSpans<T> spans = new(wantsGradients: false);
        try
        {
            return metric.Value(
                spans.Numbers(prediction),
                spans.Numbers(target),
                Groups.OfWidth(width),
                spans.Numbers(weight),
                mask: spans.Mask(mask));
        }
        finally
        {
            spans.Free();
        }
    }

    /// <summary>The loss of a labelled batch of embeddings.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="embeddings">Rows × dimension.</param>
    /// <param name="labels">One a row.</param>
    /// <param name="weight">What each row counts; null means 1 each.</param>
    /// <inheritdoc cref="BatchTensorLoss{T, TBatch, TGradients}.forward" path="/returns"/>
    /// <inheritdoc cref="BatchTensorLoss{T, TBatch, TGradients}.forward" path="/exception"/>
    public static Tensor forward<T>(
        this BatchTensorLoss<T, Labelled<T>, LabelledGradients<T>> loss,
        Tensor embeddings,
        Tensor labels,
        Tensor? weight = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        return loss.OfRows(embeddings).forward(
            spans => new() { Embeddings = spans.Numbers(embeddings), Labels = spans.Labels(labels) },
            spans => new() { Embeddings = spans.Gradient(embeddings) },
            weight);
    }

    /// <summary>The loss of two views of the same items.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="first">One embedding of each item: items × dimension.</param>
    /// <param name="second">The other one.</param>
    /// <param name="weight">What each item counts; null means 1 each.</param>
    /// <inheritdoc cref="BatchTensorLoss{T, TBatch, TGradients}.forward" path="/returns"/>
    /// <inheritdoc cref="BatchTensorLoss{T, TBatch, TGradients}.forward" path="/exception"/>
    public static Tensor forward<T>(
        this BatchTensorLoss<T, Views<T>, ViewGradients<T>> loss, Tensor first, Tensor second, Tensor? weight = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        return loss.OfRows(first).OfRows(second).forward(
            spans => new() { First = spans.Numbers(first), Second = spans.Numbers(second) },
            spans => new() { First = spans.Gradient(first), Second = spans.Gradient(second) },
            weight);
    }

    /// <summary>The loss of pairs of embeddings.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="first">One row of each pair: pairs × dimension.</param>
    /// <param name="second">The other one.</param>
    /// <param name="target">
    /// One a pair: integers are labels, other numbers what the score is to be. Null if the loss takes none.
    /// </param>
    /// <param name="weight">What each pair counts; null means 1 each.</param>
    /// <inheritdoc cref="BatchTensorLoss{T, TBatch, TGradients}.forward" path="/returns"/>
    /// <inheritdoc cref="BatchTensorLoss{T, TBatch, TGradients}.forward" path="/exception"/>
    public static Tensor forward<T>(
        this BatchTensorLoss<T, Pairs<T>, PairGradients<T>> loss,
        Tensor first,
        Tensor second,
        Tensor? target,
        Tensor? weight = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        bool areLabels = target is not null && target.is_integral();
        string leftOut = areLabels ? nameof(Pairs<T>.Targets) : nameof(Pairs<T>.Labels);
        try
        {
            return loss.OfRows(first).OfRows(second).forward(
                spans => new()
                {
                    First = spans.Numbers(first),
                    Second = spans.Numbers(second),
                    Labels = spans.Labels(areLabels ? target : null, nameof(target)),
                    Targets = spans.Numbers(areLabels ? null : target, nameof(target)),
                },
                spans => new() { First = spans.Gradient(first), Second = spans.Gradient(second) },
                weight);
        }
        catch (ArgumentException error)
            when (target is not null && leftOut.Equals(error.ParamName, StringComparison.OrdinalIgnoreCase))
        {
            // Only the loss knows which of the two it takes, and it misses the one that this target is not.
            throw TensorTypes.WrongType(
                nameof(target), target.dtype, areLabels ? $"{TensorTypes.Of<T>()}" : TensorTypes.Integers);
        }
    }

    /// <summary>The loss of triplets of embeddings.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="anchors">Triplets × dimension.</param>
    /// <param name="positives">What each anchor is to be near to.</param>
    /// <param name="negatives">What each anchor is to be far from.</param>
    /// <param name="weight">What each triplet counts; null means 1 each.</param>
    /// <inheritdoc cref="BatchTensorLoss{T, TBatch, TGradients}.forward" path="/returns"/>
    /// <inheritdoc cref="BatchTensorLoss{T, TBatch, TGradients}.forward" path="/exception"/>
    public static Tensor forward<T>(
        this BatchTensorLoss<T, Triplets<T>, TripletGradients<T>> loss,
        Tensor anchors,
        Tensor positives,
        Tensor negatives,
        Tensor? weight = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        return loss.OfRows(anchors).OfRows(positives).OfRows(negatives).forward(
            spans => new()
            {
                Anchors = spans.Numbers(anchors),
                Positives = spans.Numbers(positives),
                Negatives = spans.Numbers(negatives),
            },
            spans => new()
            {
                Anchors = spans.Gradient(anchors),
                Positives = spans.Gradient(positives),
                Negatives = spans.Gradient(negatives),
            },
            weight);
    }

    /// <summary>The loss of queries whose keys are in the same rows.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="queries">Queries × dimension.</param>
    /// <param name="keys">Keys × dimension.</param>
    /// <param name="weight">What each query counts; null means 1 each.</param>
    /// <inheritdoc cref="BatchTensorLoss{T, TBatch, TGradients}.forward" path="/returns"/>
    /// <inheritdoc cref="BatchTensorLoss{T, TBatch, TGradients}.forward" path="/exception"/>
    public static Tensor forward<T>(
        this BatchTensorLoss<T, Retrieval<T>, RetrievalGradients<T>> loss,
        Tensor queries,
        Tensor keys,
        Tensor? weight = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        return loss.OfRows(queries).OfRows(keys).forward(
            spans => new() { Queries = spans.Numbers(queries), Keys = spans.Numbers(keys) },
            spans => new() { Queries = spans.Gradient(queries), Keys = spans.Gradient(keys) },
            weight);
    }

    /// <summary>The loss of rows on a linear layer, whose logits are never all in memory.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="hidden">Rows × dimension.</param>
    /// <param name="prototypes">Classes × dimension: the layer's weight.</param>
    /// <param name="labels">One a row.</param>
    /// <param name="bias">One a class; null means 0.</param>
    /// <param name="weight">What each row counts; null means 1 each.</param>
    /// <inheritdoc cref="BatchTensorLoss{T, TBatch, TGradients}.forward" path="/returns"/>
    /// <inheritdoc cref="BatchTensorLoss{T, TBatch, TGradients}.forward" path="/exception"/>
    public static Tensor forward<T>(
        this BatchTensorLoss<T, Linear<T>, LinearGradients<T>> loss,
        Tensor hidden,
        Tensor prototypes,
        Tensor labels,
        Tensor? bias = null,
        Tensor? weight = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        return loss.OfRows(hidden).OfRows(prototypes).forward(
            spans => new()
            {
                Hidden = spans.Numbers(hidden),
                Prototypes = spans.Numbers(prototypes),
                Bias = spans.Numbers(bias),
                Labels = spans.Labels(labels),
            },
            spans => new()
            {
                Hidden = spans.Gradient(hidden),
                Prototypes = spans.Gradient(prototypes),
                Bias = spans.Gradient(bias),
            },
            weight);
    }

    private static void CheckTargets<T, TTarget>()
    {
        if (typeof(TTarget) != typeof(T) && typeof(TTarget) != typeof(int))
        {
            throw new ArgumentException(
                $"Targets are of {typeof(TTarget).Name}: expected {typeof(T).Name}, or {nameof(Int32)} for labels.");
        }
    }
}

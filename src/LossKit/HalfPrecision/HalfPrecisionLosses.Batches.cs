using LossKit.Internals.Storage;

namespace LossKit.HalfPrecision;

public static partial class HalfPrecisionLosses
{
    /// <summary>The loss of two views, of numbers that are stored in 16 bits.</summary>
    /// <typeparam name="TNumber"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="batch">The inputs.</param>
    /// <param name="weights">As the loss has them; none means 1 each.</param>
    public static Cost Value<TNumber>(
        this ViewsLoss<float> loss, Views<TNumber> batch, ReadOnlySpan<float> weights = default)
        where TNumber : unmanaged => Run(loss, batch, default, weights, default);

    /// <summary>The loss of two views and the loss of each, of numbers that are stored in 16 bits.</summary>
    /// <typeparam name="TNumber"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="batch">The inputs.</param>
    /// <param name="losses">Receives the losses, before weights.</param>
    /// <param name="weights">As the loss has them; none means 1 each.</param>
    public static Cost PerExample<TNumber>(
        this ViewsLoss<float> loss, Views<TNumber> batch, Span<float> losses, ReadOnlySpan<float> weights = default)
        where TNumber : unmanaged => Run(loss, batch, default, weights, losses, wantsLosses: true);

    /// <summary>The loss of two views and its gradients, of numbers that are stored in 16 bits.</summary>
    /// <typeparam name="TNumber"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="batch">The inputs.</param>
    /// <param name="gradients">Receives the gradients, rounded; those that are left out are not computed.</param>
    /// <param name="weights">As the loss has them; none means 1 each.</param>
    /// <param name="reduction">What the gradients are of.</param>
    public static Cost ValueAndGradient<TNumber>(
        this ViewsLoss<float> loss,
        Views<TNumber> batch,
        ViewGradients<TNumber> gradients,
        ReadOnlySpan<float> weights = default,
        Reduction reduction = Reduction.Mean)
        where TNumber : unmanaged =>
        Run(loss, batch, gradients, weights, default, DerivativeOrder.Gradient, reduction);

    /// <summary>The loss of a labelled batch, of numbers that are stored in 16 bits.</summary>
    /// <typeparam name="TNumber"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="batch">The inputs.</param>
    /// <param name="weights">As the loss has them; none means 1 each.</param>
    public static Cost Value<TNumber>(
        this LabelledLoss<float> loss, Labelled<TNumber> batch, ReadOnlySpan<float> weights = default)
        where TNumber : unmanaged => Run(loss, batch, default, weights, default);

    /// <summary>The loss of a labelled batch and the loss of each, of numbers that are stored in 16 bits.</summary>
    /// <typeparam name="TNumber"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="batch">The inputs.</param>
    /// <param name="losses">Receives the losses, before weights.</param>
    /// <param name="weights">As the loss has them; none means 1 each.</param>
    public static Cost PerExample<TNumber>(
        this LabelledLoss<float> loss, Labelled<TNumber> batch, Span<float> losses, ReadOnlySpan<float> weights = default)
        where TNumber : unmanaged => Run(loss, batch, default, weights, losses, wantsLosses: true);

    /// <summary>The loss of a labelled batch and its gradients, of numbers that are stored in 16 bits.</summary>
    /// <typeparam name="TNumber"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="batch">The inputs.</param>
    /// <param name="gradients">Receives the gradients, rounded; those that are left out are not computed.</param>
    /// <param name="weights">As the loss has them; none means 1 each.</param>
    /// <param name="reduction">What the gradients are of.</param>
    public static Cost ValueAndGradient<TNumber>(
        this LabelledLoss<float> loss,
        Labelled<TNumber> batch,
        LabelledGradients<TNumber> gradients,
        ReadOnlySpan<float> weights = default,
        Reduction reduction = Reduction.Mean)
        where TNumber : unmanaged =>
        Run(loss, batch, gradients, weights, default, DerivativeOrder.Gradient, reduction);

    /// <summary>The loss of queries with keys, of numbers that are stored in 16 bits.</summary>
    /// <typeparam name="TNumber"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="batch">The inputs.</param>
    /// <param name="weights">As the loss has them; none means 1 each.</param>
    public static Cost Value<TNumber>(
        this RetrievalLoss<float> loss, Retrieval<TNumber> batch, ReadOnlySpan<float> weights = default)
        where TNumber : unmanaged => Run(loss, batch, default, weights, default);

    /// <summary>The loss of queries with keys and the loss of each, of numbers that are stored in 16 bits.</summary>
    /// <typeparam name="TNumber"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="batch">The inputs.</param>
    /// <param name="losses">Receives the losses, before weights.</param>
    /// <param name="weights">As the loss has them; none means 1 each.</param>
    public static Cost PerExample<TNumber>(
        this RetrievalLoss<float> loss, Retrieval<TNumber> batch, Span<float> losses, ReadOnlySpan<float> weights = default)
        where TNumber : unmanaged => Run(loss, batch, default, weights, losses, wantsLosses: true);

    /// <summary>The loss of queries with keys and its gradients, of numbers that are stored in 16 bits.</summary>
    /// <typeparam name="TNumber"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="batch">The inputs.</param>
    /// <param name="gradients">Receives the gradients, rounded; those that are left out are not computed.</param>
    /// <param name="weights">As the loss has them; none means 1 each.</param>
    /// <param name="reduction">What the gradients are of.</param>
    public static Cost ValueAndGradient<TNumber>(
        this RetrievalLoss<float> loss,
        Retrieval<TNumber> batch,
        RetrievalGradients<TNumber> gradients,
        ReadOnlySpan<float> weights = default,
        Reduction reduction = Reduction.Mean)
        where TNumber : unmanaged =>
        Run(loss, batch, gradients, weights, default, DerivativeOrder.Gradient, reduction);

    /// <summary>The loss of a linear layer, of numbers that are stored in 16 bits.</summary>
    /// <typeparam name="TNumber"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="batch">The inputs.</param>
    /// <param name="weights">What each row counts; none means 1 each.</param>
    public static Cost Value<TNumber>(
        this LinearLoss<float> loss, Linear<TNumber> batch, ReadOnlySpan<float> weights = default)
        where TNumber : unmanaged => Run(loss, batch, default, weights, default, wantsLosses: false, Reduction.Mean);

    /// <summary>The loss of a linear layer and that of each row, of numbers that are stored in 16 bits.</summary>
    /// <typeparam name="TNumber"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="batch">The inputs.</param>
    /// <param name="losses">Receives the loss of each row, before weights.</param>
    /// <param name="weights">What each row counts in the returned cost; none means 1 each.</param>
    public static Cost PerExample<TNumber>(
        this LinearLoss<float> loss, Linear<TNumber> batch, Span<float> losses, ReadOnlySpan<float> weights = default)
        where TNumber : unmanaged => Run(loss, batch, default, weights, losses, wantsLosses: true, Reduction.Mean);

    /// <summary>The loss of a linear layer and its gradients, of numbers that are stored in 16 bits.</summary>
    /// <remarks>
    /// Hidden rows and prototypes are widened where they are read, so many at a time as the scratch memory has room
    /// for, and a MiB besides. The gradient of hidden rows takes their size in float until it is rounded; losses of
    /// cosines need the prototypes in float.
    /// </remarks>
    /// <typeparam name="TNumber"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="batch">The inputs.</param>
    /// <param name="gradients">Receives the gradients; those that are left out are not computed.</param>
    /// <param name="weights">What each row counts; none means 1 each.</param>
    /// <param name="reduction">What the gradients are of.</param>
    public static Cost ValueAndGradient<TNumber>(
        this LinearLoss<float> loss,
        Linear<TNumber> batch,
        StoredLinearGradients<TNumber> gradients,
        ReadOnlySpan<float> weights = default,
        Reduction reduction = Reduction.Mean)
        where TNumber : unmanaged => Run(loss, batch, gradients, weights, default, wantsLosses: false, reduction);

    private static Cost Run<TNumber>(
        ViewsLoss<float> loss,
        Views<TNumber> batch,
        ViewGradients<TNumber> gradients,
        ReadOnlySpan<float> weights,
        Span<float> losses,
        DerivativeOrder order = DerivativeOrder.Value,
        Reduction reduction = Reduction.Mean,
        bool wantsLosses = false)
        where TNumber : unmanaged
    {
        ArgumentNullException.ThrowIfNull(loss);
        NumberStorage<TNumber>.Check();
        using Widened<TNumber> first = new(batch.First);
        using Widened<TNumber> second = new(batch.Second);
        using Widened<TNumber> scale = new(batch.Scale);
        using Widened<TNumber> ofFirst = new(gradients.First);
        using Widened<TNumber> ofSecond = new(gradients.Second);
        using Widened<TNumber> ofScale = new(gradients.Scale);
        Views<float> widened = new()
        {
            First = first.Floats,
            Second = second.Floats,
            Scale = scale.Floats,
        };
        ViewGradients<float> ofWidened = new()
        {
            First = ofFirst.Floats,
            Second = ofSecond.Floats,
            Scale = ofScale.Floats,
        };
        Cost cost = Evaluate(loss, widened, ofWidened, weights, losses, order, reduction, wantsLosses);
        ofFirst.Write();
        ofSecond.Write();
        ofScale.Write();
        return cost;
    }

    private static Cost Run<TNumber>(
        LabelledLoss<float> loss,
        Labelled<TNumber> batch,
        LabelledGradients<TNumber> gradients,
        ReadOnlySpan<float> weights,
        Span<float> losses,
        DerivativeOrder order = DerivativeOrder.Value,
        Reduction reduction = Reduction.Mean,
        bool wantsLosses = false)
        where TNumber : unmanaged
    {
        ArgumentNullException.ThrowIfNull(loss);
        NumberStorage<TNumber>.Check();
        using Widened<TNumber> embeddings = new(batch.Embeddings);
        using Widened<TNumber> references = new(batch.References);
        using Widened<TNumber> boundaries = new(batch.Boundaries);
        using Widened<TNumber> scale = new(batch.Scale);
        using Widened<TNumber> ofEmbeddings = new(gradients.Embeddings);
        using Widened<TNumber> ofReferences = new(gradients.References);
        using Widened<TNumber> ofBoundaries = new(gradients.Boundaries);
        using Widened<TNumber> ofScale = new(gradients.Scale);
        Labelled<float> widened = new()
        {
            Embeddings = embeddings.Floats,
            References = references.Floats,
            Boundaries = boundaries.Floats,
            Scale = scale.Floats,
            Labels = batch.Labels,
            ReferenceLabels = batch.ReferenceLabels,
        };
        LabelledGradients<float> ofWidened = new()
        {
            Embeddings = ofEmbeddings.Floats,
            References = ofReferences.Floats,
            Boundaries = ofBoundaries.Floats,
            Scale = ofScale.Floats,
        };
        Cost cost = Evaluate(loss, widened, ofWidened, weights, losses, order, reduction, wantsLosses);
        ofEmbeddings.Write();
        ofReferences.Write();
        ofBoundaries.Write();
        ofScale.Write();
        return cost;
    }

    private static Cost Run<TNumber>(
        RetrievalLoss<float> loss,
        Retrieval<TNumber> batch,
        RetrievalGradients<TNumber> gradients,
        ReadOnlySpan<float> weights,
        Span<float> losses,
        DerivativeOrder order = DerivativeOrder.Value,
        Reduction reduction = Reduction.Mean,
        bool wantsLosses = false)
        where TNumber : unmanaged
    {
        ArgumentNullException.ThrowIfNull(loss);
        NumberStorage<TNumber>.Check();
        using Widened<TNumber> queries = new(batch.Queries);
        using Widened<TNumber> keys = new(batch.Keys);
        using Widened<TNumber> negatives = new(batch.Negatives);
        using Widened<TNumber> scale = new(batch.Scale);
        using Widened<TNumber> bias = new(batch.Bias);
        using Widened<TNumber> ofQueries = new(gradients.Queries);
        using Widened<TNumber> ofKeys = new(gradients.Keys);
        using Widened<TNumber> ofNegatives = new(gradients.Negatives);
        using Widened<TNumber> ofScale = new(gradients.Scale);
        using Widened<TNumber> ofBias = new(gradients.Bias);
        Retrieval<float> widened = new()
        {
            Queries = queries.Floats,
            Keys = keys.Floats,
            Negatives = negatives.Floats,
            Scale = scale.Floats,
            Bias = bias.Floats,
            Labels = batch.Labels,
        };
        RetrievalGradients<float> ofWidened = new()
        {
            Queries = ofQueries.Floats,
            Keys = ofKeys.Floats,
            Negatives = ofNegatives.Floats,
            Scale = ofScale.Floats,
            Bias = ofBias.Floats,
        };
        Cost cost = Evaluate(loss, widened, ofWidened, weights, losses, order, reduction, wantsLosses);
        ofQueries.Write();
        ofKeys.Write();
        ofNegatives.Write();
        ofScale.Write();
        ofBias.Write();
        return cost;
    }

    private static Cost Run<TNumber>(
        LinearLoss<float> loss,
        Linear<TNumber> batch,
        StoredLinearGradients<TNumber> gradients,
        ReadOnlySpan<float> weights,
        Span<float> losses,
        bool wantsLosses,
        Reduction reduction)
        where TNumber : unmanaged
    {
        ArgumentNullException.ThrowIfNull(loss);
        NumberStorage<TNumber>.Check();
        return loss.RunStored(batch, gradients, weights, losses, wantsLosses, reduction);
    }

    private static Cost Evaluate<TBatch, TGradients>(
        BatchLoss<float, TBatch, TGradients> loss,
        TBatch batch,
        TGradients gradients,
        ReadOnlySpan<float> weights,
        Span<float> losses,
        DerivativeOrder order,
        Reduction reduction,
        bool wantsLosses)
        where TBatch : struct, allows ref struct
        where TGradients : struct, allows ref struct => order switch
        {
            DerivativeOrder.Gradient => loss.ValueAndGradient(batch, gradients, weights, reduction),
            _ when wantsLosses => loss.PerExample(batch, losses, weights),
            _ => loss.Value(batch, weights),
        };
}

namespace LossKit.Internals.Storage;

/// <summary>
/// A batch whose predictions, targets and derivatives are numbers of 16 bits: a few examples at a time become floats,
/// stay in the nearest cache while their loss is computed, and the derivatives are rounded once.
/// </summary>
internal ref struct StoredBatch<TNumber> : IEvaluation<float>, ISegmentWork where TNumber : unmanaged
{
    /// <summary>The floats of one input that are in use at a time.</summary>
    private const int Block = 2048;

    public required ReadOnlySpan<TNumber> Predictions { get; init; }

    public ReadOnlySpan<TNumber> Targets { get; init; }

    /// <summary>One an example, in place of <see cref="Targets"/>.</summary>
    public ReadOnlySpan<int> Labels { get; init; }

    /// <summary>One an example. A field, because the plan may set others in its place.</summary>
    public ReadOnlySpan<float> Weights;

    public Span<float> Losses { get; init; }

    public Span<TNumber> Gradient { get; init; }

    public Span<TNumber> Hessian { get; init; }

    /// <summary>What evaluates it.</summary>
    public Kernel<float>? Kernel { get; set; }

    /// <summary>How many predictions an example has.</summary>
    public int Columns { get; set; }

    /// <summary>How many targets an example has, unless it has a label.</summary>
    public int TargetColumns { get; set; }

    public bool HasIgnored { get; set; }

    private DerivativeOrder Order { get; set; }

    private float Scale { get; set; }

    readonly int IEvaluation<float>.Losses => Examples;

    private readonly int Examples => Predictions.Length / Columns;

    CompensatedSum IEvaluation<float>.Run(in Call<float> call)
    {
        Weights = call.Weights;
        Scale = call.Scale;
        Order = call.Order;
        return Segments.Run(this, Examples, Columns, call.Degree);
    }

    public readonly void ClearDerivatives()
    {
        Gradient.Clear();
        Hessian.Clear();
    }

    readonly CompensatedSum ISegmentWork.Run(int start, int length)
    {
        int most = Math.Min(length, Math.Max(1, Block / Columns));
        using Rented<float> predictions = new(most * Columns);
        using Rented<float> targets = new(Targets.IsEmpty ? 0 : most * TargetColumns);
        using Rented<float> hessian = new(Order == DerivativeOrder.Hessian ? most * Columns : 0);
        CompensatedSum sum = default;
        for (int first = start; first < start + length; first += most)
        {
            int count = Math.Min(most, start + length - first);
            sum += Run(first, count, predictions.Span, targets.Span, hessian.Span);
        }

        return sum;
    }

    private readonly CompensatedSum Run(
        int first, int count, Span<float> predictions, Span<float> targets, Span<float> hessian)
    {
        Range entries = (first * Columns)..((first + count) * Columns);
        Range ofTargets = (first * TargetColumns)..((first + count) * TargetColumns);
        predictions = predictions[..(count * Columns)];
        targets = Targets.IsEmpty ? default : targets[..(count * TargetColumns)];
        hessian = hessian.IsEmpty ? default : hessian[..predictions.Length];
        NumberStorage<TNumber>.Widen(Predictions[entries], predictions);
        if (!targets.IsEmpty)
        {
            NumberStorage<TNumber>.Widen(Targets[ofTargets], targets);
        }

        Batch<float> batch = new()
        {
            Predictions = predictions,
            Targets = targets,
            Labels = Embedding.Rows.IfAny(Labels, first..(first + count)),
            Weights = Embedding.Rows.IfAny(Weights, first..(first + count)),
            Losses = Losses.IsEmpty ? default : Losses.Slice(first, count),
            Gradient = Order > DerivativeOrder.Value ? predictions : default,
            Hessian = hessian,
            Scale = Scale,
            Columns = Columns,
            TargetColumns = TargetColumns,
            HasIgnored = HasIgnored,
            Kernel = Kernel,
            Count = count,
        };
        CompensatedSum sum = Kernel!.Run(batch, Order, LaneWidths.Best);
        if (Order > DerivativeOrder.Value)
        {
            NumberStorage<TNumber>.Narrow(predictions, Gradient[entries]);
        }

        if (Order > DerivativeOrder.Gradient)
        {
            NumberStorage<TNumber>.Narrow(hessian, Hessian[entries]);
        }

        return sum;
    }
}

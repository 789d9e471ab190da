using System.Buffers;
using System.Numerics;

namespace LossKit.Tensors.Internals;

/// <summary>What a call is to compute.</summary>
internal enum Verb
{
    Value,
    PerExample,
    Gradient,
    Hessian,
}

/// <summary>One call's tensors: those that it has not are empty.</summary>
internal ref struct TensorCall<T, TTarget>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTarget : unmanaged
{
    // In the second-level cache together, of the most that there can be: predictions, gradient and Hessian.
    private const int BlockEntries = 1 << 14;

    public required TensorView<T> Predictions { get; init; }

    public required TensorView<TTarget> Targets { get; init; }

    public required TensorView<T> Weights { get; init; }

    public TensorView<T> Losses { get; set; }

    public TensorView<T> Gradient { get; set; }

    public TensorView<T> Hessian { get; set; }

    public required bool IsPlanar { get; init; }

    /// <summary>
    /// In one call where each tensor is a span in the order that the loss reads; else block by block, through rented
    /// memory. Then the value comes first: it makes all checks before anything is written, and knows the total weight.
    /// </summary>
    public readonly Cost Run<TLoss>(TLoss loss, Verb verb, Reduction reduction)
        where TLoss : struct, ISpanLoss<T, TTarget>
    {
        if (AreSpans())
        {
            return loss.Run(
                verb,
                new()
                {
                    Predictions = Predictions.AsSpan(),
                    Targets = Targets.AsSpan(),
                    Weights = Weights.AsSpan(),
                    Losses = Losses.AsSpan(),
                    Gradient = Gradient.AsSpan(),
                    Hessian = Hessian.AsSpan(),
                },
                reduction);
        }

        CheckOverlaps();
        nint examples = Predictions.Length / Predictions.Width;
        int rows = (int)Math.Min(examples, Math.Max(1, BlockEntries / Predictions.Width));
        int blocks = rows == 0 ? 0 : checked((int)((examples - 1) / rows + 1));
        double[] rented = ArrayPool<double>.Shared.Rent(blocks);
        try
        {
            Span<double> parts = rented.AsSpan(0, blocks);
            Cost cost = RunBlocks(loss, Verb.Value, reduction, rows, parts, default);
            if (verb != Verb.Value)
            {
                RunBlocks(loss, verb, reduction, rows, parts, cost);
            }

            return cost;
        }
        finally
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    private readonly bool AreSpans() =>
        Predictions.IsSpan(IsPlanar)
        && Targets.IsSpan(IsPlanar)
        && Weights.IsSpan(false)
        && Losses.IsSpan(false)
        && Gradient.IsSpan(IsPlanar)
        && Hessian.IsSpan(IsPlanar);

    /// <summary>All blocks, one after another.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="verb">What is computed.</param>
    /// <param name="reduction">What the derivatives are of.</param>
    /// <param name="rows">How many examples a block has.</param>
    /// <param name="parts">What each block's mean is divided by: written with the value, read with derivatives.</param>
    /// <param name="whole">The cost of all blocks, for derivatives.</param>
    private readonly Cost RunBlocks<TLoss>(
        TLoss loss, Verb verb, Reduction reduction, int rows, Span<double> parts, Cost whole)
        where TLoss : struct, ISpanLoss<T, TTarget>
    {
        nint examples = Predictions.Length / Predictions.Width;
        bool hasHessian = verb == Verb.Hessian;
        bool hasGradient = verb == Verb.Gradient || hasHessian;
        using Buffer<T> predictions = new(Predictions, rows);
        using Buffer<TTarget> targets = new(Targets, rows);
        using Buffer<T> weights = new(Weights, rows);
        using Buffer<T> losses = new(Losses, verb == Verb.PerExample ? rows : 0);
        using Buffer<T> gradient = new(Gradient, hasGradient ? rows : 0);
        using Buffer<T> hessian = new(Hessian, hasHessian ? rows : 0);
        Cost total = default;
        int block = 0;
        for (nint first = 0; first < examples; first += rows, block++)
        {
            int count = (int)Math.Min(rows, examples - first);
            SpanBatch<T, TTarget> batch = new()
            {
                Predictions = Predictions.Read(first, count, predictions.Span, IsPlanar),
                Targets = Targets.Read(first, count, targets.Span, IsPlanar),
                Weights = Weights.Read(first, count, weights.Span, false),
                Losses = verb == Verb.PerExample ? Losses.Place(first, count, losses.Span, false) : default,
                Gradient = hasGradient ? Gradient.Place(first, count, gradient.Span, IsPlanar) : default,
                Hessian = hasHessian ? Hessian.Place(first, count, hessian.Span, IsPlanar) : default,
            };

            // Weights of a block that cancel have no mean, but derivatives all the same.
            bool hasMean = reduction != Reduction.Sum && parts[block] != 0;
            Cost cost = loss.Run(verb, batch, hasMean || verb == Verb.Value ? reduction : Reduction.Sum);
            total += cost;
            if (verb == Verb.Value)
            {
                parts[block] = Divisor(cost, reduction);
            }
            else
            {
                double part = hasMean ? parts[block] : 1;
                Divide(batch.Gradient, part, Divisor(whole, reduction));
                Divide(batch.Hessian, part, Divisor(whole, reduction));
            }

            if (verb == Verb.PerExample)
            {
                Losses.Write(first, count, batch.Losses, false);
            }

            if (hasGradient)
            {
                Gradient.Write(first, count, batch.Gradient, IsPlanar);
            }

            if (hasHessian)
            {
                Hessian.Write(first, count, batch.Hessian, IsPlanar);
            }
        }

        return total;
    }

    private static double Divisor(Cost cost, Reduction reduction) => reduction switch
    {
        Reduction.Mean => cost.Weight,
        Reduction.MeanOverCount => cost.Count,
        _ => 1,
    };

    /// <summary>
    /// Makes slopes of a block's mean those of the mean of all. In double: the range of a float ends where weights,
    /// and what they are divided by, do not.
    /// </summary>
    private static void Divide(Span<T> slopes, double part, double whole)
    {
        if (whole == 0)
        {
            slopes.Clear();
        }
        else if (part != whole)
        {
            double divisor = whole / part;
            for (int i = 0; i < slopes.Length; i++)
            {
                slopes[i] = T.CreateTruncating(double.CreateTruncating(slopes[i]) / divisor);
            }
        }
    }

    private readonly void CheckOverlaps()
    {
        CheckOutput("losses", Losses);
        CheckOutput("gradient", Gradient);
        CheckOutput("hessian", Hessian);
        if (Hessian.MayShare(Gradient))
        {
            throw new ArgumentException("'hessian' overlaps 'gradient'. Each needs memory of its own.", "hessian");
        }
    }

    private readonly void CheckOutput(string name, in TensorView<T> output)
    {
        if (output.OverlapsItself())
        {
            throw new ArgumentException(
                $"'{name}' has a stride of 0: each of its entries needs memory of its own.", name);
        }

        CheckApart(name, output, "predictions", Predictions);
        CheckApart(name, output, "weights", Weights);
        if (typeof(T) == typeof(TTarget))
        {
            CheckApart(name, output, "targets", Targets.As<T>());
        }
    }

    private static void CheckApart(string name, in TensorView<T> output, string inputName, in TensorView<T> input)
    {
        if (output.MayShare(input) && !output.IsSame(input))
        {
            throw new ArgumentException(
                $"'{name}' overlaps '{inputName}'. It may be that input itself, or must lie apart from it.", name);
        }
    }

    /// <summary>Rented memory for a block of a view that has no span.</summary>
    private readonly ref struct Buffer<TNumber> where TNumber : unmanaged
    {
        private readonly TNumber[]? _rented;

        public Buffer(in TensorView<TNumber> view, int rows) =>
            _rented = view.Length == 0 || rows == 0 ? null : ArrayPool<TNumber>.Shared.Rent(rows * view.Width);

        public Span<TNumber> Span => _rented;

        public void Dispose()
        {
            if (_rented is not null)
            {
                ArrayPool<TNumber>.Shared.Return(_rented);
            }
        }
    }
}

namespace LossKit.Internals.Tuples;

/// <summary>A loss of tuples with a batch and where its derivatives go.</summary>
internal readonly ref struct TupleEvaluation<T> : IEvaluation<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public required TupleKernel<T> Kernel { get; init; }

    public required ReadOnlySpan<T> Predictions { get; init; }

    public required ReadOnlySpan<T> Targets { get; init; }

    public required bool IsPlanar { get; init; }

    public Span<T> Gradient { get; init; }

    public Span<T> Hessian { get; init; }

    public int Losses => Predictions.Length / Kernel.Predictions;

    public CompensatedSum Run(in Call<T> call)
    {
        TupleBatch<T> batch = new()
        {
            Predictions = Predictions,
            Targets = Targets,
            Weights = call.Weights,
            Losses = call.Losses,
            Gradient = Gradient,
            Hessian = Hessian,
            Scale = call.Scale,
            IsPlanar = IsPlanar,
            Length = Losses,
            Start = 0,
            Count = Losses,
        };
        return TupleWork<T>.Run(Kernel, batch, call.Order, call.Degree);
    }

    public void ClearDerivatives()
    {
        Gradient.Clear();
        Hessian.Clear();
    }
}

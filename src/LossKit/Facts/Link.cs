namespace LossKit;

/// <summary>
/// What a raw prediction is on the scale of the target: the link function takes the mean to the raw prediction, its
/// inverse takes raw predictions to numbers that people read.
/// </summary>
public sealed class Link
{
    private readonly Func<double, double> _apply;
    private readonly Func<double, double> _invert;
    private readonly Map _applyToAll;
    private readonly Map _invertAll;

    private Link(string name, Func<double, double> apply, Func<double, double> invert, Map applyToAll, Map invertAll)
    {
        Name = name;
        _apply = apply;
        _invert = invert;
        _applyToAll = applyToAll;
        _invertAll = invertAll;
    }

    /// <summary>The prediction is on the scale of the target.</summary>
    public static Link Identity { get; } = Unchanged("identity");

    /// <summary>The prediction is the logarithm of the mean.</summary>
    public static Link Log { get; } = new("log", Math.Log, Math.Exp, new Map<Logarithm>(), new Map<Exponential>());

    /// <summary>The prediction is the log-odds of a probability.</summary>
    public static Link Logit { get; } = new(
        "logit",
        mean => Math.Log(mean / (1 - mean)),
        raw => raw >= 0 ? 1 / (1 + Math.Exp(-raw)) : Math.Exp(raw) / (1 + Math.Exp(raw)),
        new Map<LogOdds>(),
        new Map<Sigmoid>());

    /// <summary>Nothing is declared of the prediction's scale: numbers are passed through as they are.</summary>
    public static Link Unknown { get; } = Unchanged("unknown");

    /// <summary>
    /// That of a sum whose parts take the prediction to be on different scales, as a log and as the mean itself: there
    /// is none for all of it, and numbers are passed through as they are.
    /// </summary>
    public static Link Mixed { get; } = Unchanged("mixed");

    /// <summary>The usual name.</summary>
    public string Name { get; }

    /// <summary>From the scale of the target to the raw prediction.</summary>
    public double Apply(double mean) => _apply(mean);

    /// <summary>From the scale of the target to raw predictions, in one SIMD pass.</summary>
    /// <param name="means">Numbers on the scale of the target.</param>
    /// <param name="raw">Receives the raw predictions; may be the means themselves.</param>
    /// <exception cref="ArgumentException">Lengths differ, or the buffers overlap partly.</exception>
    public void Apply<T>(ReadOnlySpan<T> means, Span<T> raw) where T : unmanaged, IFloatingPointIeee754<T>
    {
        BatchChecks.Length(nameof(raw), raw.Length, nameof(means), means.Length);
        BatchChecks.NoPartialOverlap(nameof(raw), raw, nameof(means), means);
        _applyToAll.Run(means, raw);
    }

    /// <summary>From the raw prediction to the scale of the target.</summary>
    public double Invert(double raw) => _invert(raw);

    /// <summary>From raw predictions to the scale of the target, in one SIMD pass: what people read.</summary>
    /// <param name="raw">Raw predictions.</param>
    /// <param name="means">Receives them on the scale of the target; may be the raw predictions themselves.</param>
    /// <exception cref="ArgumentException">Lengths differ, or the buffers overlap partly.</exception>
    public void Invert<T>(ReadOnlySpan<T> raw, Span<T> means) where T : unmanaged, IFloatingPointIeee754<T>
    {
        BatchChecks.Length(nameof(means), means.Length, nameof(raw), raw.Length);
        BatchChecks.NoPartialOverlap(nameof(means), means, nameof(raw), raw);
        _invertAll.Run(raw, means);
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>
    /// The link of losses that share a prediction; a part of which nothing is known contradicts none.
    /// </summary>
    internal Link And(Link other) => this == other || other == Unknown ? this : this == Unknown ? other : Mixed;

    private static Link Unchanged(string name) =>
        new(name, mean => mean, raw => raw, new Map<Itself>(), new Map<Itself>());

    /// <summary>A function over spans, by the pointwise loop.</summary>
    private abstract class Map
    {
        public abstract void Run<T>(ReadOnlySpan<T> from, Span<T> to) where T : unmanaged, IFloatingPointIeee754<T>;
    }

    private sealed class Map<TFormula> : Map where TFormula : struct, IPointwiseFormula
    {
        public override void Run<T>(ReadOnlySpan<T> from, Span<T> to) => KernelOf<T>.Kernel.Run(
            new() { Predictions = from, Targets = from, Losses = to }, DerivativeOrder.Value, LaneWidths.Best);

        private static class KernelOf<T> where T : unmanaged, IFloatingPointIeee754<T>
        {
            public static readonly FormulaKernel<T, TFormula> Kernel = new(default);
        }
    }

    // NaN passes through each by itself; infinity less infinity, by which the loop would look for one, is none.
    private readonly struct Itself : IPointwiseFormula, IPropagatesNaN
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> => prediction;
    }

    private readonly struct Logarithm : IPointwiseFormula, IPropagatesNaN
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            TLane.Log(prediction);
    }

    private readonly struct Exponential : IPointwiseFormula, IPropagatesNaN
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            TLane.Exp(prediction);
    }

    internal readonly struct LogOdds : IPointwiseFormula, IPropagatesNaN
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            TLane.Log(prediction / (1.0 - prediction));
    }

    private readonly struct Sigmoid : IPointwiseFormula, IPropagatesNaN
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            TLane.Sigmoid(prediction);
    }
}

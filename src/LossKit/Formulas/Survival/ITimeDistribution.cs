namespace LossKit.Formulas;

/// <summary>A distribution of z = (log t − μ)/σ of a time t.</summary>
/// <remarks>
/// What is between two times is a method of its own: a loop that has all of it would outgrow what the JIT compiler is
/// willing to inline, and would call each operator instead.
/// </remarks>
public interface ITimeDistribution
{
    /// <summary>−log f(z) of a time that was seen.</summary>
    /// <typeparam name="TLane">The numbers that the formula is written in.</typeparam>
    static abstract TLane AtTime<TLane>(TLane z) where TLane : struct, ILane<TLane>;

    /// <summary>
    /// −log(F(later) − F(earlier)) of a time between two, of which either may be as good as infinite: far out nothing
    /// is lost.
    /// </summary>
    /// <typeparam name="TLane">The numbers that the formula is written in.</typeparam>
    /// <param name="earlier">z of the earlier time.</param>
    /// <param name="later">z of the later.</param>
    /// <param name="width">How far they are apart, which as a difference might be 0.</param>
    static abstract TLane Between<TLane>(TLane earlier, TLane later, TLane width) where TLane : struct, ILane<TLane>;
}

/// <summary>The standard normal distribution.</summary>
public readonly struct NormalTime : ITimeDistribution
{
    /// <summary>From here on the asymptotic series of a tail is more exact than its logarithm.</summary>
    private const double Deep = 100;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane AtTime<TLane>(TLane z) where TLane : struct, ILane<TLane> =>
        0.5 * TLane.Square(z) + 0.5 * Math.Log(2 * Math.PI);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static TLane Between<TLane>(TLane earlier, TLane later, TLane width) where TLane : struct, ILane<TLane>
    {
        // On the side where both tails are small: nearer to 1 they would differ by nothing.
        TLane middle = earlier + later;
        TLane depth = TLane.SelectGreater(middle, 0.0, earlier, -later);
        TLane near = LogTail(-depth);
        TLane far = LogTail(TLane.SelectGreater(middle, 0.0, -later, earlier));
        TLane behind = TLane.SelectGreater(depth, Deep, Behind(TLane.Max(depth, Deep), width), far - near);
        TLane square = TLane.Square(0.5 * middle);
        TLane isNarrow = 0.015625 - 0.25 * TLane.Square(width) * (square + 1.0);
        return TLane.SelectGreater(
            isNarrow, 0.0, Narrow(square, width), -near - TLane.Log(-TLane.Expm1(behind)));
    }

    /// <summary>
    /// How far the logarithm of the tail from z + width on is behind that from z on, by their asymptotic series: far
    /// out their difference has no digits left. No farther than an exponential sees.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TLane Behind<TLane>(TLane z, TLane width) where TLane : struct, ILane<TLane>
    {
        TLane near = 1.0 / z;
        TLane far = 1.0 / (z + width);
        return TLane.Max(
            -1000.0,
            width * (near * far * (near + far) - (z + 0.5 * width)) - TLane.Log1p(width * near));
    }

    /// <summary>
    /// The density in the middle times the width, by a series in Hermite polynomials: of a narrow interval the
    /// logarithms of both tails have too many digits in common.
    /// </summary>
    /// <param name="square">The square of the middle.</param>
    /// <param name="width">The width.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TLane Narrow<TLane>(TLane square, TLane width) where TLane : struct, ILane<TLane>
    {
        TLane x = 0.25 * TLane.Square(width);
        TLane eighth = square * (square * (square * (square - 28.0) + 210.0) - 420.0) + 105.0;
        TLane sixth = square * (square * (square - 15.0) + 45.0) - 15.0;
        TLane fourth = square * (square - 6.0) + 3.0;
        TLane rest = 1.0 / 120 * fourth + x * (1.0 / 5040 * sixth + 1.0 / 362_880 * x * eighth);
        TLane mean = x * (1.0 / 6 * (square - 1.0) + x * rest);
        return 0.5 * square + 0.5 * Math.Log(2 * Math.PI) - TLane.Log(width) - TLane.Log1p(mean);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TLane LogTail<TLane>(TLane z) where TLane : struct, ILane<TLane> => Functions.LogNormalCdf(z);
}

/// <summary>The standard logistic distribution.</summary>
public readonly struct LogisticTime : ITimeDistribution
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane AtTime<TLane>(TLane z) where TLane : struct, ILane<TLane> => z + 2.0 * TLane.Softplus(-z);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static TLane Between<TLane>(TLane earlier, TLane later, TLane width) where TLane : struct, ILane<TLane> =>
        TLane.Softplus(earlier) + TLane.Softplus(-later) - TLane.Log(-TLane.Expm1(-width));
}

/// <summary>The distribution of the smallest of many, F(z) = 1 − exp(−eᶻ).</summary>
public readonly struct ExtremeTime : ITimeDistribution
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane AtTime<TLane>(TLane z) where TLane : struct, ILane<TLane> => TLane.Exp(z) - z;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static TLane Between<TLane>(TLane earlier, TLane later, TLane width) where TLane : struct, ILane<TLane> =>
        TLane.Exp(earlier) - TLane.Apply(default(LogExtremeCdf), later + TLane.Log(-TLane.Expm1(-width)));

    /// <summary>log(1 − exp(−eˣ)), which is x where eˣ is small.</summary>
    internal readonly struct LogExtremeCdf : IFunction
    {
        // Beyond these it is x, or 0, to the last bit.
        private const double Least = -60;
        private const double Largest = 6;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Derivatives<TLane> At<TLane>(TLane x) where TLane : struct, ILane<TLane>
        {
            TLane hazard = TLane.Exp(TLane.Clamp(x, Least, Largest));
            TLane probability = -TLane.Expm1(-hazard);
            TLane slope = hazard / TLane.Expm1(hazard);
            return new()
            {
                Value = TLane.SelectGreater(x, -1.0, 0.0, x)
                    + TLane.Log(TLane.SelectGreater(x, -1.0, probability, probability / hazard)),
                First = slope,
                Second = slope * (1.0 - hazard - slope),
            };
        }
    }
}

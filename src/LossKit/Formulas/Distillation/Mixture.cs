namespace LossKit.Formulas;

/// <summary>Two probabilities by their logarithms, and how the first is apart from a mixture of both.</summary>
/// <remarks>
/// With m = αa + (1 − α)b, what a class adds to KL(a‖m) is a·log(a/m) − a + m: the last two add up to 0 over all
/// classes, and with them no class is negative, so that nothing cancels where a and b are nearly equal.
/// </remarks>
internal readonly struct Mixture<TLane> where TLane : struct, ILane<TLane>
{
    /// <param name="logA">log a, −∞ of what is masked.</param>
    /// <param name="logB">log b.</param>
    /// <param name="alpha">α, at least 0 and less than 1.</param>
    // Inlined, it would outgrow what the JIT compiler inlines, and every operation be a call.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public Mixture(TLane logA, TLane logB, Parameter alpha)
    {
        TLane ahead = logB - logA;
        TLane gap = TLane.Abs(ahead);

        // e^(−gap) − 1, by which the smaller is less than the larger, relative to that.
        TLane relative = TLane.Expm1(-gap);
        TLane larger = TLane.Exp(TLane.Max(logA, logB));
        TLane smaller = TLane.Exp(TLane.Min(logA, logB));
        TLane difference = TLane.Weigh(larger, relative);
        A = TLane.SelectGreater(logB, logA, smaller, larger);
        B = TLane.SelectGreater(logB, logA, larger, smaller);
        Difference = TLane.SelectGreater(logB, logA, -difference, difference);
        TLane share = 1.0 - (TLane)alpha;
        Middle = alpha * A + share * B;
        TLane farther;
        TLane near;
        if (alpha.Value == 0)
        {
            farther = gap;
            Ratio = ahead;
            near = TLane.Expm1Excess(TLane.Min(ahead, 1.0));
        }
        else
        {
            // Where b is the larger m/b is known, elsewhere m/a.
            farther = gap + TLane.Log1p(alpha * relative);
            TLane more = share * TLane.SelectGreater(ahead, 0.0, -relative / (1.0 + relative), relative);
            Ratio = TLane.SelectGreater(ahead, 1.0, farther, TLane.Log1p(more));
            near = TLane.Log1pDeficit(more);
        }

        Divergence = TLane.SelectGreater(
            ahead, 1.0, share * Difference - TLane.Weigh(A, farther), TLane.Weigh(A, near));
    }

    public readonly TLane A;

    public readonly TLane B;

    /// <summary>b − a.</summary>
    public readonly TLane Difference;

    /// <summary>m.</summary>
    public readonly TLane Middle;

    /// <summary>log(m/a).</summary>
    public readonly TLane Ratio;

    /// <summary>What the class adds to KL(a‖m).</summary>
    public readonly TLane Divergence;

    /// <summary>A number by m; 0 of a class that neither has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane ByMiddle(TLane number) => number / TLane.Max(TLane.SmallestNormal, Middle);
}

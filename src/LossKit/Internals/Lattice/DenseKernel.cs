namespace LossKit.Internals.Lattice;

/// <summary>
/// The steps of a lattice in which arcs lead from every state to every state. Arcs are numbers with exponents of their
/// own, as paths are: they cost exponentials once a call, not once a step.
/// </summary>
internal static class DenseKernel<TLane> where TLane : struct, IVectorLane<TLane, double>, ILane<TLane>
{
    /// <summary>What is so many powers of two behind is nothing beside it.</summary>
    private const double Behind = -1200;

    /// <summary>e^scores, which are at most 0, in place: mantissas, and exponents instead of the scores.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Split(ref double scores, ref double mantissas, nuint length)
    {
        for (nuint s = 0; s < length; s += (nuint)TLane.Count)
        {
            TLane.Store(
                Exponentials<TLane, double>.SplitExp(TLane.Load(in scores, s), out TLane n), ref mantissas, s);
            TLane.Store(n, ref scores, s);
        }
    }

    /// <summary>What paths into each state, or back from it, are together; the frame's own score included.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<TSemiring, TBackward>(in DenseStep step)
        where TSemiring : struct, ISemiring
        where TBackward : struct, IChoice
    {
        nuint width = step.Width;
        nuint end = step.Sources * width;
        ref double arcMantissas = ref step.ArcMantissas;
        ref double arcExponents = ref step.ArcExponents;
        ref double fromMantissas = ref step.FromMantissas;
        ref double fromExponents = ref step.FromExponents;
        TLane ownMantissa = step.Own.Mantissa;
        TLane ownExponent = step.Own.Exponent;
        for (nuint s = 0; s < width; s += (nuint)TLane.Count)
        {
            TLane own = ownExponent + TLane.Load(in step.OwnExponents, s);
            TLane exponent = TLane.AtLeast(own, -IeeeFormat<double>.LargestFinite);
            for (nuint source = 0, at = s; at < end; source++, at += width)
            {
                exponent = TLane.Max(
                    exponent, TLane.Broadcast(in fromExponents, source) + TLane.Load(in arcExponents, at));
            }

            TLane score = TLane.Load(in step.Scores, s);
            if (typeof(TSemiring) == typeof(BestPath))
            {
                TLane.Store(exponent + score, ref step.Exponents, s);
                continue;
            }

            TLane sum = Scale(ownMantissa * TLane.Load(in step.OwnMantissas, s), own - exponent);
            for (nuint source = 0, at = s; at < end; source++, at += width)
            {
                sum += Scale(
                    TLane.Broadcast(in fromMantissas, source) * TLane.Load(in arcMantissas, at),
                    TLane.Broadcast(in fromExponents, source) + TLane.Load(in arcExponents, at) - exponent);
            }

            if (typeof(TBackward) == typeof(Yes))
            {
                TLane occupancy = Scale(
                    TLane.Load(in step.ForwardMantissas, s) * sum,
                    TLane.Load(in step.ForwardExponents, s) + exponent - step.Total);
                TLane.Store(occupancy, ref step.Occupancies, s);
            }

            TLane emission = Exponentials<TLane, double>.SplitExp(score, out TLane n);
            TLane mantissa = TLane.SplitExponent(sum * emission, out TLane shift);
            TLane.Store(mantissa, ref step.Mantissas, s);
            TLane.Store(exponent + n + shift, ref step.Exponents, s);
        }
    }

    /// <summary>Adds the shares that arcs have in all paths, times a unit; returns their sum.</summary>
    /// <param name="step">A backward step, with the forward step of the frame before.</param>
    /// <param name="first">The first source.</param>
    /// <param name="count">How many sources.</param>
    /// <param name="unit">What a path counts.</param>
    /// <param name="shares">Rows of the sources.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static double AddShares(in DenseStep step, nuint first, nuint count, double unit, ref double shares)
    {
        nuint width = step.Width;
        ref double arcMantissas = ref Unsafe.Add(ref step.ArcMantissas, first * width);
        ref double arcExponents = ref Unsafe.Add(ref step.ArcExponents, first * width);
        TLane all = 0.0;
        for (nuint source = 0, at = 0; source < count; source++)
        {
            TLane mantissa = unit * TLane.Broadcast(in step.ForwardMantissas, first + source);
            TLane exponent = TLane.Broadcast(in step.ForwardExponents, first + source) - step.Total;
            for (nuint s = 0; s < width; s += (nuint)TLane.Count, at += (nuint)TLane.Count)
            {
                TLane share = Scale(
                    mantissa * TLane.Load(in arcMantissas, at) * TLane.Load(in step.Mantissas, s),
                    exponent + TLane.Load(in arcExponents, at) + TLane.Load(in step.Exponents, s));
                TLane.Store(TLane.Load(in shares, at) + share, ref shares, at);
                all += share;
            }
        }

        return TLane.Sum(all);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Scale(TLane mantissa, TLane exponent) =>
        TLane.ScaleByPowerOfTwo(mantissa, TLane.Clamp(exponent, Behind, -Behind));
}

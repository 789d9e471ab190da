namespace LossKit.Internals.Lattice;

/// <summary>The steps of a lattice from frame to frame. Each loop is a root of its own, see FormulaKernel.</summary>
internal static class LatticeKernel<T, TLane>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
{
    /// <summary>What is so many powers of two behind is nothing beside it.</summary>
    private static double Behind
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IeeeFormat<T>.IsSingle ? -200 : -1200;
    }

    /// <summary>The probability of all paths into each state, the frame's own emission included.</summary>
    /// <returns>The largest exponent.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static double Forward<TFirst>(in LatticeFrame<T> frame) where TFirst : struct, IChoice
    {
        ref T stay = ref frame.Stay;
        ref T advance = ref frame.Advance;
        ref T skip = ref frame.Skip;
        ref T scores = ref frame.Scores;
        ref T fromMantissas = ref frame.FromMantissas;
        ref T fromExponents = ref frame.FromExponents;
        ref T mantissas = ref frame.Mantissas;
        ref T exponents = ref frame.Exponents;
        TLane largest = double.CreateTruncating(frame.Largest);
        TLane offset = double.CreateTruncating(frame.Offset);
        TLane most = double.NegativeInfinity;
        for (nuint s = 0; s < frame.Padded; s += (nuint)TLane.Count)
        {
            TLane exponent;
            TLane sum;
            if (typeof(TFirst) == typeof(Yes))
            {
                exponent = TLane.Load(in frame.Ends, s);
                sum = 1.0;
            }
            else
            {
                TLane e0 = TLane.Load(in fromExponents, s) + TLane.Load(in stay, s);
                TLane e1 = TLane.Load(in fromExponents, s - 1) + TLane.Load(in advance, s);
                TLane e2 = TLane.Load(in fromExponents, s - 2) + TLane.Load(in skip, s);
                exponent = Largest(e0, e1, e2);
                sum = Scale(TLane.Load(in fromMantissas, s), e0 - exponent)
                    + Scale(TLane.Load(in fromMantissas, s - 1), e1 - exponent)
                    + Scale(TLane.Load(in fromMantissas, s - 2), e2 - exponent);
            }

            TLane emission = Exponentials<TLane, T>.SplitExp(TLane.Load(in scores, s) - largest, out TLane n);
            TLane mantissa = TLane.SplitExponent(sum * emission, out TLane shift);
            exponent = exponent - offset + n + shift;
            TLane.Store(mantissa, ref mantissas, s);
            TLane.Store(exponent, ref exponents, s);
            most = TLane.Max(most, exponent);
        }

        return LargestOf(most);
    }

    /// <summary>
    /// The probability of all paths from each state to the end: with that of <see cref="Forward"/> it is the state's
    /// share of all paths; with the frame's own emission it goes to the frame before, in place of the next frame's.
    /// </summary>
    /// <param name="frame">The frame.</param>
    /// <param name="total">The sum of the occupancies.</param>
    /// <returns>The largest exponent.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static double Backward<TLast>(in LatticeFrame<T> frame, out double total) where TLast : struct, IChoice
    {
        ref T stay = ref frame.Stay;
        ref T advance = ref frame.Advance;
        ref T skip = ref frame.Skip;
        ref T scores = ref frame.Scores;
        ref T mantissas = ref frame.Mantissas;
        ref T exponents = ref frame.Exponents;
        ref T forwardMantissas = ref frame.ForwardMantissas;
        ref T forwardExponents = ref frame.ForwardExponents;
        ref T occupancies = ref frame.Occupancies;
        TLane largest = double.CreateTruncating(frame.Largest);
        TLane offset = double.CreateTruncating(frame.Offset);
        TLane unit = double.CreateTruncating(frame.Total);
        TLane most = double.NegativeInfinity;
        TLane all = 0.0;

        // Upwards, so that what is read from later states has not been written yet.
        for (nuint s = 0; s < frame.Padded; s += (nuint)TLane.Count)
        {
            TLane exponent;
            TLane sum;
            if (typeof(TLast) == typeof(Yes))
            {
                exponent = TLane.Load(in frame.Ends, s);
                sum = 1.0;
            }
            else
            {
                TLane e0 = TLane.Load(in exponents, s) + TLane.Load(in stay, s);
                TLane e1 = TLane.Load(in exponents, s + 1) + TLane.Load(in advance, s + 1);
                TLane e2 = TLane.Load(in exponents, s + 2) + TLane.Load(in skip, s + 2);
                exponent = Largest(e0, e1, e2);
                sum = Scale(TLane.Load(in mantissas, s), e0 - exponent)
                    + Scale(TLane.Load(in mantissas, s + 1), e1 - exponent)
                    + Scale(TLane.Load(in mantissas, s + 2), e2 - exponent);
            }

            TLane occupancy = Scale(
                TLane.Load(in forwardMantissas, s) * sum, TLane.Load(in forwardExponents, s) + exponent - unit);
            TLane.Store(occupancy, ref occupancies, s);
            all += occupancy;

            TLane emission = Exponentials<TLane, T>.SplitExp(TLane.Load(in scores, s) - largest, out TLane n);
            TLane mantissa = TLane.SplitExponent(sum * emission, out TLane shift);
            exponent = exponent - offset + n + shift;
            TLane.Store(mantissa, ref mantissas, s);
            TLane.Store(exponent, ref exponents, s);
            most = TLane.Max(most, exponent);
        }

        total = TLane.Sum(all);
        return LargestOf(most);
    }

    /// <summary>The largest exponent; where there is no path, −∞ is behind it as anywhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Largest(TLane e0, TLane e1, TLane e2) =>
        TLane.AtLeast(TLane.Max(TLane.Max(e0, e1), e2), -IeeeFormat<T>.LargestFinite);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Scale(TLane mantissa, TLane exponent) =>
        TLane.ScaleByPowerOfTwo(mantissa, TLane.Clamp(exponent, Behind, -Behind));

    /// <summary>The largest of a lane, as the only number of a sum.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static double LargestOf(TLane most) => TLane.Sum(
        TLane.SelectGreater(0.5, TLane.Indices, TLane.Maximum(most), 0.0));
}

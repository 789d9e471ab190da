using System.Runtime.InteropServices;

namespace LossKit.Internals.Images;

/// <summary>Discrete Fourier transforms of any length, by its prime factors, of many columns at a time.</summary>
/// <remarks>
/// Stockham's order: with a factor r of n = r·l·m, m being the product of those before, number k + m(rj + s) becomes
/// Σ_t ω^(s(j + lt)m)·x[k + m(j + lt)], ω = e^(−2πi/n). k and the columns lie one after the other, so that lanes are
/// whole however short the length. The work for each number is the sum of the factors.
/// </remarks>
internal static class Fourier<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>A factor larger than that is a prime.</summary>
    private const int LargestSmall = 4;

    /// <summary>
    /// Transforms columns of <paramref name="length"/> numbers, row by row in memory, both parts of them, in place.
    /// </summary>
    /// <param name="real">The real parts.</param>
    /// <param name="imaginary">The imaginary parts; exchanged with the real ones, it is the inverse.</param>
    /// <param name="length">How long a column is.</param>
    /// <param name="spare">As much memory once more, for both.</param>
    public static void Transform(Span<T> real, Span<T> imaginary, int length, Span<T> spare)
    {
        using Rented<T> ofRoots = new(2 * length);
        Span<T> roots = ofRoots.Span;
        for (int k = 0; k < length; k++)
        {
            (double sine, double cosine) = double.SinCosPi(-2.0 * k / length);
            roots[k] = T.CreateTruncating(cosine);
            roots[length + k] = T.CreateTruncating(sine);
        }

        int columns = real.Length / length;
        int left = length;
        int done = 1;
        Span<T> otherReal = spare[..real.Length];
        Span<T> otherImaginary = spare.Slice(real.Length, real.Length);
        bool isSwapped = false;
        while (left > 1)
        {
            int factor = FactorOf(left);
            left /= factor;
            using Rented<T> powers = new(2 * factor * factor);
            for (int j = 0; j < left; j++)
            {
                for (int s = 0; s < factor; s++)
                {
                    for (int t = 0; t < factor; t++)
                    {
                        int root = (int)((long)s * (j + left * t) % (length / done) * done);
                        powers.Span[2 * (s * factor + t)] = roots[root];
                        powers.Span[2 * (s * factor + t) + 1] = roots[length + root];
                    }
                }

                int part = done * columns;
                Step step = new()
                {
                    Powers = powers.Span,
                    Factor = factor,
                    Real = real[(j * part)..],
                    Imaginary = imaginary[(j * part)..],
                    Stride = left * part,
                    ToReal = otherReal[(factor * j * part)..],
                    ToImaginary = otherImaginary[(factor * j * part)..],
                    Length = part,
                };
                int whole = LaneWidths.Best switch
                {
                    LaneWidth.Vector512 => Loop<Vector512Lane<T>>(step, 0),
                    LaneWidth.Vector => Loop<VectorLane<T>>(step, 0),
                    _ => 0,
                };
                Loop<ScalarLane<T>>(step, whole);
            }

            done *= factor;
            Span<T> kept = real;
            real = otherReal;
            otherReal = kept;
            kept = imaginary;
            imaginary = otherImaginary;
            otherImaginary = kept;
            isSwapped = !isSwapped;
        }

        if (isSwapped)
        {
            real.CopyTo(otherReal);
            imaginary.CopyTo(otherImaginary);
        }
    }

    private static int FactorOf(int number)
    {
        if (number % LargestSmall == 0)
        {
            return LargestSmall;
        }

        int factor = 2;
        while ((long)factor * factor <= number && number % factor != 0)
        {
            factor++;
        }

        return number % factor == 0 ? factor : number;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int Loop<TLane>(in Step step, int start)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        ref T powers = ref MemoryMarshal.GetReference(step.Powers);
        ref T real = ref MemoryMarshal.GetReference(step.Real);
        ref T imaginary = ref MemoryMarshal.GetReference(step.Imaginary);
        ref T toReal = ref MemoryMarshal.GetReference(step.ToReal);
        ref T toImaginary = ref MemoryMarshal.GetReference(step.ToImaginary);
        nuint factor = (nuint)step.Factor;
        nuint stride = (nuint)step.Stride;
        nuint length = (nuint)step.Length;
        nuint i = (nuint)start;
        for (; i + (nuint)TLane.Count <= length; i += (nuint)TLane.Count)
        {
            nuint power = 0;
            nuint to = i;
            for (nuint s = 0; s < factor; s++, to += length)
            {
                TLane re = default;
                TLane im = default;
                nuint at = i;
                for (nuint t = 0; t < factor; t++, at += stride, power += 2)
                {
                    TLane cosine = TLane.Broadcast(in powers, power);
                    TLane sine = TLane.Broadcast(in powers, power + 1);
                    TLane x = TLane.Load(in real, at);
                    TLane y = TLane.Load(in imaginary, at);
                    re = TLane.MultiplyAdd(cosine, x, re) - sine * y;
                    im = TLane.MultiplyAdd(cosine, y, TLane.MultiplyAdd(sine, x, im));
                }

                TLane.Store(re, ref toReal, to);
                TLane.Store(im, ref toImaginary, to);
            }
        }

        return (int)i;
    }

    private readonly ref struct Step
    {
        public required ReadOnlySpan<T> Powers { get; init; }

        public required int Factor { get; init; }

        public required ReadOnlySpan<T> Real { get; init; }

        public required ReadOnlySpan<T> Imaginary { get; init; }

        public required int Stride { get; init; }

        public required Span<T> ToReal { get; init; }

        public required Span<T> ToImaginary { get; init; }

        public required int Length { get; init; }
    }
}

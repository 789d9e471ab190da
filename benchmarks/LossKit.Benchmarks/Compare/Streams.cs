using System.Runtime.Intrinsics;
using LossKit.Benchmarks.Timing;

namespace LossKit.Benchmarks.Compare;

/// <summary>Loops that do next to nothing but read and write: sum, triad, and the like.</summary>
internal static unsafe class Streams
{
    private const float Factor = 0.5f;

    private static int Width => Vector512<float>.Count;

    /// <summary>The loops over as many arrays, which differ in how they write.</summary>
    /// <param name="read">None to two.</param>
    /// <param name="written">None to two of as many elements.</param>
    public static IEnumerable<IContender> All(IReadOnlyList<float[]> read, IReadOnlyList<float[]> written)
    {
        if (read.Count + written.Count == 0)
        {
            return [];
        }

        // A stream that is read twice comes from the cache the second time.
        float[] first = (read.Count > 0 ? read : written)[0];
        float[] second = read.Count == 2 ? read[1] : first;
        return (read.Count, written.Count) switch
        {
            (_, 0) => [new Local(() => Read(first, second))],
            (0, _) => [new Local(() => Fill(written[0], written[^1]))],
            (_, 1) =>
            [
                new Local(() => Write(first, second, written[0], false)),
                new Local(() => Write(first, second, written[0], true)),
            ],
            _ =>
            [
                new Local(() => Write(first, second, written[0], written[1], false)),
                new Local(() => Write(first, second, written[0], written[1], true)),
            ],
        };
    }

    private static double Fill(float[] c, float[] d)
    {
        Array.Fill(c, Factor);
        if (d != c)
        {
            Array.Fill(d, Factor);
        }

        return c[0];
    }

    private static double Read(float[] a, float[] b)
    {
        // Independent sums, or the loop would wait for its additions.
        Vector512<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        fixed (float* x = a, y = b)
        {
            nint i = 0;
            for (; i <= a.Length - (4 * Width); i += 4 * Width)
            {
                sum0 += Vector512.Load(x + i) * Vector512.Load(y + i);
                sum1 += Vector512.Load(x + i + Width) * Vector512.Load(y + i + Width);
                sum2 += Vector512.Load(x + i + (2 * Width)) * Vector512.Load(y + i + (2 * Width));
                sum3 += Vector512.Load(x + i + (3 * Width)) * Vector512.Load(y + i + (3 * Width));
            }

            for (; i <= a.Length - Width; i += Width)
            {
                sum0 += Vector512.Load(x + i) * Vector512.Load(y + i);
            }
        }

        return Vector512.Sum(sum0 + sum1 + sum2 + sum3);
    }

    private static double Write(float[] a, float[] b, float[] c, bool pastTheCache)
    {
        Vector512<float> factor = Vector512.Create(Factor);
        fixed (float* x = a, y = b, start = c)
        {
            float* z = Aligned(start);
            nint end = c.Length - (2 * Width);
            if (pastTheCache)
            {
                for (nint i = 0; i <= end; i += Width)
                {
                    Vector512.StoreAlignedNonTemporal(Vector512.Load(x + i) + (factor * Vector512.Load(y + i)), z + i);
                }
            }
            else
            {
                for (nint i = 0; i <= end; i += Width)
                {
                    Vector512.Store(Vector512.Load(x + i) + (factor * Vector512.Load(y + i)), z + i);
                }
            }
        }

        return c[^1];
    }

    private static double Write(float[] a, float[] b, float[] c, float[] d, bool pastTheCache)
    {
        fixed (float* x = a, y = b, startC = c, startD = d)
        {
            float* z = Aligned(startC);
            float* w = Aligned(startD);
            nint end = c.Length - (2 * Width);
            if (pastTheCache)
            {
                for (nint i = 0; i <= end; i += Width)
                {
                    Vector512<float> p = Vector512.Load(x + i);
                    Vector512<float> t = Vector512.Load(y + i);
                    Vector512.StoreAlignedNonTemporal(p + t, z + i);
                    Vector512.StoreAlignedNonTemporal(p * t, w + i);
                }
            }
            else
            {
                for (nint i = 0; i <= end; i += Width)
                {
                    Vector512<float> p = Vector512.Load(x + i);
                    Vector512<float> t = Vector512.Load(y + i);
                    Vector512.Store(p + t, z + i);
                    Vector512.Store(p * t, w + i);
                }
            }
        }

        return c[^1];
    }

    /// <summary>The first cache line that starts in a buffer: stores past the cache must be aligned.</summary>
    private static float* Aligned(float* start)
    {
        nuint line = (nuint)sizeof(Vector512<float>);
        return (float*)(((nuint)start + line - 1) / line * line);
    }
}

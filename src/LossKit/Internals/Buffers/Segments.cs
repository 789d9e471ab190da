using System.Runtime.ExceptionServices;

namespace LossKit.Internals.Buffers;

/// <summary>
/// Evaluates a batch segment by segment, on one thread or several. The segments depend on the batch alone and their
/// sums are added up in their order, so that the threads change no bit of the result.
/// </summary>
internal static class Segments
{
    /// <summary>Below it a thread costs more than it saves.</summary>
    public const int LeastNumbers = 1 << 16;

    /// <summary>Bounds the memory for their sums, whatever the size of the batch.</summary>
    private const int Most = 256;

    public static int CheckDegree(int degree) => degree > 0
        ? degree
        : throw new ArgumentOutOfRangeException(nameof(degree), degree, "'degree' must be at least 1.");

    /// <summary>Evaluates <paramref name="count"/> rows of <paramref name="width"/> numbers.</summary>
    /// <typeparam name="TWork">The batch; it may consist of spans.</typeparam>
    /// <param name="work">What evaluates a segment.</param>
    /// <param name="count">The rows of the batch.</param>
    /// <param name="width">The numbers of a row.</param>
    /// <param name="degree">The most threads, at least 1.</param>
    public static CompensatedSum Run<TWork>(TWork work, int count, int width, int degree)
        where TWork : struct, ISegmentWork, allows ref struct
    {
        int length = Length(count, width);
        int segments = (int)(((long)count + length - 1) / length);
        if (degree == 1 || segments < 2)
        {
            CompensatedSum sum = default;
            for (int k = 0; k < segments; k++)
            {
                sum += work.Run(k * length, Math.Min(length, count - k * length));
            }

            return sum;
        }

        return InParallel(work, count, length, segments, degree);
    }

    /// <summary>The rows of a segment: whole blocks of every kernel, few enough that all threads have some.</summary>
    private static int Length(int count, int width)
    {
        int least = Math.Max(1, LeastNumbers / width);
        int needed = (int)(((long)count + Most - 1) / Most);
        return (int)Math.Min(int.MaxValue, ((long)Math.Max(least, needed) + least - 1) / least * least);
    }

    private static unsafe CompensatedSum InParallel<TWork>(
        TWork work, int count, int length, int segments, int degree)
        where TWork : struct, ISegmentWork, allows ref struct
    {
        // Its spans stay up to date here, on the stack of the thread that waits for all others.
        using Crew<TWork> crew = new(Unsafe.AsPointer(ref work), count, length, segments);
        for (int helper = 1; helper < Math.Min(degree, segments); helper++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(crew, preferLocal: false);
        }

        return crew.Finish();
    }

    /// <summary>Threads that take one segment after another, the calling one among them.</summary>
    /// <remarks>
    /// What is waited for is the segments, not the threads: one that comes late finds nothing to do, and does not touch
    /// the batch.
    /// </remarks>
    private sealed unsafe class Crew<TWork>(void* work, int count, int length, int segments)
        : IThreadPoolWorkItem, IDisposable
        where TWork : struct, ISegmentWork, allows ref struct
    {
        private readonly CompensatedSum[] _sums = new CompensatedSum[segments];
        private readonly ManualResetEventSlim _finished = new();
        private ExceptionDispatchInfo? _failure;
        private int _taken;
        private int _done;

        public void Execute()
        {
            for (int k; (k = Interlocked.Increment(ref _taken) - 1) < segments;)
            {
                try
                {
                    _sums[k] = Unsafe.AsRef<TWork>(work).Run(k * length, Math.Min(length, count - k * length));
                }
                catch (Exception exception)
                {
                    // A formula's own: the caller gets it, but not before nobody touches the batch any more.
                    _failure = ExceptionDispatchInfo.Capture(exception);
                }

                if (Interlocked.Increment(ref _done) == segments)
                {
                    _finished.Set();
                }
            }
        }

        public CompensatedSum Finish()
        {
            Execute();
            _finished.Wait();
            _failure?.Throw();
            CompensatedSum sum = default;
            foreach (CompensatedSum ofSegment in _sums)
            {
                sum += ofSegment;
            }

            return sum;
        }

        public void Dispose() => _finished.Dispose();
    }
}

/// <summary>The evaluation of a part of a batch, on any thread.</summary>
internal interface ISegmentWork
{
    CompensatedSum Run(int start, int length);
}

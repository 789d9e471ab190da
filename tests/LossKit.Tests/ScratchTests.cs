using System.Diagnostics.Tracing;

namespace LossKit.Tests;

/// <summary>Alone, because who listens to the array pool makes its users allocate.</summary>
[CollectionDefinition(nameof(ScratchTests), DisableParallelization = true)]
public sealed class ScratchTestsAlone;

/// <summary>What losses of whole batches rent for the time of a call.</summary>
[Collection(nameof(ScratchTests))]
public sealed class ScratchTests
{
    private const int Rows = 4_096;
    private const int Dimension = 128;
    private const int MostBytes = 4 << 20;

    private readonly float[] _first = Batch(1);
    private readonly float[] _second = Batch(2);
    private readonly float[] _ofFirst = new float[Rows * Dimension];
    private readonly float[] _ofSecond = new float[Rows * Dimension];

    [Fact]
    public void Batches_are_compared_in_bounded_memory()
    {
        int[] labels = [.. Enumerable.Range(0, Rows).Select(row => row / 8)];
        int half = Rows * Dimension / 2;
        Most(() => Loss.SupervisedContrastive<float>(Dimension).ValueAndGradient(_first, labels, _ofFirst))
            .Should().BeInRange(1 << 20, MostBytes);
        Most(() => Loss.MultiSimilarity<float>(Dimension).ValueAndGradient(_first, labels, _ofFirst))
            .Should().BeInRange(1 << 20, MostBytes);
        Most(() => Loss.InfoNce<float>(Dimension).ValueAndGradient(_first, _second, _ofFirst, _ofSecond))
            .Should().BeInRange(1 << 20, MostBytes);
        Most(() => Loss.NtXent<float>(Dimension).ValueAndGradient(
            _first.AsSpan(0, half), _second.AsSpan(0, half), _ofFirst.AsSpan(0, half), _ofSecond.AsSpan(0, half)))
            .Should().BeInRange(1 << 20, MostBytes);
    }

    private static float[] Batch(int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, Rows * Dimension).Select(_ => random.NextSingle() - 0.5f)];
    }

    /// <summary>The most bytes that this thread had rented at a time, each number counted as a float.</summary>
    private static long Most(Action call)
    {
        using Listener listener = new();
        call();
        return listener.Most * sizeof(float);
    }

    private sealed class Listener : EventListener
    {
        private const int Rented = 1;
        private const int Returned = 3;

        private readonly int _thread = Environment.CurrentManagedThreadId;
        private long _now;

        public long Most { get; private set; }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "System.Buffers.ArrayPoolEventSource")
            {
                EnableEvents(eventSource, EventLevel.Verbose);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (Environment.CurrentManagedThreadId != _thread || eventData.EventId is not (Rented or Returned))
            {
                return;
            }

            int size = (int)eventData.Payload![1]!;
            _now += eventData.EventId == Rented ? size : -size;
            Most = Math.Max(Most, _now);
        }
    }
}

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
        foreach (LabelledLoss<float> loss in new LabelledLoss<float>[]
        {
            Loss.SupervisedContrastive<float>(Dimension), Loss.MultiSimilarity<float>(Dimension),
            Loss.SemiHardTriplet<float>(Dimension), Loss.BatchContrastive<float>(Dimension),
        })
        {
            Most(() => loss.ValueAndGradient(
                new() { Embeddings = _first, Labels = labels }, new() { Embeddings = _ofFirst }))
                .Should().BeInRange(1 << 20, MostBytes);
        }

        Most(() => Match(Loss.InfoNce<float>(Dimension), Rows * Dimension)).Should().BeInRange(1 << 20, MostBytes);
        Most(() => Match(Loss.NtXent<float>(Dimension), Rows * Dimension / 2)).Should().BeInRange(1 << 20, MostBytes);
    }

    [Fact]
    public void So_are_batches_whose_rows_compared_with_all_would_fill_16_GB()
    {
        // A single row counts: the others rent the same.
        const int Many = 65_536;
        const int Narrow = 64;
        float[] rows = new float[Many * Narrow];
        float[] gradient = new float[rows.Length];
        int[] labels = [.. Enumerable.Range(0, Many).Select(row => row / 8)];
        float[] weights = new float[Many];
        weights[5] = 1;
        _first.AsSpan().CopyTo(rows);
        Most(() => Loss.SupervisedContrastive<float>(Narrow).ValueAndGradient(
            new() { Embeddings = rows, Labels = labels }, new() { Embeddings = gradient }, weights))
            .Should().BeLessThan(64 << 20);
        Most(() => Loss.InfoNce<float>(Narrow).ValueAndGradient(
            new() { First = rows, Second = rows }, new() { First = gradient }, weights))
            .Should().BeLessThan(64 << 20);
    }

    private void Match(MatchLoss<float> loss, int length) => loss.ValueAndGradient(
        new() { First = _first.AsSpan(0, length), Second = _second.AsSpan(0, length) },
        new() { First = _ofFirst.AsSpan(0, length), Second = _ofSecond.AsSpan(0, length) });

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

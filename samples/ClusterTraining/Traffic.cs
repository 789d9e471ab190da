using System.Diagnostics.Metrics;
using System.Globalization;

namespace ClusterTraining;

/// <summary>What Orleans sends from this process to others, by its own counters.</summary>
internal sealed class Traffic : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _messages;
    private long _bytes;

    public Traffic()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "orleans-messaging-sent-messages-size")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((_, size, _, _) =>
        {
            Interlocked.Increment(ref _messages);
            Interlocked.Add(ref _bytes, size);
        });
        _listener.Start();
    }

    /// <summary>Messages and bytes so far, whatever the question.</summary>
    public string Answer(string question) => string.Create(CultureInfo.InvariantCulture, $"{_messages} {_bytes}");

    /// <summary>What another process has said.</summary>
    public static (long Messages, long Bytes) Read(string answer)
    {
        long[] numbers = [.. answer.Split(' ').Select(word => long.Parse(word, CultureInfo.InvariantCulture))];
        return (numbers[0], numbers[1]);
    }

    public void Dispose() => _listener.Dispose();
}

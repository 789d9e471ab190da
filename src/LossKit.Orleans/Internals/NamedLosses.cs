using System.Collections.Concurrent;

namespace LossKit.Orleans.Internals;

/// <summary>Losses that have come by their names, each made once.</summary>
internal sealed class NamedLosses
{
    private readonly ConcurrentDictionary<(string Name, Type Number), object> _losses = [];

    /// <exception cref="FormatException">The name is that of no loss.</exception>
    /// <exception cref="InvalidCastException">It is that of another kind.</exception>
    public TLoss Find<T, TLoss>(string name)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLoss : class =>
        (TLoss)_losses.GetOrAdd((name, typeof(T)), static key => Loss.Parse<T, NamedMetric>(key.Name));

    /// <exception cref="ArgumentException">A loss is not what its name makes in a silo.</exception>
    public static void Check<T, TLoss>(TLoss loss)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLoss : class
    {
        try
        {
            _ = new NamedLosses().Find<T, TLoss>(loss.ToString()!);
        }
        catch (Exception error) when (error is FormatException or InvalidCastException)
        {
            throw new ArgumentException(
                $"'loss' is '{loss}': must be one that its name makes again. {error.Message}", nameof(loss), error);
        }
    }
}

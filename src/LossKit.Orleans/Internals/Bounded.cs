namespace LossKit.Orleans.Internals;

/// <summary>Asks for parts by their numbers, so many at a time and no more.</summary>
internal static class Bounded
{
    /// <summary>The first failure, which ends all that is still asked for; null if there is none.</summary>
    /// <param name="count">How many parts there are.</param>
    /// <param name="atOnce">How many of them are asked for at a time.</param>
    /// <param name="ask">Asks for one of them.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationCanceledException">Nobody wants to know any more.</exception>
    public static async Task<Failure?> Run(
        int count,
        int atOnce,
        Func<int, CancellationToken, Task<Failure?>> ask,
        CancellationToken cancellationToken)
    {
        Failure? first = null;
        int next = -1;
        using CancellationTokenSource all = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(Enumerable.Range(0, Math.Min(atOnce, count)).Select(async _ =>
        {
            while (!all.IsCancellationRequested && Interlocked.Increment(ref next) is int part && part < count)
            {
                try
                {
                    if (await ask(part, all.Token) is Failure failure)
                    {
                        Interlocked.CompareExchange(ref first, failure, null);
                        await all.CancelAsync();
                    }
                }
                catch (OperationCanceledException) when (all.IsCancellationRequested)
                {
                    return;
                }
            }
        }));
        cancellationToken.ThrowIfCancellationRequested();
        return first;
    }
}

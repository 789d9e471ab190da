using System.Diagnostics;
using Orleans.Runtime;

namespace LossKit.Orleans.Internals;

/// <summary>Asks until there is an answer, or the attempts are used up.</summary>
internal static class Calling
{
    /// <summary>The answer, or the attempts if there is none.</summary>
    /// <param name="ask">One attempt.</param>
    /// <param name="retries">How many of them, and how long they may take.</param>
    /// <param name="first">The first of the shards that are asked for, for the attempts.</param>
    /// <param name="shards">How many they are.</param>
    /// <param name="failed">Is told of each attempt that will be followed by another.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<(TAnswer? Answer, List<ShardAttempt> Attempts)> Ask<TAnswer>(
        Func<Task<TAnswer>> ask,
        Retries retries,
        int first,
        int shards,
        Action<ShardAttempt> failed,
        CancellationToken cancellationToken)
        where TAnswer : class
    {
        List<ShardAttempt> attempts = [];
        TimeSpan delay = retries.Delay;
        while (true)
        {
            long start = Stopwatch.GetTimestamp();
            try
            {
                return (await ask().WaitAsync(retries.Timeout, cancellationToken), attempts);
            }
            catch (Exception error) when (IsOfTheCluster(error, cancellationToken))
            {
                ShardAttempt attempt = new(
                    first,
                    shards,
                    attempts.Count + 1,
                    Stopwatch.GetElapsedTime(start),
                    $"{error.GetType().Name}: {error.Message}");
                attempts.Add(attempt);
                if (attempts.Count == retries.Attempts)
                {
                    return (null, attempts);
                }

                failed(attempt);
            }

            await Task.Delay(delay, cancellationToken);
            delay *= 2;
        }
    }

    /// <summary>Whether it is not the answer that is wrong, but the way to it.</summary>
    /// <remarks>
    /// A request that was cut off by a silo's end may also come back as cancelled, though nobody has cancelled it.
    /// </remarks>
    private static bool IsOfTheCluster(Exception error, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested
        && error is OrleansException or TimeoutException or OperationCanceledException or IOException;
}

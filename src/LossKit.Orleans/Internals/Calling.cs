using System.Diagnostics;
using Orleans.Runtime;

namespace LossKit.Orleans.Internals;

/// <summary>Asks until there is an answer, or the attempts are used up.</summary>
internal static class Calling
{
    /// <summary>How often in a row who was asked has to know nothing of it before that is believed.</summary>
    private const int MostDenials = 2;

    /// <summary>The answer, or the attempts if there is none.</summary>
    /// <param name="grain">Who is asked.</param>
    /// <param name="key">For what.</param>
    /// <param name="ask">One attempt.</param>
    /// <param name="retries">How many of them, and how long they may take.</param>
    /// <param name="first">The first of the shards that are asked for, for the attempts.</param>
    /// <param name="shards">How many they are.</param>
    /// <param name="failed">Is told of each attempt that will be followed by another.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<(TAnswer? Answer, List<ShardAttempt> Attempts)> Ask<TAnswer>(
        IAskable grain,
        StepKey key,
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
                return (await WhileAtIt(grain, key, ask(), retries, cancellationToken), attempts);
            }
            catch (Exception error) when (IsOfTheCluster(error, cancellationToken))
            {
                ShardAttempt attempt = new(
                    first,
                    shards,
                    attempts.Count + 1,
                    Stopwatch.GetElapsedTime(start),
                    TextOf(error));
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

    /// <summary>The answer, unless who was asked for it has gone.</summary>
    /// <remarks>
    /// Orleans tells a client of the end of the silo that it is connected to, and of no other: the answer would be
    /// waited for in vain. So the grain is asked now and then whether it is at it, and after its silo's end one that
    /// knows nothing of it answers, elsewhere.
    /// </remarks>
    private static async Task<TAnswer> WhileAtIt<TAnswer>(
        IAskable grain, StepKey key, Task<TAnswer> answer, Retries retries, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        int denials = 0;
        while (denials < MostDenials)
        {
            TimeSpan left = retries.Timeout - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                throw new TimeoutException($"There was no answer within {retries.Timeout}.");
            }

            try
            {
                return await answer.WaitAsync(left < retries.Heartbeat ? left : retries.Heartbeat, cancellationToken);
            }
            catch (TimeoutException) when (!answer.IsCompleted)
            {
                denials = await IsAtIt(grain, key, retries.Heartbeat, cancellationToken) ? 0 : denials + 1;
            }
        }

        throw new IOException("The silo has ended that was at it, or it has lost the request.");
    }

    /// <summary>Whether it is, as far as anybody knows.</summary>
    private static async Task<bool> IsAtIt(
        IAskable grain, StepKey key, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            return await grain.IsAtIt(key).WaitAsync(patience, cancellationToken);
        }
        catch (Exception error) when (IsOfTheCluster(error, cancellationToken))
        {
            return true;
        }
    }

    /// <summary>Its kind and what it says, without the trace that Orleans may add to that.</summary>
    private static string TextOf(Exception error) =>
        $"{error.GetType().Name}: {error.Message.ReplaceLineEndings("\n").Split('\n')[0]}";

    /// <summary>Whether it is not the answer that is wrong, but the way to it.</summary>
    /// <remarks>
    /// A request that was cut off by a silo's end may also come back as cancelled, though nobody has cancelled it.
    /// </remarks>
    private static bool IsOfTheCluster(Exception error, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested
        && error is OrleansException or TimeoutException or OperationCanceledException or IOException;
}

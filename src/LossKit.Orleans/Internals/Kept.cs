namespace LossKit.Orleans.Internals;

/// <summary>
/// The answer of the last step: who asks for the same again gets it, and waits for it while it is still computed.
/// </summary>
/// <param name="hasFailed">
/// Whether an answer is none, and to be computed anew: what was wrong may have been mended.
/// </param>
internal sealed class Kept<TAnswer>(Func<TAnswer, bool> hasFailed)
{
    private StepKey _key;
    private Task<TAnswer>? _answer;

    /// <summary>The answer, and whether it was there, or under way, before.</summary>
    public async Task<(TAnswer Answer, bool WasKept)> Get(
        StepKey key, Func<Task<TAnswer>> compute, CancellationToken cancellationToken)
    {
        while (true)
        {
            bool wasKept = _key == key && _answer is { } before && !HasGivenUp(before);
            if (!wasKept)
            {
                _key = key;
                _answer = compute();
            }

            try
            {
                return (await _answer!.WaitAsync(cancellationToken), wasKept);
            }
            catch (OperationCanceledException) when (wasKept && !cancellationToken.IsCancellationRequested)
            {
                // Who asked first has gone, and this one still wants to know.
            }
        }
    }

    private bool HasGivenUp(Task<TAnswer> answer) =>
        answer.IsCompleted && (!answer.IsCompletedSuccessfully || hasFailed(answer.Result));
}

namespace LossKit.Orleans.Internals;

/// <summary>What a grain is at.</summary>
internal sealed class Running
{
    private readonly Dictionary<StepKey, int> _times = [];

    public bool Is(StepKey key) => _times.ContainsKey(key);

    /// <summary>Is at it as long as the answer takes.</summary>
    public async Task<TAnswer> During<TAnswer>(StepKey key, Func<Task<TAnswer>> answer)
    {
        _times[key] = _times.GetValueOrDefault(key) + 1;
        try
        {
            return await answer();
        }
        finally
        {
            if (--_times[key] == 0)
            {
                _times.Remove(key);
            }
        }
    }
}

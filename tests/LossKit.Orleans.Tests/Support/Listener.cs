namespace LossKit.Orleans.Tests.Support;

/// <summary>Tells at once, where <see cref="Progress{T}"/> would tell some time later.</summary>
internal sealed class Listener(Action<ShardProgress> listen) : IProgress<ShardProgress>
{
    public void Report(ShardProgress value) => listen(value);
}

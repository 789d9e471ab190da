using System.Collections.Concurrent;

namespace LossKit.Orleans.Internals;

/// <summary>Threads of a silo that compute, apart from those by which Orleans talks.</summary>
/// <remarks>
/// A silo whose pool of threads is busy with shards answers no probes, and is declared dead by the others. These
/// threads are of less than normal priority, so that there is always one for the answer.
/// </remarks>
internal sealed class SiloWorkers : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];

    public SiloWorkers(SiloWorkerOptions options)
    {
        for (int i = 0; i < options.Threads; i++)
        {
            new Thread(() =>
            {
                foreach (Action work in _work.GetConsumingEnumerable())
                {
                    work();
                }
            })
            {
                IsBackground = true,
                Name = "LossKit shards",
                Priority = ThreadPriority.BelowNormal,
            }.Start();
        }
    }

    public void Dispose() => _work.CompleteAdding();

    public Task<TResult> Run<TResult>(Func<TResult> work, CancellationToken cancellationToken)
    {
        // What goes on afterwards is not for these threads.
        TaskCompletionSource<TResult> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void Work()
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                done.SetResult(work());
            }
            catch (OperationCanceledException)
            {
                done.SetCanceled(cancellationToken);
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        }

        // What is cancelled is taken out by those who work.
        _work.Add(Work, CancellationToken.None);
        return done.Task;
    }
}

/// <summary>How many threads compute.</summary>
internal sealed record SiloWorkerOptions(int Threads);

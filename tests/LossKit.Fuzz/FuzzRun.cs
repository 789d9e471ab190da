using System.Collections.Concurrent;
using System.Numerics;
using System.Reflection;

namespace LossKit.Fuzz;

/// <summary>Rounds of a loss each, with many batches; a seed and a round say all that happens in it.</summary>
internal sealed class FuzzRun(int seed)
{
    private readonly ConcurrentDictionary<string, long> _taken = [];

    private long _calls;

    /// <summary>How many calls of the library there have been.</summary>
    public long Calls => Interlocked.Read(ref _calls);

    /// <summary>The factories of whose losses some batch was not refused.</summary>
    public IEnumerable<string> Taken => _taken.Keys;

    /// <summary>One round.</summary>
    /// <returns>What went wrong, in a line that says how to see it again; null if nothing did.</returns>
    public string? Round(int round, int batches)
    {
        // Factories by turns, so that as many rounds as there are have all.
        Random random = new(HashOf(seed, round));
        MethodInfo factory = Recipe.Factories[round % Recipe.Factories.Count];
        bool isSingle = random.Next(2) == 0;
        return isSingle
            ? Round<float>(factory, round, batches, random)
            : Round<double>(factory, round, batches, random);
    }

    /// <summary>Not that of the framework, which is another in each process.</summary>
    private static int HashOf(int seed, int round) => (int)(((uint)seed * 2654435761u) ^ ((uint)round * 2246822519u));

    private string? Round<T>(MethodInfo factory, int round, int batches, Random random)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        string text = "";
        int batch = 0;
        try
        {
            (text, Subject<T> subject) = Made<T>(factory, random);
            Properties<T> properties = new(subject, random);
            for (; batch < batches; batch++)
            {
                properties.Check((Temper)random.Next(3));
            }

            Interlocked.Add(ref _calls, properties.Calls);
            if (properties.Taken > 0)
            {
                _taken[factory.Name] = properties.Taken;
            }

            return null;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            Exception cause = fault.InnerException ?? fault;
            string where = cause is Fault ? "" : $" {cause.GetType().Name}: {cause.StackTrace?.Split('\n')[0].Trim()}";
            return $"LOSSKIT_FUZZ_SEED={seed} LOSSKIT_FUZZ_ROUND={round}, batch {batch} of "
                + $"Loss.Parse<{typeof(T).Name}, NamedMetric>(\"{text}\"): {fault.Message}{where}";
        }
    }

    /// <summary>A loss by a factory, and half of the time by a modifier too.</summary>
    private static (string Text, Subject<T> Subject) Made<T>(MethodInfo factory, Random random)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int attempt = 0; attempt < 200; attempt++)
        {
            string text = Recipe.Of(factory, random);
            if (Recipe.Made<T>(text) is not { } loss)
            {
                continue;
            }

            for (int modifier = 0; modifier < 20 && random.Next(12) > 0; modifier++)
            {
                string modified = Recipe.Modified(loss.ToString(), random);
                loss = Recipe.Made<T>(modified) ?? loss;
            }

            return (loss.ToString(), Kinds<T>.Of(loss) ?? throw new Fault($"no kind of {loss.GetType()} is known"));
        }

        throw new Fault($"no parameters of {factory.Name} are taken: teach Recipe.Argument one");
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using Xunit.Abstractions;

namespace LossKit.Fuzz;

/// <summary>Random calls of everything; what fails says how to see it again.</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int UsualCalls = 100_000;
    private const int BatchesOfRound = 12;
    private const int MostFaults = 20;
    private const int MostTurns = 20;
    private const int Threads = 4;

    /// <summary>What pools may keep for the next call.</summary>
    private const long MostKept = 256 << 20;

    private static int Seed => Number("LOSSKIT_FUZZ_SEED") ?? 1;

    /// <summary>
    /// 10⁵ calls, or as many as <c>LOSSKIT_FUZZ</c> says; of the one round of <c>LOSSKIT_FUZZ_ROUND</c>, if that is
    /// given.
    /// </summary>
    [Fact]
    public void No_call_breaks_what_holds_of_all_losses()
    {
        long calls = Number("LOSSKIT_FUZZ") ?? UsualCalls;
        List<string> faults = [];
        FuzzRun run = new(Seed);
        if (Number("LOSSKIT_FUZZ_ROUND") is { } only)
        {
            run.Round(only, BatchesOfRound).Should().BeNull();
            return;
        }

        int round = 0;
        for (; run.Calls < calls && faults.Count < MostFaults; round++)
        {
            if (run.Round(round, BatchesOfRound) is { } fault)
            {
                faults.Add(fault);
                output.WriteLine(fault);
            }
        }

        output.WriteLine($"{run.Calls} calls in {round} rounds");
        faults.Should().BeEmpty();
        NotTaken(run).Should().BeEmpty("of each factory Kinds is to draw batches that its losses take");
    }

    /// <summary>
    /// As many minutes as <c>LOSSKIT_SOAK</c> says, on several threads, after which memory is as before.
    /// </summary>
    [Fact]
    public void Threads_share_losses_for_long_and_memory_stays()
    {
        if (Number("LOSSKIT_SOAK") is not { } minutes)
        {
            output.WriteLine("skipped: LOSSKIT_SOAK says no minutes");
            return;
        }

        FuzzRun run = new(Seed);
        ConcurrentQueue<string> faults = [];
        DateTime end = DateTime.UtcNow.AddMinutes(minutes);
        int next = 0;
        long before = 0;
        do
        {
            Parallel.For(0, 10 * Recipe.Factories.Count, new() { MaxDegreeOfParallelism = Threads }, _ =>
            {
                if (DateTime.UtcNow < end
                    && run.Round(Interlocked.Increment(ref next), BatchesOfRound) is { } fault)
                {
                    faults.Enqueue(fault);
                    output.WriteLine(fault);
                }
            });
            long kept = GC.GetTotalMemory(forceFullCollection: true);
            before = before == 0 ? kept : before;
            output.WriteLine($"{run.Calls} calls in {next} rounds, {kept >> 20} MiB");
            kept.Should().BeLessThan(before + MostKept);
        }
        while (DateTime.UtcNow < end && faults.Count < MostFaults);

        faults.Should().BeEmpty();
    }

    /// <summary>The factories of whose losses every batch is refused, after some more rounds of those.</summary>
    private static string[] NotTaken(FuzzRun run)
    {
        string[] left = Left();
        for (int turn = 1; turn < MostTurns && left.Length > 0; turn++)
        {
            for (int i = 0; i < Recipe.Factories.Count; i++)
            {
                if (left.Contains(Recipe.Factories[i].Name))
                {
                    _ = run.Round(turn * Recipe.Factories.Count + i, BatchesOfRound);
                }
            }

            left = Left();
        }

        return left;

        string[] Left() => [.. Recipe.Factories.Select(factory => factory.Name).Except(run.Taken)];
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int number)
            ? number
            : null;
}

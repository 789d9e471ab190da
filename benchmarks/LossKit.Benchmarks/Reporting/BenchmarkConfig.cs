using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using Perfolizer.Horology;

namespace LossKit.Benchmarks.Reporting;

/// <summary>Short iterations, because there are many benchmarks; and the columns that matter.</summary>
internal static class BenchmarkConfig
{
    /// <param name="arguments">Those of the command line: a job named there replaces the one here.</param>
    public static IConfig Create(string[] arguments)
    {
        ManualConfig config = ManualConfig.Create(DefaultConfig.Instance)
            .AddDiagnoser(new MemoryDiagnoser(new MemoryDiagnoserConfig(displayGenColumns: false)))
            .AddLogicalGroupRules(BenchmarkLogicalGroupRule.ByCategory)
            .AddColumn(CategoriesColumn.Default, new NanosecondsPerElementColumn())
            .HideColumns(Column.Error, Column.RatioSD, Column.AllocRatio);
        return arguments.Contains("--job") ? config : config.AddJob(Short());
    }

    // All code is optimised at once: what a library composes of many small methods would otherwise still be warming up
    // when it is measured, and be far slower than it is in the long run.
    private static Job Short() => Job.Default
        .WithWarmupCount(3)
        .WithIterationCount(9)
        .WithIterationTime(TimeInterval.FromMilliseconds(100))
        .WithEnvironmentVariable("DOTNET_TC_QuickJit", "0")
        .AsDefault();
}

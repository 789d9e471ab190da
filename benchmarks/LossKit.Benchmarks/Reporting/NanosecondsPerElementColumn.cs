using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using LossKit.Benchmarks.Rows;

namespace LossKit.Benchmarks.Reporting;

/// <summary>The mean divided by the number of predictions, which is comparable across sizes.</summary>
internal sealed class NanosecondsPerElementColumn : IColumn
{
    public string Id => nameof(NanosecondsPerElementColumn);

    public string ColumnName => "ns/element";

    public string Legend => "Mean time divided by the number of predictions";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Statistics;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        summary[benchmarkCase]?.ResultStatistics is { } statistics && Elements(benchmarkCase) is { } count
            ? (statistics.Mean / count).ToString("F3", CultureInfo.InvariantCulture)
            : "NA";

    private static int? Elements(BenchmarkCase benchmarkCase) =>
        benchmarkCase.Parameters["N"] as int? ?? (benchmarkCase.Parameters["Shape"] as RowShape?)?.Elements;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) =>
        GetValue(summary, benchmarkCase);
}

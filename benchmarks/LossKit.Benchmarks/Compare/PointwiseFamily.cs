using System.Globalization;
using LossKit.Benchmarks.Catalogue;
using LossKit.Benchmarks.Timing;

namespace LossKit.Benchmarks.Compare;

/// <summary>The losses of one prediction and one target.</summary>
internal sealed class PointwiseFamily(IReadOnlyList<int> counts) : IFamily
{
    private const int SmallCount = 1_000;

    public IEnumerable<string> Factories => CatalogueEntry.All.Select(entry => entry.Call.Split('(')[0]);

    public IEnumerable<Subject> Subjects(PyTorch? torch) => counts.SelectMany(count => Subjects(count, torch));

    public IEnumerable<Subject> SmallSubjects() => Subjects(SmallCount, torch: null);

    private static IEnumerable<Subject> Subjects(int count, PyTorch? torch)
    {
        PointwiseData data = new(count);
        string shape = string.Create(CultureInfo.InvariantCulture, $"n = {count:N0}");
        foreach (IGrouping<PointwiseKind, CatalogueEntry> group in
            CatalogueEntry.All.GroupBy(entry => PointwiseKind.Of(entry.Loss.Facts)))
        {
            data.Fill(group.Key);
            torch?.Load(data.Predictions, data.Targets, columns: 1);
            foreach (CatalogueEntry entry in group)
            {
                IEnumerable<Run> runs =
                [
                    .. Run.OfLossKit(entry.Loss, data.Predictions, data.Targets, data.Gradient, data.Hessian),
                    .. PointwiseRivals.Of(entry.Call.Split('(')[0], data),
                    .. torch?.Runs(entry.Call) ?? [],
                ];
                yield return new()
                {
                    Loss = entry.Call,
                    Shape = shape,
                    Elements = count,
                    Inputs = [data.Predictions, data.Targets],
                    Runs = [.. runs],
                    Gradient = data.Gradient,
                    Hessian = data.Hessian,
                    Functions = entry.Functions,
                };
            }
        }
    }
}

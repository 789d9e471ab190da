using LossKit.Benchmarks.Compare;
using LossKit.Benchmarks.Timing;

namespace LossKit.Benchmarks.Rows;

/// <summary>The losses of rows of classes.</summary>
internal sealed class RowFamily(IReadOnlyList<RowShape> shapes) : IFamily
{
    private const int SmallElements = 4_096;

    public IEnumerable<string> Factories => RowEntry.All.Select(entry => entry.Call.Split('(')[0]);

    public IEnumerable<Subject> Subjects(PyTorch? torch) => shapes.SelectMany(shape => Subjects(shape, torch));

    // Every number of classes, because that decides how rows are gone through.
    public IEnumerable<Subject> SmallSubjects() => shapes.SelectMany(shape =>
        Subjects(shape with { Rows = Math.Clamp(SmallElements / shape.Classes, 1, shape.Rows) }, torch: null));

    private static IEnumerable<Subject> Subjects(RowShape shape, PyTorch? torch)
    {
        RowData data = new(shape);
        foreach (IGrouping<(RowKind Kind, bool HasLabels), RowEntry> group in
            RowEntry.All.GroupBy(entry => (entry.Predictions, entry.HasLabels)))
        {
            data.Fill(group.Key.Kind);
            if (group.Key.HasLabels)
            {
                torch?.Load(data.Predictions, data.Labels, shape.Classes);
            }
            else
            {
                torch?.Load(data.Predictions, data.Probabilities, shape.Classes);
            }

            foreach (RowEntry entry in group)
            {
                yield return new()
                {
                    Loss = entry.Call,
                    Shape = shape.ToString(),
                    Elements = shape.Elements,
                    Runs = [.. entry.Runs(data), .. torch?.Runs(entry.Call) ?? []],
                    Gradient = data.Gradient,
                    Hessian = data.Hessian,
                    Functions = entry.Functions,
                    Inputs = new[] { data.Predictions, data.Probabilities }[..entry.Reads],
                    DerivativesAreFree = true,
                };
            }
        }
    }
}

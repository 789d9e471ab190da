using System.Globalization;
using LossKit.Benchmarks.Compare;
using LossKit.Benchmarks.Timing;

namespace LossKit.Benchmarks.Embeddings;

/// <summary>The losses of pairs, triplets and batches of embeddings, and of pairs of scores.</summary>
internal sealed class EmbeddingFamily(EmbeddingShape shape) : IFamily
{
    private const int SmallRows = 64;

    public IEnumerable<string> Factories =>
        EmbeddingEntry.All(new(Small)).Select(entry => entry.Call.Split('(')[0]);

    private EmbeddingShape Small => shape with { Rows = SmallRows };

    public IEnumerable<Subject> Subjects(PyTorch? torch) => Subjects(new(shape), torch);

    public IEnumerable<Subject> SmallSubjects() => Subjects(new(Small), torch: null);

    private static IEnumerable<Subject> Subjects(EmbeddingData data, PyTorch? torch)
    {
        string scores = string.Create(CultureInfo.InvariantCulture, $"n = {EmbeddingData.Scores:N0}");
        foreach (EmbeddingEntry entry in EmbeddingEntry.All(data))
        {
            torch?.Load(entry.Predictions, entry.Labels, entry.HasScores ? 1 : data.Shape.Dimension);
            yield return new()
            {
                Loss = entry.Call,
                Shape = entry.HasScores ? scores : data.Shape.ToString(),
                Elements = entry.Predictions[0].Length,
                Inputs = entry.Predictions,
                Runs =
                [
                    new(Run.LossKit, Order.Value, entry.Value),
                    new(Run.LossKit, Order.Gradient, entry.ValueAndGradient),
                    .. torch?.Runs(entry.Call) ?? [],
                ],
                Gradient = entry.Gradients[0],
                OtherGradients = [.. entry.Gradients.Skip(1)],
                Hessian = [],
                Functions = [],
                HasBound = false,
            };
        }
    }
}

using System.Numerics;

namespace LossKit.Conformance;

/// <summary>
/// Gives the arrays of a case to a loss of several predictions and targets of each example, in their order in the file:
/// what has a gradient is a prediction or several, everything else a target.
/// </summary>
internal static class TupleRunner<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>What the loss returned, in both layouts, or null if it takes none of the arrays the case has.</summary>
    public static IReadOnlyList<Observation>? Run(TupleLoss<T> loss, Case given)
    {
        int examples = given.Results.GetValueOrDefault(FieldNames.PerSample)?.Length ?? 0;
        string[] arrays = [.. given.Inputs.Keys.Where(name => !IsStructure(given, name))];
        if (examples == 0 || arrays.Any(name => IsUnsupported(name) || given.Inputs[name].Length % examples != 0))
        {
            return null;
        }

        List<Columns> predictions = [];
        List<Columns> targets = [];
        foreach (string name in arrays)
        {
            bool isPrediction = given.Results.ContainsKey(GradientOf(name));
            (isPrediction ? predictions : targets).Add(new(name, given.Inputs[name].Length / examples));
        }

        return Width(predictions) == loss.Predictions && Width(targets) == loss.Targets
            ?
            [
                .. Seen(loss, given, predictions, targets, examples),
                .. Seen(loss.Planar(), given, predictions, targets, examples),
            ]
            : null;
    }

    private static IEnumerable<Observation> Seen(
        TupleLoss<T> loss, Case given, List<Columns> ofPredictions, List<Columns> ofTargets, int examples)
    {
        T[] predictions = Joined(loss, given, ofPredictions, examples);
        T[] targets = Joined(loss, given, ofTargets, examples);
        T[] weights = CaseRunner<T>.Numbers(given, FieldNames.Weights);
        T[] losses = CaseRunner<T>.Unwritten(examples);
        T[] gradient = CaseRunner<T>.Unwritten(predictions.Length);
        T[] gradientWithHessian = CaseRunner<T>.Unwritten(predictions.Length);
        T[] hessian = CaseRunner<T>.Unwritten(predictions.Length);
        string layout = loss.IsPlanar ? " (planar)" : "";
        return
        [
            .. CaseRunner<T>.Seen(nameof(loss.Value) + layout, given, loss.Value(predictions, targets, weights)),
            .. CaseRunner<T>.Seen(
                nameof(loss.PerExample) + layout,
                given,
                loss.PerExample(predictions, targets, losses, weights),
                (FieldNames.PerSample, losses)),
            .. CaseRunner<T>.Seen(
                nameof(loss.ValueAndGradient) + layout,
                given,
                loss.ValueAndGradient(predictions, targets, gradient, weights, given.Reduction),
                [.. Apart(loss, gradient, ofPredictions, examples, GradientOf)]),
            .. CaseRunner<T>.Seen(
                nameof(loss.ValueGradientAndHessian) + layout,
                given,
                loss.ValueGradientAndHessian(
                    predictions, targets, gradientWithHessian, hessian, weights, given.Reduction),
                [
                    .. Apart(loss, gradientWithHessian, ofPredictions, examples, GradientOf),
                    .. Apart(loss, hessian, ofPredictions, examples, HessianOf),
                ]),
        ];
    }

    /// <summary>The arrays as one, in the layout of the loss.</summary>
    private static T[] Joined(TupleLoss<T> loss, Case given, List<Columns> arrays, int examples)
    {
        T[] joined = new T[examples * Width(arrays)];
        int column = 0;
        foreach (Columns array in arrays)
        {
            T[] numbers = CaseRunner<T>.Numbers(given, array.Name);
            for (int i = 0; i < numbers.Length; i++)
            {
                joined[Place(loss, i / array.Width, column + i % array.Width, examples, Width(arrays))] = numbers[i];
            }

            column += array.Width;
        }

        return joined;
    }

    /// <summary>The inverse: derivatives by the names of their fields.</summary>
    private static IEnumerable<(string Field, T[] Numbers)> Apart(
        TupleLoss<T> loss, T[] joined, List<Columns> arrays, int examples, Func<string, string> field)
    {
        int column = 0;
        foreach (Columns array in arrays)
        {
            int first = column;
            yield return (
                field(array.Name),
                [
                    .. Enumerable.Range(0, examples * array.Width).Select(i => joined[
                        Place(loss, i / array.Width, first + i % array.Width, examples, Width(arrays))]),
                ]);
            column += array.Width;
        }
    }

    private static int Place(TupleLoss<T> loss, int example, int column, int examples, int width) =>
        loss.IsPlanar ? column * examples + example : example * width + column;

    private static int Width(List<Columns> arrays) => arrays.Sum(array => array.Width);

    private static string GradientOf(string name) =>
        name == FieldNames.Predictions ? FieldNames.Gradient : FieldNames.GradientOf(name);

    private static string HessianOf(string name) =>
        name == FieldNames.Predictions ? FieldNames.Hessian : FieldNames.HessianOf(name);

    private static bool IsStructure(Case given, string name) =>
        name is FieldNames.Shape or FieldNames.Weights
        || given.Inputs.Keys.Any(array => name == FieldNames.ShapeOf(array));

    private static bool IsUnsupported(string name) =>
        name is FieldNames.Mask or FieldNames.Groups or FieldNames.InputLengths or FieldNames.TargetLengths;

    private sealed record Columns(string Name, int Width);
}

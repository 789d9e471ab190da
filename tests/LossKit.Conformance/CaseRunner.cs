using System.Numerics;

namespace LossKit.Conformance;

/// <summary>What one method returned for one field of the case, widened to double.</summary>
internal sealed record Observation(string Method, string Field, double[] Numbers);

/// <summary>Gives a case to its loss, by every method there is, in one precision.</summary>
internal static class CaseRunner<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    // What is not written must not pass for the 0 or NaN that is due.
    private static readonly T s_unwritten = T.CreateTruncating(-1.2345e30);

    /// <summary>
    /// What the loss returned, or null if the loss is unknown or takes none of the arrays the case has. This is the
    /// one place that knows which kind of loss takes which arrays.
    /// </summary>
    public static IReadOnlyList<Observation>? Run(Case given) => LossFinder.Find<T>(given) switch
    {
        ILoss<T, int> loss when Has(given, FieldNames.Predictions, FieldNames.Labels) =>
            Batch(loss, given, Labels(given)),
        CategoricalLoss<T> loss when Has(given, FieldNames.Predictions, FieldNames.Targets) =>
            Batch(loss.WithProbabilityTargets(), given, Numbers(given, FieldNames.Targets)),
        ILoss<T, T> loss when Has(given, FieldNames.Predictions, FieldNames.Targets) =>
            Batch(loss, given, Numbers(given, FieldNames.Targets)),
        _ => null,
    };

    private static List<Observation> Batch<TTarget>(ILoss<T, TTarget> loss, Case given, TTarget[] targets)
        where TTarget : unmanaged
    {
        T[] predictions = Numbers(given, FieldNames.Predictions);
        T[] weights = Numbers(given, FieldNames.Weights);
        int examples = given.Results.GetValueOrDefault(FieldNames.PerSample)?.Length ?? predictions.Length;
        T[] losses = Unwritten(examples);
        T[] gradient = Unwritten(predictions.Length);

        List<Observation> seen =
        [
            .. Seen(nameof(loss.Value), given, loss.Value(predictions, targets, weights)),
            .. Seen(
                nameof(loss.PerExample),
                given,
                loss.PerExample(predictions, targets, losses, weights),
                (FieldNames.PerSample, losses)),
            .. Seen(
                nameof(loss.ValueAndGradient),
                given,
                loss.ValueAndGradient(predictions, targets, gradient, weights, given.Reduction),
                (FieldNames.Gradient, gradient)),
        ];

        if (loss is ISecondOrderLoss<T, TTarget> secondOrder)
        {
            gradient = Unwritten(predictions.Length);
            T[] hessian = Unwritten(predictions.Length);
            seen.AddRange(Seen(
                nameof(secondOrder.ValueGradientAndHessian),
                given,
                secondOrder.ValueGradientAndHessian(
                    predictions, targets, gradient, hessian, weights, given.Reduction),
                (FieldNames.Gradient, gradient),
                (FieldNames.Hessian, hessian)));
        }

        return seen;
    }

    private static IEnumerable<Observation> Seen(
        string method, Case given, Cost cost, params (string Field, T[] Numbers)[] written) =>
        written
            .Select(array =>
                new Observation(method, array.Field, Array.ConvertAll(array.Numbers, double.CreateTruncating)))
            .Prepend(new(method, FieldNames.Value, [given.Reduction == Reduction.Mean ? cost.Mean : cost.Sum]));

    private static bool Has(Case given, params string[] inputs) => inputs.All(given.Inputs.ContainsKey);

    private static T[] Numbers(Case given, string input) =>
        Array.ConvertAll(given.Inputs.GetValueOrDefault(input, []), T.CreateTruncating);

    private static int[] Labels(Case given) =>
        Array.ConvertAll(given.Inputs[FieldNames.Labels], label => (int)label);

    private static T[] Unwritten(int length)
    {
        T[] buffer = new T[length];
        buffer.AsSpan().Fill(s_unwritten);
        return buffer;
    }
}

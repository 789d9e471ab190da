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
    public static IReadOnlyList<Observation>? Run(Case given) =>
        LossFinder.Find<T>(given).Select(loss => Run(loss, given)).FirstOrDefault(seen => seen is not null);

    private static IReadOnlyList<Observation>? Run(object found, Case given) => found switch
    {
        TupleLoss<T> tuples => TupleRunner<T>.Run(tuples, given),
        IMetric<T, int> loss when Has(given, FieldNames.Predictions, FieldNames.Labels) =>
            Batch(loss, given, Labels(given)),
        LabelledLoss<T> loss when Has(given, FieldNames.Predictions, FieldNames.Labels) => Labelled(loss, given),
        PairLoss<T> loss when Has(given, FieldNames.First, FieldNames.Second, FieldNames.Labels) =>
            Pairs(loss, given),
        TripletLoss<T> loss when Has(given, FieldNames.Anchors, FieldNames.Positives, FieldNames.Negatives) =>
            Triplets(loss, given),
        MatchLoss<T> loss when Has(given, FieldNames.Queries, FieldNames.Keys) =>
            Matches(loss, given, FieldNames.Queries, FieldNames.Keys),
        MatchLoss<T> loss when Has(given, FieldNames.First, FieldNames.Second) =>
            Matches(loss, given, FieldNames.First, FieldNames.Second),
        CategoricalLoss<T> loss when Has(given, FieldNames.Predictions, FieldNames.Targets) =>
            Batch(loss.WithProbabilityTargets(), given, Numbers(given, FieldNames.Targets)),
        IMetric<T, T> loss when Has(given, FieldNames.Predictions, FieldNames.Targets) =>
            Batch(loss, given, Numbers(given, FieldNames.Targets)),
        _ => null,
    };

    private static List<Observation> Batch<TTarget>(IMetric<T, TTarget> metric, Case given, TTarget[] targets)
        where TTarget : unmanaged
    {
        T[] predictions = Numbers(given, FieldNames.Predictions);
        T[] weights = Numbers(given, FieldNames.Weights);
        int examples = given.Results.GetValueOrDefault(FieldNames.PerSample)?.Length ?? predictions.Length;
        T[] losses = Unwritten(examples);
        T[] gradient = Unwritten(predictions.Length);

        List<Observation> seen =
        [
            .. Seen(nameof(metric.Value), given, metric.Value(predictions, targets, weights)),
            .. Seen(
                nameof(metric.PerExample),
                given,
                metric.PerExample(predictions, targets, losses, weights),
                (FieldNames.PerSample, losses)),
        ];
        if (metric is ILoss<T, TTarget> loss)
        {
            seen.AddRange(Seen(
                nameof(loss.ValueAndGradient),
                given,
                loss.ValueAndGradient(predictions, targets, gradient, weights, given.Reduction),
                (FieldNames.Gradient, gradient)));
        }

        if (metric is ISecondOrderLoss<T, TTarget> secondOrder)
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

    private static List<Observation> Labelled(LabelledLoss<T> loss, Case given)
    {
        T[] embeddings = Numbers(given, FieldNames.Predictions);
        T[] gradient = Unwritten(embeddings.Length);
        return Batch(
            loss,
            given,
            new() { Embeddings = embeddings, Labels = Labels(given) },
            new() { Embeddings = gradient },
            (FieldNames.Gradient, gradient));
    }

    private static List<Observation> Pairs(PairLoss<T> loss, Case given)
    {
        T[] first = Numbers(given, FieldNames.First);
        T[] second = Numbers(given, FieldNames.Second);
        T[] ofFirst = Unwritten(first.Length);
        T[] ofSecond = Unwritten(second.Length);
        return Batch(
            loss,
            given,
            new() { First = first, Second = second, Labels = Labels(given) },
            new() { First = ofFirst, Second = ofSecond },
            (FieldNames.GradientOf(FieldNames.First), ofFirst),
            (FieldNames.GradientOf(FieldNames.Second), ofSecond));
    }

    private static List<Observation> Triplets(TripletLoss<T> loss, Case given)
    {
        T[] anchors = Numbers(given, FieldNames.Anchors);
        T[] positives = Numbers(given, FieldNames.Positives);
        T[] negatives = Numbers(given, FieldNames.Negatives);
        T[] ofAnchors = Unwritten(anchors.Length);
        T[] ofPositives = Unwritten(positives.Length);
        T[] ofNegatives = Unwritten(negatives.Length);
        return Batch(
            loss,
            given,
            new() { Anchors = anchors, Positives = positives, Negatives = negatives },
            new() { Anchors = ofAnchors, Positives = ofPositives, Negatives = ofNegatives },
            (FieldNames.GradientOf(FieldNames.Anchors), ofAnchors),
            (FieldNames.GradientOf(FieldNames.Positives), ofPositives),
            (FieldNames.GradientOf(FieldNames.Negatives), ofNegatives));
    }

    private static List<Observation> Matches(MatchLoss<T> loss, Case given, string firstName, string secondName)
    {
        T[] first = Numbers(given, firstName);
        T[] second = Numbers(given, secondName);
        T[] ofFirst = Unwritten(first.Length);
        T[] ofSecond = Unwritten(second.Length);
        return Batch(
            loss,
            given,
            new() { First = first, Second = second },
            new() { First = ofFirst, Second = ofSecond },
            (FieldNames.GradientOf(firstName), ofFirst),
            (FieldNames.GradientOf(secondName), ofSecond));
    }

    private static List<Observation> Batch<TBatch, TGradients>(
        BatchLoss<T, TBatch, TGradients> loss,
        Case given,
        TBatch batch,
        TGradients gradients,
        params (string Field, T[] Numbers)[] written)
        where TBatch : struct, allows ref struct
        where TGradients : struct, allows ref struct
    {
        T[] weights = Numbers(given, FieldNames.Weights);
        T[] losses = Unwritten(loss.Losses(batch));
        return
        [
            .. Seen(nameof(loss.Value), given, loss.Value(batch, weights)),
            .. Seen(
                nameof(loss.PerExample),
                given,
                loss.PerExample(batch, losses, weights),
                (FieldNames.PerSample, losses)),
            .. Seen(
                nameof(loss.ValueAndGradient),
                given,
                loss.ValueAndGradient(batch, gradients, weights, given.Reduction),
                written),
        ];
    }

    public static IEnumerable<Observation> Seen(
        string method, Case given, Cost cost, params (string Field, T[] Numbers)[] written) =>
        written
            .Select(array =>
                new Observation(method, array.Field, Array.ConvertAll(array.Numbers, double.CreateTruncating)))
            .Prepend(new(method, FieldNames.Counted, [cost.Count]))
            .Prepend(new(method, FieldNames.Value, [given.Reduction == Reduction.Mean ? cost.Mean : cost.Sum]));

    private static bool Has(Case given, params string[] inputs) => inputs.All(given.Inputs.ContainsKey);

    public static T[] Numbers(Case given, string input) =>
        Array.ConvertAll(given.Inputs.GetValueOrDefault(input, []), T.CreateTruncating);

    private static int[] Labels(Case given) =>
        Array.ConvertAll(given.Inputs[FieldNames.Labels], label => (int)label);

    public static T[] Unwritten(int length)
    {
        T[] buffer = new T[length];
        buffer.AsSpan().Fill(s_unwritten);
        return buffer;
    }
}

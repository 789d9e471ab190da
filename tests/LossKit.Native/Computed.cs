using System.Numerics;
using LossKit.FSharp;

namespace LossKit.Native;

/// <summary>Losses from formulas that the library does not know, by each factory that takes one.</summary>
internal static class Computed<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    // A multiple neither of the numbers in a register nor of anything else that counts.
    private const int Examples = 67;
    private const int Classes = 5;
    private const int Dimension = 7;
    private const int Rows = Examples * Dimension;

    private static readonly T[] s_weights = Numbers(Examples, i => i % 3);
    private static readonly T[] s_flags = Numbers(Examples, i => i % 2);
    private static readonly int[] s_labels = [.. Enumerable.Range(0, Examples).Select(i => i % Classes)];
    private static readonly int[] s_similar = [.. Enumerable.Range(0, Examples).Select(i => i % 2)];

    public static IEnumerable<Series> All =>
    [
        OfExamples(Loss.FromFormula<T, MissedPositive>(new(4)), s_flags),
        OfExamples(Loss.FromFormula<T, MissedPositive>(new(4)).Asymmetric(1, 3).InParallel(2), s_flags),
        OfExamples(
            Loss.FromFormula<T, MissedPositive>(new(4)).Plus(Loss.FromFormula<T, SmoothStepError>(new())), s_flags),
        OfExamples(Loss.FromFormula<T, Bounded>(new()), s_flags),
        OfExamples(Loss.FromMarginFormula<T, SoftMargin>(new(0.5)), Numbers(Examples, i => 2 * (i % 2) - 1)),
        OfExamples(Loss.FromTrueClassFormula<T, RootError>(new(), Classes), s_labels),
        OfExamples(Loss.FromRivalFormula<T, SoftMargin>(new(0.5), Classes), s_labels),
        OfExamples(Loss.FromRivalFormula<T, SoftMargin>(new(0.5), Classes, Rivals.Best), s_labels),
        OfExamples(Loss.FromDivergenceFormula<T, SmoothStepError>(new(), Classes), Numbers(Examples * Classes)),
        OfExamples(Loss.FromTupleFormula<T, PricedError>(new(0.5)), Numbers(2 * Examples)),
        OfExamples(Loss.FromTupleFormula<T, PlainTuple<PricedSquare>>(new(new())), Numbers(2 * Examples)),
        OfExamples(Loss.FromPreferenceFormula<T, ByE>(new()), Numbers(2 * Examples)),
        OfGroups(Loss.FromGroupFormula<T, Nearness, LogSumExpFold, LogSumExpFold>(new(2, 10, 0.5))),
        OfGroups(Loss.FromGroupFormula<T, ThreeFolds, LogSumExpFold, SumFold, LargestFold>(new())),
        OfGroups(Loss.FromPairFormula<T, SoftMargin, AtMostOne>(new(0.5), new())),
        OfLabelled(Loss.FromInBatchFormula<T, Nearness, LogSumExpFold, LogSumExpFold>(new(2, 10, 0.5), Dimension)),
        OfLabelled(Loss.BatchPairFromDistanceFormula<T, Repulsion>(new(), Dimension)),
        OfLabelled(Loss.BatchTripletFromMarginFormula<T, SoftMargin>(new(0.5), Dimension, TripletMining.Hardest)),
        OfPrototypes(
            Loss.FromPrototypeFormula<T, Nearness, LogSumExpFold, LogSumExpFold>(new(2, 10, 0.5), Classes, Dimension)),
        OfPrototypes(
            Loss.SoftmaxCrossEntropy<T>(Classes).OfAngles(new NarrowedAngle(), Dimension, margin: 0.2, scale: 8)),
        OfBatch(
            Loss.FromCorrelationFormula<T, SmoothStepError>(new(), Dimension),
            x => new() { First = x.AsSpan(..Rows), Second = x.AsSpan(Rows..) },
            slopes => new() { First = slopes.AsSpan(..Rows), Second = slopes.AsSpan(Rows..) },
            2 * Rows),
        OfPairs(Loss.PairFromDistanceFormula<T, Repulsion>(new(), Dimension), s_similar, []),
        OfPairs(Loss.PairFromCosineFormula<T, SmoothStepError>(new(), Dimension), [], s_flags),
        OfBatch(
            Loss.TripletFromMarginFormula<T, SoftMargin>(new(0.5), Dimension),
            x => new()
            {
                Anchors = x.AsSpan(..Rows),
                Positives = x.AsSpan(Rows..(2 * Rows)),
                Negatives = x.AsSpan((2 * Rows)..),
            },
            slopes => new()
            {
                Anchors = slopes.AsSpan(..Rows),
                Positives = slopes.AsSpan(Rows..(2 * Rows)),
                Negatives = slopes.AsSpan((2 * Rows)..),
            },
            3 * Rows),
        OfBatch(
            Loss.FromTopology<T>(new LeftToRight(), Classes),
            x => new() { Logits = x, InputLengths = [Examples], Labels = s_labels.AsSpan(..9), TargetLengths = [9] },
            slopes => new() { Logits = slopes },
            Examples * Classes),
        OfMetric(Loss.MetricFromFormula<T, SmoothStepError>(new())),
    ];

    /// <summary>Random numbers between −1 and 1, the same everywhere; without the ties that rounding decides.</summary>
    public static T[] Numbers(int count)
    {
        Random random = new(count);
        return Numbers(count, _ => 2 * random.NextDouble() - 1);
    }

    /// <summary>A series of a loss of a type.</summary>
    public static Series Of(string name, params IEnumerable<T[]> arrays) => new(
        $"{name} {typeof(T).Name}",
        typeof(T) == typeof(float),
        [.. arrays.SelectMany(array => array).Select(double.CreateTruncating)]);

    private static T[] Numbers(int count, Func<int, double> number) =>
        [.. Enumerable.Range(0, count).Select(i => T.CreateTruncating(number(i)))];

    private static Series Of(object loss, Cost cost, params IEnumerable<T[]> arrays) =>
        Of(loss.ToString()!, [T.CreateTruncating(cost.Mean)], [.. arrays.SelectMany(array => array)]);

    private static Series OfExamples<TTarget>(ILoss<T, TTarget> loss, TTarget[] targets) where TTarget : unmanaged
    {
        T[] predictions = Numbers(Examples * loss.Shape.Predictions);
        T[] losses = new T[Examples];
        T[] gradient = new T[predictions.Length];
        T[] hessian = new T[predictions.Length];
        loss.PerExample(predictions, targets, losses, s_weights);
        Cost cost = loss is ISecondOrderLoss<T, TTarget> second
            ? second.ValueGradientAndHessian(predictions, targets, gradient, hessian, s_weights)
            : loss.ValueAndGradient(predictions, targets, gradient, s_weights);
        return Of(loss, cost, losses, gradient, hessian);
    }

    private static Series OfGroups(GroupedLoss<T> loss)
    {
        int[] lengths = [40, 1, Examples - 41];
        T[] predictions = Numbers(Examples);
        T[] losses = new T[lengths.Length];
        T[] gradient = new T[Examples];
        T[] hessian = new T[Examples];
        loss.PerExample(predictions, s_flags, Groups.OfLengths(lengths), losses);
        Cost cost = loss.ValueGradientAndHessian(predictions, s_flags, Groups.OfLengths(lengths), gradient, hessian);
        return Of(loss, cost, losses, gradient, hessian);
    }

    private static Series OfMetric(PointwiseMetric<T> metric)
    {
        T[] losses = new T[Examples];
        return Of(metric, metric.PerExample(Numbers(Examples), s_flags, losses, s_weights), losses);
    }

    private static Series OfLabelled(LabelledLoss<T> loss) => OfBatch(
        loss,
        x => new() { Embeddings = x, Labels = s_labels },
        slopes => new() { Embeddings = slopes },
        Rows);

    private static Series OfPrototypes(LinearLoss<T> loss) => OfBatch(
        loss,
        x => new() { Hidden = x.AsSpan(..Rows), Prototypes = x.AsSpan(Rows..), Labels = s_labels },
        slopes => new() { Hidden = slopes.AsSpan(..Rows), Prototypes = slopes.AsSpan(Rows..) },
        Rows + Classes * Dimension);

    private static Series OfPairs(PairLoss<T> loss, int[] labels, T[] targets) => OfBatch(
        loss,
        x => new() { First = x.AsSpan(..Rows), Second = x.AsSpan(Rows..), Labels = labels, Targets = targets },
        slopes => new() { First = slopes.AsSpan(..Rows), Second = slopes.AsSpan(Rows..) },
        2 * Rows);

    private static Series OfBatch<TBatch, TGradients>(
        IBatchLoss<T, TBatch, TGradients> loss, Func<T[], TBatch> batch, Func<T[], TGradients> gradients, int inputs)
        where TBatch : struct, allows ref struct
        where TGradients : struct, allows ref struct
    {
        T[] numbers = Numbers(inputs);
        T[] losses = new T[loss.Losses(batch(numbers))];
        T[] gradient = new T[inputs];
        loss.PerExample(batch(numbers), losses);
        return Of(loss, loss.ValueAndGradient(batch(numbers), gradients(gradient)), losses, gradient);
    }
}

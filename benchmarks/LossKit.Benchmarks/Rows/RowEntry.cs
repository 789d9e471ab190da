using LossKit.Benchmarks.Catalogue;
using LossKit.Benchmarks.Rivals;
using LossKit.Benchmarks.Timing;

namespace LossKit.Benchmarks.Rows;

/// <summary>A loss of rows, and the functions that each entry cannot do without.</summary>
internal sealed record RowEntry(
    string Call,
    RowKind Predictions,
    bool HasLabels,
    Func<RowData, IReadOnlyList<Run>> Runs,
    params Function[] Functions)
{
    private const double Smoothing = 0.1;

    public static IReadOnlyList<RowEntry> All { get; } =
    [
        new("SoftmaxCrossEntropy()", RowKind.Logits, HasLabels: true, CrossEntropy, Function.Exp),
        OfLabels(
            "SoftmaxCrossEntropy(labelSmoothing: 0.1)",
            RowKind.Logits,
            c => Loss.SoftmaxCrossEntropy<float>(c, labelSmoothing: Smoothing),
            Function.Exp),
        OfProbabilities(
            "SoftmaxCrossEntropy().WithProbabilityTargets()",
            RowKind.Logits,
            c => Loss.SoftmaxCrossEntropy<float>(c).WithProbabilityTargets(),
            Function.Exp),
        OfLabels("MulticlassFocal()", RowKind.Logits, c => Loss.MulticlassFocal<float>(c), Function.Exp),
        OfLabels(
            "GeneralizedCrossEntropy()", RowKind.Logits, c => Loss.GeneralizedCrossEntropy<float>(c), Function.Exp),
        OfLabels("Poly1()", RowKind.Logits, c => Loss.Poly1<float>(c), Function.Exp),
        OfLabels("MulticlassHinge()", RowKind.Logits, c => Loss.MulticlassHinge<float>(c)),
        OfLabels("CrammerSinger()", RowKind.Logits, c => Loss.CrammerSinger<float>(c)),
        OfLabels(
            "NegativeLogLikelihood()", RowKind.LogProbabilities, c => Loss.NegativeLogLikelihood<float>(c)) with
        {
            Reads = 0,
        },
        OfProbabilities(
            "KLDivergence()", RowKind.LogProbabilities, c => Loss.KLDivergence<float>(c), Function.Log),
        OfLabels(
            "CategoricalCrossEntropy()", RowKind.Probabilities, c => Loss.CategoricalCrossEntropy<float>(c)) with
        {
            Reads = 0,
        },
        OfProbabilities(
            "CategoricalCrossEntropy().WithProbabilityTargets()",
            RowKind.Probabilities,
            c => Loss.CategoricalCrossEntropy<float>(c).WithProbabilityTargets(),
            Function.Log),
        OfProbabilities(
            "JensenShannonDivergence()",
            RowKind.Probabilities,
            c => Loss.JensenShannonDivergence<float>(c),
            Function.Log,
            Function.Log),
    ];

    /// <summary>How many numbers are read for each entry; none where only the label's entry counts.</summary>
    public int Reads { get; init; } = HasLabels ? 1 : 2;

    private static RowEntry OfLabels(
        string call, RowKind kind, Func<int, RowLoss<float, int>> make, params Function[] functions) => new(
        call,
        kind,
        HasLabels: true,
        data => Run.OfLossKit(
            make(data.Shape.Classes), data.Predictions, data.Labels, data.Gradient, data.Hessian),
        functions);

    private static RowEntry OfProbabilities(
        string call, RowKind kind, Func<int, RowLoss<float, float>> make, params Function[] functions) => new(
        call,
        kind,
        HasLabels: false,
        data => Run.OfLossKit(
            make(data.Shape.Classes), data.Predictions, data.Probabilities, data.Gradient, data.Hessian),
        functions);

    private static IReadOnlyList<Run> CrossEntropy(RowData data)
    {
        int classes = data.Shape.Classes;
        float[] scratch = new float[classes];
        return
        [
            .. Run.OfLossKit(
                Loss.SoftmaxCrossEntropy<float>(classes),
                data.Predictions,
                data.Labels,
                data.Gradient,
                data.Hessian),
            new(Run.Scalar, Order.Value, () => ScalarSoftmax.Value(data.Predictions, data.Labels, classes)),
            new(Run.Scalar, Order.Gradient, () => ScalarSoftmax.ValueAndGradient(
                data.Predictions, data.Labels, classes, data.Gradient)),
            new(Run.Scalar, Order.Hessian, () => ScalarSoftmax.ValueGradientAndHessian(
                data.Predictions, data.Labels, classes, data.Gradient, data.Hessian)),
            new(Run.Tensors, Order.Value, () => TensorSoftmax.Value(
                data.Predictions, data.Labels, classes, scratch)),
            new(Run.Tensors, Order.Gradient, () => TensorSoftmax.ValueAndGradient(
                data.Predictions, data.Labels, classes, data.Gradient)),
            new(Run.Tensors, Order.Hessian, () => TensorSoftmax.ValueGradientAndHessian(
                data.Predictions, data.Labels, classes, data.Gradient, data.Hessian)),
        ];
    }
}

using LossKit.Benchmarks.Rivals;
using LossKit.Benchmarks.Timing;

namespace LossKit.Benchmarks.Compare;

/// <summary>Who computes a loss of one prediction and one target in this process, other than LossKit.</summary>
internal static class PointwiseRivals
{
    public static IEnumerable<Run> Of(string factory, PointwiseData data) => factory switch
    {
        nameof(Loss.SquaredError) =>
        [
            .. Scalar<ScalarSquaredError<float>>(data),
            .. SecondOrderTensors<TensorSquaredError<float>>(data),
            new(Run.MathNet, Order.Value, () => MathNetDistance.MeanSquaredError(data.Predictions, data.Targets)),
        ],
        nameof(Loss.AbsoluteError) =>
        [
            .. Both<ScalarAbsoluteError<float>, TensorAbsoluteError<float>>(data),
            new(Run.MathNet, Order.Value, () => MathNetDistance.MeanAbsoluteError(data.Predictions, data.Targets)),
        ],

        // With δ = β = 1 they are the same.
        nameof(Loss.Huber) or nameof(Loss.SmoothL1) => Both<ScalarHuber<float>, TensorHuber<float>>(data),
        nameof(Loss.LogCosh) => Both<ScalarLogCosh<float>, TensorLogCosh<float>>(data),
        nameof(Loss.Quantile) => Both<ScalarQuantile<float>, TensorQuantile<float>>(data),
        nameof(Loss.Poisson) => Both<ScalarPoisson<float>, TensorPoisson<float>>(data),
        nameof(Loss.Hinge) => Both<ScalarHinge<float>, TensorHinge<float>>(data),
        nameof(Loss.SquaredHinge) => Both<ScalarSquaredHinge<float>, TensorSquaredHinge<float>>(data),
        nameof(Loss.Logistic) => Both<ScalarLogistic<float>, TensorLogistic<float>>(data),
        nameof(Loss.BinaryCrossEntropyLogits) =>
        [
            .. Scalar<ScalarBinaryCrossEntropy<float>>(data),
            .. SecondOrderTensors<TensorBinaryCrossEntropy<float>>(data),
        ],
        nameof(Loss.BinaryFocalLogits) => Scalar<ScalarFocal<float>>(data),
        _ => [],
    };

    private static Run[] Both<TScalar, TTensor>(PointwiseData data)
        where TScalar : struct, IScalarFormula<float>
        where TTensor : struct, ITensorFormula<float> => [.. Scalar<TScalar>(data), .. Tensors<TTensor>(data)];

    private static Run[] Scalar<TFormula>(PointwiseData data) where TFormula : struct, IScalarFormula<float> =>
    [
        new(Run.Scalar, Order.Value, () => ScalarLoop.Value<float, TFormula>(data.Predictions, data.Targets)),
        new(Run.Scalar, Order.Gradient, () => ScalarLoop.ValueAndGradient<float, TFormula>(
            data.Predictions, data.Targets, data.Gradient)),
        new(Run.Scalar, Order.Hessian, () => ScalarLoop.ValueGradientAndHessian<float, TFormula>(
            data.Predictions, data.Targets, data.Gradient, data.Hessian)),
    ];

    private static Run[] Tensors<TFormula>(PointwiseData data) where TFormula : struct, ITensorFormula<float>
    {
        TensorBlocks<float, TFormula> blocks = new();
        return
        [
            new(Run.Tensors, Order.Value, () => blocks.Value(data.Predictions, data.Targets)),
            new(Run.Tensors, Order.Gradient, () => blocks.ValueAndGradient(
                data.Predictions, data.Targets, data.Gradient)),
        ];
    }

    private static Run[] SecondOrderTensors<TFormula>(PointwiseData data)
        where TFormula : struct, ISecondOrderTensorFormula<float>
    {
        TensorBlocks<float, TFormula> blocks = new();
        return
        [
            .. Tensors<TFormula>(data),
            new(Run.Tensors, Order.Hessian, () => blocks.ValueGradientAndHessian<TFormula>(
                data.Predictions, data.Targets, data.Gradient, data.Hessian)),
        ];
    }
}

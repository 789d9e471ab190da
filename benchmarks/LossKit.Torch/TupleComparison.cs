using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LossKit.Torch;

/// <summary>
/// Losses of several predictions of each example, column by column, and of two rows of logits: LossKit, and
/// compositions of libtorch's functions with its backward pass.
/// </summary>
internal static class TupleComparison
{
    private const int Classes = 1_000;

    private static readonly double[] s_quantiles = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

    public static void Run(int examples, int threads)
    {
        using Tensor quantiles = tensor(Array.ConvertAll(s_quantiles, level => (float)level), [s_quantiles.Length, 1]);
        Turns.Mean(threads,
        [
            Of(Loss.NormalNll<float>(), (x, t) => 0.5 * (x[1] + (x[0] - t[0]).square() * (-x[1]).exp())),
            Of(Loss.LaplaceNll<float>(), (x, t) => (x[0] - t[0]).abs() * (-x[1]).exp() + x[1] + Math.Log(2)),
            Of(Loss.StudentTNll<float>(4), (x, t) =>
                2.5 * (((t[0] - x[0]) * (-x[1]).exp()).square() / 4).log1p() + x[1] + Math.Log(8.0 / 3)),
            Of(Loss.CrpsGaussian<float>(), (x, t) =>
            {
                Tensor scale = x[1].exp();
                Tensor z = (t[0] - x[0]) / scale;
                Tensor density = Math.Sqrt(2 / Math.PI) * (-0.5 * z.square()).exp();
                return scale * (z * (z * Math.Sqrt(0.5)).erf() + density - 1 / Math.Sqrt(Math.PI));
            }),
            Of(Loss.QuantileVector<float>(s_quantiles), (x, t) =>
            {
                Tensor error = t - x;
                return maximum(quantiles * error, (quantiles - 1) * error).mean([0]);
            }),
            Of(Loss.MixtureDensityNll<float>(5), (x, t) =>
            {
                Tensor scale = x.narrow(0, 10, 5);
                Tensor z = (t - x.narrow(0, 5, 5)) * (-scale).exp();
                Tensor parts = x.narrow(0, 0, 5).log_softmax(0) - 0.5 * z.square() - scale;
                return 0.5 * Math.Log(2 * Math.PI) - parts.logsumexp(0);
            }),
            Of(Loss.BetaDistributionNll<float>(), (x, t) =>
            {
                Tensor alpha = x[0].exp();
                Tensor beta = x[1].exp();
                Tensor ofShape = alpha.lgamma() + beta.lgamma() - (alpha + beta).lgamma();
                return ofShape - (alpha - 1) * t[0].log() - (beta - 1) * (-t[0]).log1p();
            }),
            Of(Loss.Dpo<float>(), (x, t) => -F.logsigmoid(0.1 * (x[0] - t[0] - (x[1] - t[1])))),
            Of(Loss.BoxGiou<float>(), (x, t) =>
            {
                Tensor inner = (minimum(x[2], t[2]) - maximum(x[0], t[0])).clamp_min(0)
                    * (minimum(x[3], t[3]) - maximum(x[1], t[1])).clamp_min(0);
                Tensor outer = (maximum(x[2], t[2]) - minimum(x[0], t[0])) * (maximum(x[3], t[3]) - minimum(x[1], t[1]));
                Tensor union = (x[2] - x[0]) * (x[3] - x[1]) + (t[2] - t[0]) * (t[3] - t[1]) - inner;
                return 1 - inner / (union + 1e-7) + (outer - union) / (outer + 1e-7);
            }),
            Divergence(),
        ]);

        double Of(TupleLoss<float> loss, Func<Tensor, Tensor, Tensor> torchLoss)
        {
            TupleLoss<float> own = loss.Planar().InParallel(threads);
            float[] predictions = Numbers(own.Predictions, examples, seed: 1);
            float[] targets = Numbers(own.Targets, examples, seed: 2);
            float[] gradient = new float[predictions.Length];
            using Tensor x = tensor(predictions, [own.Predictions, examples]).requires_grad_();
            using Tensor t = tensor(targets, [own.Targets, examples]);
            return Turns.Compare(
                $"{Turns.Factory(loss)} × {examples:N0}",
                threads,
                x,
                gradient,
                () => torchLoss(x, t).mean(),
                () => own.ValueAndGradient(predictions, targets, gradient).Mean);
        }

        double Divergence()
        {
            RowLoss<float, float> own = Loss.ForwardKl<float>(Classes).InParallel(threads);
            int rows = Math.Max(1, examples / 16);
            float[] student = Numbers(rows, Classes, seed: 1);
            float[] teacher = Numbers(rows, Classes, seed: 2);
            float[] gradient = new float[student.Length];
            using Tensor x = tensor(student, [rows, Classes]).requires_grad_();
            using Tensor t = tensor(teacher, [rows, Classes]);
            return Turns.Compare(
                $"{Turns.Factory(own)} × {rows:N0} × {Classes:N0}",
                threads,
                x,
                gradient,
                () => (t.softmax(1) * (t.log_softmax(1) - x.log_softmax(1))).sum() / rows,
                () => own.ValueAndGradient(student, teacher, gradient).Mean);
        }
    }

    /// <summary>
    /// Column by column, between 0.05 and 0.95; from the third on, 1 more: boxes have their corners in order.
    /// </summary>
    private static float[] Numbers(int columns, int examples, int seed)
    {
        Random random = new(seed);
        return
        [
            .. Enumerable.Range(0, columns * examples)
                .Select(i => 0.05f + 0.9f * random.NextSingle() + (i < 2 * examples ? 0 : 1)),
        ];
    }
}

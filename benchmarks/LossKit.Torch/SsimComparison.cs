using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LossKit.Torch;

/// <summary>
/// SSIM of images in a Gaussian window of 11 × 11, value and gradient: LossKit, and libtorch's convolutions, in rows
/// and columns one after the other, with its backward pass.
/// </summary>
internal static class SsimComparison
{
    private const int Width = 11;
    private const double Sigma = 1.5;
    private const double K1 = 1e-4;
    private const double K2 = 9e-4;

    public static double Run(int images, int channels, int side, int threads)
    {
        Random random = new(1);
        float[] targets = [.. Enumerable.Range(0, images * channels * side * side).Select(_ => random.NextSingle())];
        float[] predictions = [.. targets.Select(y => Math.Clamp(y + 0.3f * (random.NextSingle() - 0.5f), 0, 1))];
        float[] gradient = new float[predictions.Length];
        double[] bell = [.. Enumerable.Range(-(Width / 2), Width).Select(k => Math.Exp(-k * k / (2 * Sigma * Sigma)))];
        float[] window = [.. bell.Select(weight => (float)(weight / bell.Sum()))];
        using Tensor x = tensor(predictions, [images, channels, side, side]).requires_grad_();
        using Tensor y = tensor(targets, [images, channels, side, side]);
        using Tensor tall = tensor(window, [1, 1, Width, 1]).repeat(channels, 1, 1, 1).contiguous();
        using Tensor wide = tensor(window, [1, 1, 1, Width]).repeat(channels, 1, 1, 1).contiguous();
        ImageLoss<float> loss = Loss.Ssim<float>(dataRange: 1).InParallel(threads);
        return Turns.Compare($"SSIM {images} × {channels} × {side} × {side}", threads, x, gradient, Convolved, () =>
            loss.ValueAndGradient(
                new() { Predictions = predictions, Targets = targets, Channels = channels, Height = side, Width = side },
                new() { Predictions = gradient }).Mean);

        Tensor Convolved()
        {
            Tensor ofX = Means(x), ofY = Means(y);
            Tensor squareX = ofX * ofX, squareY = ofY * ofY, product = ofX * ofY;
            Tensor covariance = Means(x * y) - product;
            Tensor variances = Means(x * x) - squareX + Means(y * y) - squareY;
            Tensor map = (2 * product + K1) / (squareX + squareY + K1) * ((2 * covariance + K2) / (variances + K2));
            return 1 - map.mean();
        }

        Tensor Means(Tensor image) => F.conv2d(F.conv2d(image, tall, groups: channels), wide, groups: channels);
    }
}

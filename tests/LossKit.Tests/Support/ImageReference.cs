using System.Numerics;

namespace LossKit.Tests.Support;

/// <summary>The definitions, pixel by pixel.</summary>
internal static class ImageReference
{
    private const double C1 = 1e-4;
    private const double C2 = 9e-4;

    /// <param name="name">The loss.</param>
    /// <param name="setting">The images.</param>
    /// <param name="image">Which.</param>
    /// <param name="x">The predictions.</param>
    /// <param name="y">The targets.</param>
    /// <param name="held">The predictions of what is a constant when differentiating.</param>
    public static double Of(string name, ImageSetting setting, int image, double[] x, double[] y, double[] held)
    {
        int start = image * setting.Size;
        return name switch
        {
            "ssim" => Ssim(setting, image, Sums(x, y), Differences(x, y), 5, 1.2),
            "ssim uniform" => Ssim(setting, image, Sums(x, y), Differences(x, y), 4, double.PositiveInfinity),
            "ssim clamped" => Scales(setting, image, x, y, [1], 5, 1.2),
            "ms-ssim" => Scales(setting, image, x, y, [0.3, 0.7], 5, 1.2),
            "ms-ssim of one" => Scales(setting, image, x, y, [1], 5, 1.2),
            "ms-ssim weighed" => Scales(setting, image, x, y, [1.5, 0, 2], 4, 1.2),
            "variation" => Pairs(setting, image).Sum(pair => Math.Abs(x[pair.Next] - x[pair.First])),
            "squared" => Pairs(setting, image).Sum(pair => Math.Pow(x[pair.Next] - x[pair.First], 2)),
            "isotropic" => Pairs(setting, image).GroupBy(pair => pair.First)
                .Where(group => group.Count() == (setting.Depth > 1 ? 3 : 2))
                .Sum(group => Math.Sqrt(group.Sum(pair => Math.Pow(x[pair.Next] - x[pair.First], 2)))),
            "gradients" or "squared gradients" => Pairs(setting, image).GroupBy(pair => pair.Axis)
                .Sum(axis => axis.Average(pair => Math.Pow(
                    Math.Abs(Math.Abs(x[pair.Next] - x[pair.First]) - Math.Abs(y[pair.Next] - y[pair.First])),
                    name == "gradients" ? 1 : 2))),
            "psnr" => 10 * Math.Log10(Enumerable.Range(start, setting.Size).Where(setting.IsThere)
                .Average(i => Math.Pow(x[i] - y[i], 2)) / 9),
            "frequency" => Frequencies(setting, image, x, y, held, 1),
            "flat frequency" => Frequencies(setting, image, x, y, held, 0),
            "style" => Style(setting, image, x, y),
            "mean style" => Style(setting, image, x, y) / setting.Channels / setting.Channels,
            _ => Features(setting, start, x, y, name == "normalized features"),
        };
    }

    /// <summary>Of sums and differences, which say more than the images where these are alike.</summary>
    public static double Ssim(
        ImageSetting setting, int image, double[] sums, double[] differences, int window, double sigma) =>
        Enumerable.Range(0, setting.Channels).Average(channel => Windows(
            setting.Of(sums, image, channel), setting.Of(differences, image, channel),
            setting.There(image), Axes(setting), window, sigma, isContrast: false)
            .Where(loss => !double.IsNaN(loss)).Average());

    /// <summary>NaN where a window does not count.</summary>
    public static IEnumerable<double> Map(
        ImageSetting setting, int image, double[] x, double[] y, int window, double sigma) =>
        Enumerable.Range(0, setting.Channels).SelectMany(channel => Windows(
            setting.Of(Sums(x, y), image, channel), setting.Of(Differences(x, y), image, channel),
            setting.There(image), Axes(setting), window, sigma, isContrast: false));

    private static double Scales(
        ImageSetting setting, int image, double[] x, double[] y, double[] exponents, int window, double sigma)
    {
        double total = 0;
        for (int channel = 0; channel < setting.Channels; channel++)
        {
            double[] sums = setting.Of(Sums(x, y), image, channel);
            double[] differences = setting.Of(Differences(x, y), image, channel);
            double[] there = setting.There(image);
            int[] axes = Axes(setting);
            double product = 1;
            for (int scale = 0; scale < exponents.Length; scale++)
            {
                double similarity = 1 - Windows(
                    sums, differences, there, axes, window, sigma, isContrast: scale < exponents.Length - 1)
                    .Where(loss => !double.IsNaN(loss)).Average();
                product *= Math.Pow(Math.Max(0, similarity), exponents[scale]);
                int[] halved = [axes[0] == 1 ? 1 : axes[0] / 2, axes[1] / 2, axes[2] / 2];
                (sums, differences, there) =
                    (Halve(sums, axes, halved), Halve(differences, axes, halved), Halve(there, axes, halved));
                axes = halved;
            }

            total += (1 - product) / setting.Channels;
        }

        return total;
    }

    private static double[] Sums(double[] x, double[] y) => [.. x.Zip(y, (a, b) => a + b)];

    private static double[] Differences(double[] x, double[] y) => [.. x.Zip(y, (a, b) => a - b)];

    private static int[] Axes(ImageSetting setting) => [setting.Depth, setting.Height, setting.Width];

    private static double[] Halve(double[] plane, int[] axes, int[] halved)
    {
        double[] result = new double[halved[0] * halved[1] * halved[2]];
        int slices = axes[0] == 1 ? 1 : 2;
        for (int i = 0; i < result.Length; i++)
        {
            int z = i / halved[2] / halved[1] * slices;
            int row = i / halved[2] % halved[1] * 2;
            int column = i % halved[2] * 2;
            for (int k = 0; k < 4 * slices; k++)
            {
                int at = ((z + k / 4) * axes[1] + row + k / 2 % 2) * axes[2] + column + k % 2;
                result[i] += plane[at] / (4 * slices);
            }
        }

        return result;
    }

    private static IEnumerable<double> Windows(
        double[] sums, double[] differences, double[] there, int[] axes, int window, double sigma, bool isContrast)
    {
        double[] weights = [.. Enumerable.Range(0, window)
            .Select(k => Math.Exp(-Math.Pow((k - (window - 1) / 2.0) / sigma, 2) / 2))];
        double whole = weights.Sum();
        int depth = axes[0] == 1 ? 1 : window;
        (double W, int At)[] pixels =
        [
            .. from k in Enumerable.Range(0, depth)
               from i in Enumerable.Range(0, window)
               from j in Enumerable.Range(0, window)
               let w = depth == 1 ? 1 : weights[k] / whole
               select (w * weights[i] * weights[j] / whole / whole, (k * axes[1] + i) * axes[2] + j),
        ];
        for (int z = 0; z <= axes[0] - depth; z++)
        {
            for (int row = 0; row <= axes[1] - window; row++)
            {
                for (int column = 0; column <= axes[2] - window; column++)
                {
                    int start = (z * axes[1] + row) * axes[2] + column;
                    if (pixels.Any(pixel => there[start + pixel.At] != 1))
                    {
                        yield return double.NaN;
                        continue;
                    }

                    double p = Mean(start, sums);
                    double q = Mean(start, differences);
                    double varP = Mean(start, sums, p, 2);
                    double varQ = Mean(start, differences, q, 2);
                    double u = q * q / ((p * p + q * q) / 2 + C1);
                    double v = varQ / ((varP + varQ) / 2 + C2);
                    yield return isContrast ? v : u + v - u * v;
                }
            }
        }

        // Weighed, of a power of what a window holds less a middle.
        double Mean(int start, double[] plane, double middle = 0, int power = 1)
        {
            double mean = 0;
            foreach ((double weight, int at) in pixels)
            {
                double number = plane[start + at] - middle;
                mean += weight * (power == 1 ? number : number * number);
            }

            return mean;
        }
    }

    /// <summary>Neighbours along each axis, both of which are there.</summary>
    private static IEnumerable<(int Axis, int First, int Next)> Pairs(ImageSetting setting, int image)
    {
        int[] axes = Axes(setting);
        int[] strides = [axes[1] * axes[2], axes[2], 1];
        for (int i = image * setting.Size; i < (image + 1) * setting.Size; i++)
        {
            for (int axis = 0; axis < 3; axis++)
            {
                bool hasNext = i / strides[axis] % axes[axis] < axes[axis] - 1;
                if (hasNext && setting.IsThere(i) && setting.IsThere(i + strides[axis]))
                {
                    yield return (axis, i, i + strides[axis]);
                }
            }
        }
    }

    private static double Frequencies(
        ImageSetting setting, int image, double[] x, double[] y, double[] held, double alpha)
    {
        double total = 0;
        for (int channel = 0; channel < setting.Channels; channel++)
        {
            double[] squares = Squares(x, channel);
            double[] ofHeld = Squares(held, channel);
            double largest = ofHeld.Max();
            total += squares.Zip(ofHeld, (square, hold) => square * Math.Pow(hold / largest, alpha / 2)).Sum();
        }

        return total / setting.Size;

        double[] Squares(double[] of, int channel)
        {
            Complex[] numbers = [.. setting.Of(Differences(of, y), image, channel).Select(d => new Complex(d, 0))];
            int[] axes = Axes(setting);
            int[] strides = [axes[1] * axes[2], axes[2], 1];
            for (int axis = 0; axis < 3; axis++)
            {
                int length = axes[axis];
                Complex[] roots = [.. Enumerable.Range(0, length)
                    .Select(k => Complex.FromPolarCoordinates(1, -2 * Math.PI * k / length))];
                Complex[] before = numbers;
                numbers = [.. Enumerable.Range(0, before.Length).Select(i =>
                {
                    int k = i / strides[axis] % length;
                    Complex sum = 0;
                    for (int j = 0; j < length; j++)
                    {
                        sum += roots[j * k % length] * before[i + (j - k) * strides[axis]];
                    }

                    return sum;
                })];
            }

            return [.. numbers.Select(number =>
                (number.Real * number.Real + number.Imaginary * number.Imaginary) / setting.Pixels)];
        }
    }

    private static double Style(ImageSetting setting, int image, double[] x, double[] y)
    {
        double total = 0;
        double[] there = setting.There(image);
        for (int i = 0; i < setting.Channels; i++)
        {
            for (int j = 0; j < setting.Channels; j++)
            {
                total += Math.Pow((Gram(x, i, j) - Gram(y, i, j)) / setting.Channels / there.Sum(), 2);
            }
        }

        return total;

        double Gram(double[] of, int i, int j) => setting.Of(of, image, i)
            .Zip(setting.Of(of, image, j), (a, b) => a * b).Zip(there, (product, isThere) => product * isThere).Sum();
    }

    private static double Features(ImageSetting setting, int start, double[] x, double[] y, bool normalizes)
    {
        double total = 0;
        int width = setting.Width;
        int[] channels = [setting.Channels, setting.Channels * (setting.Depth * setting.Height - 1)];
        foreach ((int count, double weight) in channels.Zip([0.5, 1.5]))
        {
            int[][] pixels =
            [
                .. Enumerable.Range(0, width)
                    .Select(pixel => Enumerable.Range(0, count).Select(c => start + c * width + pixel).ToArray())
                    .Where(places => places.All(setting.IsThere)),
            ];
            foreach (int[] places in pixels)
            {
                double ofX = normalizes ? Math.Sqrt(places.Sum(i => x[i] * x[i])) + 1e-10 : 1;
                double ofY = normalizes ? Math.Sqrt(places.Sum(i => y[i] * y[i])) + 1e-10 : 1;
                double sum = places.Sum(i => Math.Pow(x[i] / ofX - y[i] / ofY, 2));
                total += weight * sum / pixels.Length / (normalizes ? 1 : count);
            }

            start += count * width;
        }

        return total;
    }
}

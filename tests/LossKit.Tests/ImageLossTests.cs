using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleImageLossTests : ImageLossTests<float>;

public sealed class DoubleImageLossTests : ImageLossTests<double>;

/// <summary>Losses of whole images against their definitions, beyond what the reference cases say.</summary>
public abstract class ImageLossTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static bool IsSingle => typeof(T) == typeof(float);

    private static double Close => IsSingle ? 2e-5 : 1e-11;

    private static readonly string[] s_names =
    [
        "ssim", "ssim uniform", "ssim clamped", "ms-ssim", "ms-ssim of one", "ms-ssim weighed", "variation", "isotropic",
        "squared", "gradients", "squared gradients", "psnr", "frequency", "flat frequency", "style", "mean style",
        "features", "normalized features",
    ];

    public static TheoryData<string> Names => new(s_names);

    /// <summary>Sizes that are whole lanes and others, long and narrow, flat and deep.</summary>
    private static readonly int[][] s_sizes =
        [[2, 1, 21, 23], [1, 1, 37, 16], [3, 1, 16, 65], [1, 16, 18, 17], [2, 17, 16, 19]];

    /// <summary>Of one size with whole lanes and rests; at its third scale a mask would leave no window.</summary>
    [Theory, Trait("Category", "Kernels"), MemberData(nameof(Names))]
    public void Values_and_gradients_are_those_of_the_definition(string name) =>
        Check(name, new(1, 1, 18, 21, isMasked: TakesMask(name) && name != "ms-ssim weighed"));

    [Theory, MemberData(nameof(Names))]
    public void Sizes_do_not_count(string name)
    {
        foreach (int[] size in s_sizes)
        {
            foreach (bool isMasked in (bool[])[false, true])
            {
                // A volume of these has a single window at the last scale.
                if (isMasked && (!TakesMask(name) || (name == "ms-ssim weighed" && size[1] > 1)))
                {
                    continue;
                }

                Check(name, new(size[0], size[1], size[2], size[3], isMasked));
            }
        }
    }

    [Fact]
    public void The_metric_is_the_negative_of_the_loss()
    {
        ImageSetting setting = new(2, 1, 5, 7, isMasked: true);
        T[] x = [.. setting.Numbers(1).Select(T.CreateTruncating)];
        T[] y = [.. setting.Numbers(2).Select(T.CreateTruncating)];
        Images<T> batch = setting.Batch(x, y);
        T[] losses = new T[2];
        T[] values = new T[2];
        Cost loss = Loss.NegativePsnr<T>(255).PerExample(batch, losses);
        Cost value = Loss.Psnr<T>(255).PerExample(batch, values);
        values.Should().Equal(losses.Select(number => -number));
        (value.Sum, value.Weight, value.Count).Should().Be((-loss.Sum, loss.Weight, loss.Count));
        Loss.Psnr<T>(255).InParallel(2).Value(batch).Should().Be(value);
        double.CreateTruncating(Loss.Psnr<T>(1).Value(setting.Batch(x, x)).Sum).Should().Be(double.PositiveInfinity);
    }

    /// <summary>Both pixels of a window of two are as far from its middle, so that they weigh the same.</summary>
    [Theory]
    [InlineData(0.01)]
    [InlineData(1e-300)]
    public void A_narrow_window_without_a_middle_has_weights(double sigma)
    {
        ImageSetting setting = new(2, 1, 6, 7, isMasked: false);
        T[] x = Inputs(setting, setting.Numbers(1));
        T[] y = Inputs(setting, setting.Numbers(2));
        (T[] given, T[] equal) = (new T[x.Length], new T[x.Length]);
        Cost cost = Loss.Ssim<T>(1, window: 2, sigma).ValueAndGradient(
            setting.Batch(x, y), new() { Predictions = given });
        cost.Should().Be(Loss.Ssim<T>(1, window: 2, double.PositiveInfinity).ValueAndGradient(
            setting.Batch(x, y), new() { Predictions = equal }));
        double.IsFinite(cost.Sum).Should().BeTrue();
        given.Should().Equal(equal);
        Loss.Ssim<T>(1, window: 3, sigma).Value(setting.Batch(x, y)).Sum.Should().BePositive();
        Loss.MsSsim<T>(1, [2, 0.25], window: 2, sigma)
            .Value(new() { Predictions = x, Targets = y, Channels = 2, Height = 6, Width = 7, Mask = new bool[84] })
            .Weight.Should().Be(0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void A_map_has_the_loss_of_every_window(int depth)
    {
        ImageSetting setting = new(2, depth, 9, 23, isMasked: true);
        double[] x = setting.Numbers(1);
        double[] y = setting.Numbers(2);
        Images<T> batch = setting.Batch(Inputs(setting, x), Inputs(setting, y));
        SsimLoss<T> loss = Loss.Ssim<T>(1, 5, 1.2);
        T[] map = new T[loss.Windows(batch)];
        loss.Map(batch, map);
        double[] expected = [.. Enumerable.Range(0, 2).SelectMany(image =>
            ImageReference.Map(setting, image, x, y, 5, 1.2).Select(loss => double.IsNaN(loss) ? 0 : loss))];
        map.Select(double.CreateTruncating).Should().Equal(
            expected, (given, right) => Math.Abs(given - right) < Close);
        ((Action)(() => loss.Map(setting.Batch(new T[1], new T[1]), map))).Should().Throw<ArgumentException>();
        ((Action)(() => loss.Map(setting.Batch(Inputs(setting, x), Inputs(setting, y)), map.AsSpan(1))))
            .Should().Throw<ArgumentException>().WithMessage("*map*windows*");
    }

    [Fact]
    public void What_is_alike_keeps_its_digits()
    {
        ImageSetting setting = new(1, 1, 12, 13, isMasked: false);
        T[] x = [.. setting.Numbers(1).Select(number => T.CreateTruncating(number))];
        T[] gradient = new T[x.Length];
        foreach (ImageLoss<T> loss in (ImageLoss<T>[])
            [
                Loss.Ssim<T>(1, 5), Loss.MsSsim<T>(1, [0.5, 0.5], 5), Loss.FocalFrequency<T>(), Loss.GramStyle<T>(),
                Loss.GradientDifference<T>(2), Loss.FeatureDistance<T>([12], [13], null, normalize: true),
            ])
        {
            gradient.AsSpan().Fill(T.One);
            loss.ValueAndGradient(setting.Batch(x, x), new() { Predictions = gradient }).Mean.Should().Be(0);
            gradient.Should().AllBeEquivalentTo(T.Zero);
        }

        // A small difference d makes a loss of the order of d², which floats of 1 less something could not tell from 0.
        T tiny = T.CreateTruncating(IsSingle ? 1.0 / 65536 : 1.0 / (1L << 40));
        T[] y = [.. x.Select((number, i) => i % 3 == 0 ? number + tiny : number)];
        double[] exact = [.. x.Select(double.CreateTruncating)];
        double[] other = [.. y.Select(double.CreateTruncating)];
        double[] differences = [.. other.Zip(exact, (right, left) => right - left)];
        double small = Loss.Ssim<T>(1, 5, 1.2).Value(setting.Batch(x, y)).Sum / 2;
        double right = Enumerable.Range(0, 2).Average(image => ImageReference.Ssim(
            setting, image, [.. exact.Zip(other, (a, b) => a + b)], differences, 5, 1.2));
        small.Should().BeApproximately(right, (IsSingle ? 1e-5 : 1e-13) * right);
    }

    /// <summary>Flat images far from 0: squares less squared means would be nothing but rounding.</summary>
    [Theory]
    [InlineData(1e4)]
    [InlineData(-1e4)]
    public void Flat_parts_far_from_zero_do_not_cancel(double level)
    {
        ImageSetting setting = new(1, 1, 12, 13, isMasked: false);
        double[] x = [.. setting.Numbers(1).Select(number => Math.Round(number * 256) / 256)];
        double[] y = [.. setting.Numbers(2).Select(number => Math.Round(number * 256) / 256)];
        double[] sums = [.. x.Zip(y, (a, b) => a + b + 2 * level)];
        double[] differences = [.. x.Zip(y, (a, b) => a - b)];
        T[] losses = new T[2];
        T[] p = [.. x.Select(number => T.CreateTruncating(number + level))];
        T[] t = [.. y.Select(number => T.CreateTruncating(number + level))];
        Loss.Ssim<T>(1, 5, 1.2).PerExample(setting.Batch(p, t), losses);
        for (int image = 0; image < 2; image++)
        {
            double right = ImageReference.Ssim(setting, image, sums, differences, 5, 1.2);
            double.CreateTruncating(losses[image]).Should().BeApproximately(right, (IsSingle ? 1e-4 : 1e-10) * right);
        }
    }

    [Fact]
    public void A_mask_that_leaves_nothing_leaves_no_loss()
    {
        ImageSetting setting = new(1, 1, 8, 9, isMasked: false);
        T[] x = [.. setting.Numbers(1).Select(T.CreateTruncating)];
        T[] y = [.. setting.Numbers(2).Select(T.CreateTruncating)];
        x.AsSpan(0, setting.Size).Fill(T.NaN);
        foreach (string name in (string[])["ssim", "isotropic", "gradients", "psnr"])
        {
            ImageLoss<T> loss = Made(name, setting);
            bool[] mask = [.. Enumerable.Range(0, x.Length).Select(i => i >= setting.Size)];
            T[] losses = [T.One, T.One];
            T[] gradient = new T[x.Length];
            Images<T> batch = setting.Batch(x, HasTargets(name) ? y : [], mask);
            Cost cost = loss.PerExample(batch, losses);
            (losses[0], cost.Count, cost.Weight).Should().Be((T.Zero, 1, 1));
            cost.Mean.Should().BeApproximately(double.CreateTruncating(losses[1]), 1e-6 * Math.Abs(cost.Mean));
            loss.ValueAndGradient(batch, new() { Predictions = gradient }).Should().Be(cost);
            gradient.Take(setting.Size).Should().AllBeEquivalentTo(T.Zero);
            mask.AsSpan().Clear();
            cost = loss.ValueAndGradient(
                setting.Batch(x, HasTargets(name) ? y : [], mask), new() { Predictions = gradient });
            (cost.Count, double.IsNaN(cost.Mean)).Should().Be((0, true));
            gradient.Should().AllBeEquivalentTo(T.Zero);
        }
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NaN)]
    public void What_is_masked_has_gradient_0_whatever_its_image_weighs(double weight)
    {
        ImageSetting setting = new(1, 1, 8, 9, isMasked: true);
        T[] x = [.. setting.Numbers(1).Select(T.CreateTruncating)];
        T[] y = [.. setting.Numbers(2).Select(T.CreateTruncating)];
        T[] gradient = new T[x.Length];
        foreach (string name in (string[])["ssim", "isotropic", "gradients", "psnr"])
        {
            Made(name, setting).ValueAndGradient(
                setting.Batch(x, HasTargets(name) ? y : []),
                new() { Predictions = gradient },
                [T.CreateTruncating(weight), T.One],
                Reduction.Sum);
            gradient.Where((_, i) => !setting.IsThere(i)).Should().AllBeEquivalentTo(T.Zero, name);
        }
    }

    [Fact]
    public void A_NaN_is_one_of_its_image_alone_and_hidden_by_a_weight_of_0()
    {
        ImageSetting setting = new(1, 1, 8, 9, isMasked: false);
        foreach (string name in s_names.Where(name => !name.StartsWith("ms", StringComparison.Ordinal)))
        {
            ImageLoss<T> loss = Made(name, setting);
            T[] x = [.. setting.Numbers(1).Select(T.CreateTruncating)];
            T[] y = HasTargets(name) ? [.. setting.Numbers(2).Select(T.CreateTruncating)] : [];
            T[] right = new T[x.Length];
            T[] gradient = new T[x.Length];
            T[] losses = new T[2];
            Cost cost = loss.ValueAndGradient(setting.Batch(x, y), new() { Predictions = right }, [T.Zero, T.One]);
            x[4] = T.NaN;
            loss.ValueAndGradient(setting.Batch(x, y), new() { Predictions = gradient }, [T.Zero, T.One])
                .Should().Be(cost);
            gradient.Should().Equal(right);
            double.IsNaN(loss.PerExample(setting.Batch(x, y), losses).Mean).Should().BeTrue();
            (T.IsNaN(losses[0]), T.IsNaN(losses[1])).Should().Be((true, false), name);
            loss.ValueAndGradient(
                setting.Batch(x, y), new() { Predictions = gradient }, reduction: Reduction.Sum);
            gradient.Take(setting.Size).Should().AllBeEquivalentTo(T.NaN);
            gradient.Skip(setting.Size).Should().Equal(right.Skip(setting.Size));
        }
    }

    [Fact]
    public void Pixels_of_any_size_are_within_range()
    {
        ImageSetting setting = new(1, 1, 8, 9, isMasked: false);
        double far = IsSingle ? 1e30 : 1e200;
        T[] x = [.. setting.Numbers(1).Select(number => T.CreateTruncating(number * far))];
        T[] y = [.. setting.Numbers(2).Select(number => T.CreateTruncating(number * far))];
        T[] near = [.. setting.Numbers(1).Select(T.CreateTruncating)];
        foreach (string name in (string[])["isotropic", "variation", "gradients", "normalized features"])
        {
            T[] targets = HasTargets(name) ? y : [];
            ImageLoss<T> loss = Made(name, setting);
            T[] gradient = new T[x.Length];
            T[] slopes = new T[x.Length];
            double scale = name == "normalized features" ? 1 : far;
            double value = loss.ValueAndGradient(setting.Batch(x, targets), new() { Predictions = gradient }).Mean;
            T[] nearTargets = HasTargets(name) ? [.. setting.Numbers(2).Select(T.CreateTruncating)] : [];
            double right = loss.ValueAndGradient(
                setting.Batch(near, nearTargets), new() { Predictions = slopes }).Mean;
            (value / scale).Should().BeApproximately(right, 1e-5 * right);
            for (int i = 0; i < gradient.Length; i++)
            {
                double expected = double.CreateTruncating(slopes[i]) * scale / far;
                double.CreateTruncating(gradient[i]).Should().BeApproximately(
                    expected, 1e-4 * Math.Abs(expected) + 1e-5 * scale / far);
            }
        }

        // Beside so large ones the constants are nothing.
        T[] unlike = new T[x.Length];
        T[] slopesOfFar = new T[x.Length];
        double[] sums = [.. setting.Numbers(1).Zip(setting.Numbers(2), (a, b) => (a + b) * 1e9)];
        double[] differences = [.. setting.Numbers(1).Zip(setting.Numbers(2), (a, b) => (a - b) * 1e9)];
        double ofFar = Loss.Ssim<T>(1, 5, 1.2).ValueAndGradient(
            setting.Batch(x, y), new() { Predictions = slopesOfFar }).Mean;
        ofFar.Should().BeApproximately(
            Enumerable.Range(0, 2).Average(i => ImageReference.Ssim(setting, i, sums, differences, 5, 1.2)), 1e-5);
        slopesOfFar.Should().OnlyContain(slope => IsFinite(slope)).And.Contain(slope => !IsZero(slope));
        x.AsSpan(0, setting.Size).Fill(T.CreateTruncating(far));
        double ofEqual = Loss.Ssim<T>(1, 5, 1.2).ValueAndGradient(
            setting.Batch(x, x), new() { Predictions = slopesOfFar }).Mean;
        ofEqual.Should().Be(0);
        slopesOfFar.Should().AllBeEquivalentTo(T.Zero);
        x.AsSpan(setting.Size - 30, 30).Clear();
        Loss.MsSsim<T>(1, [1], 5, 1.2).ValueAndGradient(
            setting.Batch(x, unlike), new() { Predictions = slopesOfFar }).Mean.Should().BeInRange(0.5, 1);
        slopesOfFar.Should().OnlyContain(slope => IsFinite(slope));

        // A range of any size is that of images of range 1.
        x = [.. setting.Numbers(1).Select(number => T.CreateTruncating(number * far))];
        T[] unit = [.. setting.Numbers(2).Select(T.CreateTruncating)];
        double ofUnit = Loss.Ssim<T>(1, 5, 1.2).Value(setting.Batch(near, unit)).Mean;
        Loss.Ssim<T>(far, 5, 1.2).Value(setting.Batch(x, y)).Mean.Should().BeApproximately(ofUnit, 1e-5);
        double ofPsnr = Loss.Psnr<T>(1).Value(setting.Batch(near, unit)).Mean;
        Loss.Psnr<T>(far).Value(setting.Batch(x, y)).Mean.Should().BeApproximately(ofPsnr, 1e-3);
    }

    [Fact]
    public void Images_that_are_none_are_refused()
    {
        Refuses("height", new() { Predictions = [], Channels = 1, Height = 0, Width = 1 });
        Refuses("depth", new() { Predictions = [], Channels = 1, Depth = 0, Height = 1, Width = 1 });
        Refuses("predictions", new() { Predictions = new T[7], Channels = 1, Height = 2, Width = 3 });
        Refuses("targets", new() { Predictions = new T[6], Targets = new T[6], Channels = 1, Height = 2, Width = 3 });
        Refuses("mask", new() { Predictions = new T[6], Mask = new bool[3], Channels = 1, Height = 2, Width = 3 });
        ((Action)(() => Loss.TotalVariation<T>().Value(new()
        {
            Predictions = [],
            Channels = int.MaxValue,
            Depth = int.MaxValue,
            Height = int.MaxValue,
            Width = int.MaxValue,
        }))).Should().Throw<ArgumentException>();
        ((Action)(() => Loss.FocalFrequency<T>().Value(new()
        {
            Predictions = new T[1],
            Targets = new T[1],
            Mask = [true],
            Channels = 1,
            Height = 1,
            Width = 1,
        }))).Should().Throw<ArgumentException>().WithParameterName("mask");
        ((Action)(() => Loss.Ssim<T>(1).Value(Square(10)))).Should().Throw<ArgumentException>()
            .WithMessage("'height' is 10, but a window has 11 pixels: it must fit.*");
        ((Action)(() => Loss.MsSsim<T>(1).Value(Square(175)))).Should().Throw<ArgumentException>()
            .WithMessage("'height' is 10 at scale 5 of 5, but a window has 11 pixels: it must fit.*");
        ((Action)(() => Loss.FeatureDistance<T>([2], [3]).Value(Square(2)))).Should().Throw<ArgumentException>()
            .WithMessage("An image has 4 numbers, but the layers have 6: expected as many.*");
        Cost none = Loss.Ssim<T>(1).Value(new() { Predictions = [], Channels = 1, Height = 11, Width = 11 });
        (none.Count, double.IsNaN(none.Mean)).Should().Be((0, true));
        foreach (double bad in (double[])[0, -1, double.NaN, double.PositiveInfinity])
        {
            ((Action)(() => Loss.Ssim<T>(bad))).Should().Throw<ArgumentOutOfRangeException>();
            ((Action)(() => Loss.Psnr<T>(bad))).Should().Throw<ArgumentOutOfRangeException>();
            ((Action)(() => Loss.MsSsim<T>(1, [], 11, 1.5))).Should().Throw<ArgumentException>();
            ((Action)(() => Loss.Ssim<T>(1, k1: bad))).Should().Throw<ArgumentOutOfRangeException>();
            ((Action)(() => Loss.FeatureDistance<T>([1], [1], epsilon: bad))).Should()
                .Throw<ArgumentOutOfRangeException>();
        }

        ((Action)(() => Loss.Ssim<T>(1, sigma: 0))).Should().Throw<ArgumentOutOfRangeException>();
        ((Action)(() => Loss.Ssim<T>(1, window: 0))).Should().Throw<ArgumentOutOfRangeException>();
        ((Action)(() => Loss.FeatureDistance<T>([1, 2], [1]))).Should().Throw<ArgumentException>()
            .WithParameterName("layerPixels");
        ((Action)(() => Loss.FeatureDistance<T>([0], [1]))).Should().Throw<ArgumentOutOfRangeException>();

        static Images<T> Square(int side) => new()
        {
            Predictions = new T[side * side],
            Targets = new T[side * side],
            Channels = 1,
            Height = side,
            Width = side,
        };

        static void Refuses(string name, Images<T> batch)
        {
            bool isRefused = false;
            try
            {
                Loss.TotalVariation<T>().Value(batch);
            }
            catch (ArgumentException exception)
            {
                isRefused = exception.ParamName == name;
            }

            isRefused.Should().BeTrue(name);
        }
    }

    [Fact]
    public void A_scale_of_weight_0_does_not_count()
    {
        ImageSetting setting = new(1, 1, 8, 9, isMasked: false);
        T[] x = [.. setting.Numbers(1).Select(T.CreateTruncating)];
        T[] negative = [.. x.Select(number => T.One - number)];
        T[] gradient = new T[x.Length];
        Loss.MsSsim<T>(1, [0], 5).ValueAndGradient(
            setting.Batch(x, negative), new() { Predictions = gradient }).Mean.Should().Be(0);
        gradient.Should().AllBeEquivalentTo(T.Zero);
        Loss.MsSsim<T>(1, [1], 5).ValueAndGradient(
            setting.Batch(x, negative), new() { Predictions = gradient }).Mean.Should().Be(1);
        gradient.Should().AllBeEquivalentTo(T.Zero);
        Loss.Ssim<T>(1, 5).Value(setting.Batch(x, negative)).Mean.Should().BeInRange(1.1, 2);
    }

    [Fact]
    public void Checked_losses_name_what_is_no_number()
    {
        ImageSetting setting = new(1, 1, 5, 7, isMasked: true);
        T[] x = Inputs(setting, setting.Numbers(1));
        T[] y = Inputs(setting, setting.Numbers(2));
        ImageLoss<T> guarded = Loss.Ssim<T>(1, 3).Checked();
        guarded.Value(setting.Batch(x, y)).Should().Be(Loss.Ssim<T>(1, 3).Value(setting.Batch(x, y)));
        y[9] = T.PositiveInfinity;
        ((Action)(() => guarded.Value(setting.Batch(x, y)))).Should().Throw<ArgumentException>()
            .WithMessage("targets[9] is *: must be a finite number.*");
        ((Action)(() => guarded.Value(setting.Batch(x, Inputs(setting, setting.Numbers(2))), [T.One, -T.One])))
            .Should().Throw<ArgumentException>().WithMessage("weights[1]*");
    }

    [Fact]
    public void Calls_allocate_nothing()
    {
        ImageSetting setting = new(2, 1, 24, 32, isMasked: true);
        foreach (string name in s_names)
        {
            ImageSetting here = TakesMask(name) ? setting : new(2, 1, 24, 32, isMasked: false);
            ImageLoss<T> loss = Made(name, here);
            T[] x = Inputs(here, here.Numbers(1));
            T[] y = HasTargets(name) ? Inputs(here, here.Numbers(2)) : [];
            T[] gradient = new T[x.Length];
            Allocations.Of(Call).Should().Be(0, name);

            void Call() => loss.ValueAndGradient(here.Batch(x, y), new() { Predictions = gradient });
        }
    }

    private static bool IsFinite(T number) => T.IsFinite(number);

    private static bool IsZero(T number) => number == T.Zero;

    private static T[] Inputs(ImageSetting setting, double[] numbers) =>
        [.. numbers.Select((number, i) => setting.IsThere(i) ? T.CreateTruncating(number) : T.NaN)];

    /// <summary>Two images with weights, each number and some derivatives.</summary>
    private static void Check(string name, ImageSetting setting)
    {
        ImageLoss<T> loss = Made(name, setting);
        double[] x = setting.Numbers(1);
        double[] y = [.. setting.Numbers(2).Zip(x, (b, a) => name == "ssim clamped" ? b : 0.5 * (a + b))];
        double[] weights = [0.5, 2];
        T[] losses = new T[2];
        T[] gradient = new T[x.Length];
        Cost cost = loss.PerExample(Batch(x), losses, [T.CreateTruncating(0.5), T.CreateTruncating(2)]);
        loss.ValueAndGradient(
            Batch(x), new() { Predictions = gradient }, [T.CreateTruncating(0.5), T.CreateTruncating(2)])
            .Should().Be(cost);
        double[] expected = Definition(x);
        losses.Select(double.CreateTruncating).Should().Equal(
            expected, (given, right) => Math.Abs(given - right) <= Close * Math.Max(1, Math.Abs(right)), name);
        cost.Mean.Should().BeApproximately(
            expected.Zip(weights, (l, w) => l * w).Sum() / 2.5, Close * Math.Max(1, Math.Abs(expected[1])));
        double largest = gradient.Max(slope => Math.Abs(double.CreateTruncating(slope)));
        int step = Math.Max(1, x.Length / 3);
        for (int i = 3; i < x.Length; i += step)
        {
            double h = 1e-5;
            double[] copy = [.. x];
            copy[i] = x[i] + h;
            double above = Definition(copy)[i / setting.Size];
            copy[i] = x[i] - h;
            double below = Definition(copy)[i / setting.Size];
            double slope = (above - below) / (2 * h) * weights[i / setting.Size] / 2.5;
            double.CreateTruncating(gradient[i]).Should().BeApproximately(
                slope, (IsSingle ? 1e-4 : 1e-6) * largest + 1e-9, $"{name}, {setting}, {i}");
        }

        // All at once, along the signs of the gradient: what the mean rises by there is the sum of its sizes.
        double[] signs = [.. gradient.Select(slope => (double)T.Sign(slope))];
        double rise = (Mean(1e-8) - Mean(-1e-8)) / 2e-8;
        gradient.Sum(slope => Math.Abs(double.CreateTruncating(slope)))
            .Should().BeApproximately(rise, (IsSingle ? 1e-4 : 1e-6) * rise + 1e-7, name);
        for (int i = 0; i < x.Length; i++)
        {
            if (!setting.IsThere(i))
            {
                (gradient[i] == T.Zero).Should().BeTrue();
            }
        }

        Images<T> Batch(double[] predictions) =>
            setting.Batch(Inputs(setting, predictions), HasTargets(name) ? Inputs(setting, y) : []);

        double Mean(double step) => Definition([.. x.Zip(signs, (number, sign) => number + step * sign)])
            .Zip(weights, (loss, weight) => loss * weight).Sum() / 2.5;

        double[] Definition(double[] predictions) =>
            [.. Enumerable.Range(0, 2).Select(i => ImageReference.Of(name, setting, i, predictions, y, x))];
    }

    private static bool HasTargets(string name) => name is not ("variation" or "isotropic" or "squared");

    private static bool TakesMask(string name) => !name.Contains("frequency");

    private static ImageLoss<T> Made(string name, ImageSetting setting) => name switch
    {
        "ssim" => Loss.Ssim<T>(1, 5, 1.2),
        "ssim uniform" => Loss.Ssim<T>(1, 4, double.PositiveInfinity),
        "ssim clamped" => Loss.Ssim<T>(1, 5, 1.2, nonNegative: true),
        "ms-ssim" => Loss.MsSsim<T>(1, [0.3, 0.7], 5, 1.2),
        "ms-ssim of one" => Loss.MsSsim<T>(1, [1], 5, 1.2),
        "ms-ssim weighed" => Loss.MsSsim<T>(1, [1.5, 0, 2], 4, 1.2),
        "variation" => Loss.TotalVariation<T>(),
        "isotropic" => Loss.TotalVariation<T>(VariationForm.Isotropic),
        "squared" => Loss.TotalVariation<T>(VariationForm.Squared),
        "gradients" => Loss.GradientDifference<T>(),
        "squared gradients" => Loss.GradientDifference<T>(2),
        "psnr" => Loss.NegativePsnr<T>(3),
        "frequency" => Loss.FocalFrequency<T>(),
        "flat frequency" => Loss.FocalFrequency<T>(0),
        "style" => Loss.GramStyle<T>(average: false),
        "mean style" => Loss.GramStyle<T>(),
        _ => Loss.FeatureDistance<T>(
            [setting.Channels, setting.Channels * (setting.Depth * setting.Height - 1)],
            [setting.Width, setting.Width],
            [0.5, 1.5],
            name == "normalized features"),
    };
}

using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleSegmentationLayoutTests : SegmentationLayoutTests<float>;

public sealed class DoubleSegmentationLayoutTests : SegmentationLayoutTests<double>;

/// <summary>Segmentations whose classes come before pixels or after them.</summary>
public abstract class SegmentationLayoutTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Examples = 3;
    private const int Ignored = 99;

    public static TheoryData<string> Losses => new(Makers.Keys);

    private static Dictionary<string, Func<int, SegmentationLoss<T>>> Makers { get; } = new()
    {
        ["SoftDice"] = classes => Loss.SoftDice<T>(squared: true).OfClasses(classes, ignoreIndex: Ignored),
        ["SoftDice of sigmoids"] = classes =>
            Loss.SoftDice<T>().OfClasses(classes, ClassActivation.Sigmoid, ignoreIndex: Ignored),
        ["Jaccard of probabilities"] = classes =>
            Loss.Jaccard<T>().OfClasses(classes, ClassActivation.None, ignoreIndex: Ignored),
        ["Tversky of the batch"] = classes =>
            Loss.Tversky<T>().OfClasses(classes, perBatch: true, ignoreIndex: Ignored),
        ["SoftDice without background"] = classes => Loss.SoftDice<T>().OfClasses(
            classes,
            includeBackground: classes == 1,
            classWeights: [.. Enumerable.Range(1, Math.Max(1, classes - 1)).Select(weight => weight / 2.0)],
            ignoreIndex: Ignored),
        ["SoftDice of the batch without background"] = classes => Loss.SoftDice<T>().OfClasses(
            classes, perBatch: true, includeBackground: classes == 1, ignoreIndex: Ignored),
        ["GeneralizedDice"] = classes => Loss.GeneralizedDice<T>(classes, ignoreIndex: Ignored),
        ["LovaszHinge"] = _ => Loss.LovaszHinge<T>(ignoreIndex: Ignored),
        ["LovaszHinge of the batch"] = _ => Loss.LovaszHinge<T>(perImage: false, ignoreIndex: Ignored),
        ["LovaszSoftmax"] = classes => Loss.LovaszSoftmax<T>(classes, ignoreIndex: Ignored),
        ["LovaszSoftmax of the batch"] = classes =>
            Loss.LovaszSoftmax<T>(classes, perImage: false, onlyPresent: false, ignoreIndex: Ignored),
        ["DiceCrossEntropy"] = classes => Loss.DiceCrossEntropy<T>(classes, 0.5, 2, ignoreIndex: Ignored),
        ["Boundary"] = classes => Loss.Boundary<T>(classes),
        ["HausdorffDt"] = classes => Loss.HausdorffDt<T>(classes, 1.5),
    };

    [Fact]
    public void Every_loss_of_segmentations_is_tried() =>
        typeof(Loss).GetMethods()
            .Where(method => method.ReturnType.IsGenericType
                && method.ReturnType.GetGenericTypeDefinition() == typeof(SegmentationLoss<>)
                && method.Name != nameof(Loss.Parse))
            .Select(method => method.Name).Should().NotBeEmpty().And.BeSubsetOf(Makers.Keys);

    [Theory, MemberData(nameof(Losses))]
    public void Either_layout_has_the_same_bits(string name)
    {
        foreach ((int classes, int pixels) in new[] { (1, 50), (2, 37), (3, 64), (5, 2_000), (8, 3), (130, 70) })
        {
            SegmentationLoss<T> loss = Makers[name](classes);
            foreach (bool hasLabels in new[] { false, true })
            {
                bool isOfDistances = name is "Boundary" or "HausdorffDt";
                Sample sample = new(loss, pixels, hasLabels && !isOfDistances, name == "HausdorffDt");
                Cost expected = Run(loss, sample.ClassesFirst, out T[] losses, out T[] gradient);
                Cost actual = Run(loss, sample.PixelsFirst, out T[] sameLosses, out T[] transposed);
                actual.Should().Be(expected);
                sameLosses.Should().Equal(losses);
                Transposed(transposed, pixels, loss.Classes).Should().Equal(gradient, $"{classes} × {pixels}");
                gradient.Any(T.IsNaN).Should().BeFalse();

                // The softmax of a single class is 1.
                gradient.Any(slope => slope != T.Zero)
                    .Should().Be(loss.Classes > 1 || loss.Activation != ClassActivation.Softmax);
            }
        }
    }

    /// <summary>Those of which a batch is as one image of all its pixels.</summary>
    public static TheoryData<string> OfBatches => new(Makers.Keys.Where(name =>
        IsMean(name) || name.Contains("of the batch", StringComparison.Ordinal)));

    /// <summary>Pixels first, many small images are the same numbers as a large one.</summary>
    [Theory, MemberData(nameof(OfBatches))]
    public void A_large_image_is_small_ones_that_count_together(string name)
    {
        const int Classes = 5;
        const int Small = 60;
        const int Images = 50;
        SegmentationLoss<T> loss = name == "DiceCrossEntropy"
            ? Loss.DiceCrossEntropy<T>(Classes, diceWeight: 0)
            : Makers[name](Classes);
        Sample sample = new(loss, Small * Images / Examples, hasLabels: false, name == "HausdorffDt", isMasked: false);
        Cost expected = Run(loss, sample.With(Small), out _, out T[] gradient, isWeighted: !IsMean(name));
        Cost actual = Run(loss, sample.With(Small * Images), out _, out T[] ofLarge, isWeighted: !IsMean(name));
        double[] slopes = [.. gradient.Select(Samples.ToDouble)];
        double close = 100 * Samples.Close<T>();
        double largest = slopes.Max(Math.Abs);
        actual.Mean.Should().BeApproximately(expected.Mean, close * (1 + Math.Abs(expected.Mean)));
        ofLarge.Select(Samples.ToDouble).Should().Equal(
            slopes, (left, right) => Math.Abs(left - right) <= close * largest);
    }

    [Fact]
    public void The_gradient_lies_as_predictions_do()
    {
        // One pixel's classes after the other's: of the mean of p·φ the softmax of each has p·(φ − Σpφ)/pixels.
        T[] gradient = new T[6];
        Loss.Boundary<T>(3).ValueAndGradient(
            new()
            {
                Predictions = [T.Zero, T.Zero, T.Zero, T.Log(T.CreateTruncating(2)), T.Zero, T.Zero],
                Targets = [.. new[] { 3.0, 0, 0, 0, 4, 0 }.Select(T.CreateTruncating)],
                Pixels = 2,
                Layout = PixelLayout.PixelsFirst,
            },
            new() { Predictions = gradient },
            reduction: Reduction.Sum);
        double[] expected = [1 / 3.0, -1 / 6.0, -1 / 6.0, -0.25, 0.375, -0.125];
        gradient.Select(Samples.ToDouble).Should().Equal(
            expected, (left, right) => Math.Abs(left - right) < 10 * Samples.Close<T>());
    }

    [Fact]
    public void What_is_wrong_is_named_where_it_lies()
    {
        T[] numbers = [T.Zero, T.One, T.Zero, T.One, T.NaN, T.One];
        SegmentationLoss<T> loss = Loss.SoftDice<T>().OfClasses(3).Checked();
        loss.Invoking(each => each.Value(Batch(PixelLayout.PixelsFirst, true))).Should().Throw<ArgumentException>()
            .WithMessage("*predictions*4*").WithParameterName("predictions");
        loss.Invoking(each => each.Value(Batch(PixelLayout.PixelsFirst, false))).Should().NotThrow();
        loss.Invoking(each => each.Value(Batch(PixelLayout.ClassesFirst, false))).Should().NotThrow();
        loss.Invoking(each => each.Value(Batch((PixelLayout)2, true))).Should().Throw<ArgumentException>()
            .WithMessage("'layout' is 2, but must be ClassesFirst or PixelsFirst.*").WithParameterName("layout");

        // The fifth number is of the second pixel, or of the first one's last class.
        Segmentation<T> Batch(PixelLayout layout, bool isThere) => new()
        {
            Predictions = numbers,
            Targets = new T[6],
            Pixels = 2,
            Mask = isThere ? [] : layout == PixelLayout.PixelsFirst ? [true, false] : [false, true],
            Layout = layout,
        };
    }

    private static bool IsMean(string name) => name is "Boundary" or "HausdorffDt" or "DiceCrossEntropy";

    private static Cost Run(
        SegmentationLoss<T> loss, Segmentation<T> batch, out T[] losses, out T[] gradient, bool isWeighted = true)
    {
        losses = new T[loss.Losses(batch)];
        gradient = new T[batch.Predictions.Length];
        T[] weights =
            [.. Enumerable.Range(1, isWeighted ? losses.Length : 0).Select(weight => T.CreateTruncating(weight))];
        Cost cost = loss.PerExample(batch, losses, weights);
        loss.ValueAndGradient(batch, new() { Predictions = gradient }, weights).Should().Be(cost);
        return cost;
    }

    /// <summary>From examples × pixels × classes to examples × classes × pixels.</summary>
    private static TNumber[] Transposed<TNumber>(TNumber[] numbers, int pixels, int classes)
    {
        TNumber[] result = new TNumber[numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            int label = i % classes;
            int pixel = i / classes % pixels;
            result[i / classes / pixels * classes * pixels + label * pixels + pixel] = numbers[i];
        }

        return result;
    }

    private sealed class Sample
    {
        private readonly int _pixels;
        private readonly int _classes;
        private readonly T[] _predictions;
        private readonly T[] _targets;
        private readonly T[] _near;
        private readonly T[] _far;
        private readonly int[] _labels;
        private readonly bool[] _mask;

        public Sample(SegmentationLoss<T> loss, int pixels, bool hasLabels, bool hasDistances, bool isMasked = true)
        {
            Random random = new(pixels);
            _pixels = pixels;
            _classes = loss.Classes;
            int count = Examples * pixels * _classes;
            int labels = Math.Max(2, _classes);
            _mask = [.. Enumerable.Range(0, isMasked ? Examples * pixels : 0).Select(_ => random.Next(4) > 0)];
            bool areProbabilities = loss.Activation == ClassActivation.None;
            _predictions = Numbers(count, () => areProbabilities ? random.NextDouble() : 6 * random.NextDouble() - 3);
            _targets = hasLabels ? [] : Numbers(count, () => random.Next(2));
            _near = Numbers(hasDistances ? count : 0, random.NextDouble);
            _far = Numbers(hasDistances ? count : 0, random.NextDouble);
            _labels = [.. Enumerable.Range(0, hasLabels ? Examples * pixels : 0)
                .Select(_ => random.Next(5) == 0 ? Ignored : random.Next(labels))];
            for (int i = 0; i < count && isMasked; i++)
            {
                _predictions[i] = _mask[i / _classes] ? _predictions[i] : T.NaN;
            }
        }

        public Segmentation<T> PixelsFirst => With(_pixels);

        /// <summary>The same numbers, pixels first, of images of another size.</summary>
        public Segmentation<T> With(int pixels) => new()
        {
            Predictions = _predictions,
            Targets = _targets,
            PredictionDistances = _near,
            TargetDistances = _far,
            Labels = _labels,
            Mask = _mask,
            Pixels = pixels,
            Layout = PixelLayout.PixelsFirst,
        };

        public Segmentation<T> ClassesFirst => new()
        {
            Predictions = Transposed(_predictions, _pixels, _classes),
            Targets = Transposed(_targets, _pixels, _classes),
            PredictionDistances = Transposed(_near, _pixels, _classes),
            TargetDistances = Transposed(_far, _pixels, _classes),
            Labels = _labels,
            Mask = _mask,
            Pixels = _pixels,
        };

        private static T[] Numbers(int count, Func<double> next) =>
            [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(next()))];
    }
}

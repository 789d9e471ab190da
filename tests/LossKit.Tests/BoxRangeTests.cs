using System.Numerics;
using LossKit.Formulas;

namespace LossKit.Tests;

/// <summary>
/// Overlaps of boxes do not depend on the unit: where areas are out of range, losses are those of boxes of usual size,
/// and derivatives, too, but for the unit.
/// </summary>
[Trait("Category", "Formulas")]
public sealed class BoxRangeTests
{
    private const int Boxes = 37;

    // An exponent of boxes that are in range, and beside whose areas ε is nothing.
    private const int Large = 40;

    private static readonly string[] s_losses = ["boxIou", "boxGiou", "boxDiou", "boxCiou", "boxSiou"];

    public static TheoryData<string, BoxFormat, bool, int> InSingle => Cases(60, 63, 64, 90, 122, -80, -100);

    public static TheoryData<string, BoxFormat, bool, int> InDouble => Cases(508, 511, 600, 1018, -520, -900);

    [Theory, MemberData(nameof(InSingle))]
    public void Far_boxes_of_floats_are_near_ones_in_another_unit(
        string name, BoxFormat format, bool isPlanar, int exponent) =>
        Judge<float>(name, format, isPlanar, exponent, 2e-5);

    [Theory, MemberData(nameof(InDouble))]
    public void Far_boxes_of_doubles_are_near_ones_in_another_unit(
        string name, BoxFormat format, bool isPlanar, int exponent) =>
        Judge<double>(name, format, isPlanar, exponent, 1e-12);

    [Fact]
    public void A_far_box_of_weight_zero_has_its_loss_and_no_gradient()
    {
        float[] predictions = [0, 0, 2e20f, 1e20f, 0, 0, 2, 1];
        float[] targets = [0, 0, 1e20f, 1e20f, 0, 0, 1, 1];
        float[] losses = new float[2];
        float[] gradient = new float[8];
        Loss.BoxIou<float>().PerExample(predictions, targets, losses, [0, 1]);
        Loss.BoxIou<float>().ValueAndGradient(predictions, targets, gradient, [0, 1]);
        losses[0].Should().BeApproximately(0.5f, 1e-6f);
        losses[1].Should().BeApproximately(0.5f, 1e-6f);
        gradient[..4].Should().Equal(0, 0, 0, 0);
        gradient[6].Should().BeApproximately(0.25f, 1e-6f);
    }

    [Theory]
    [InlineData("boxDiou", 0.1 * 0.1)]
    [InlineData("boxSiou", 0.5 * 0.0198013266932447)]
    public void A_diagonal_out_of_range_divides_nonetheless(string name, double apart)
    {
        // Areas are in range: two strips of height 1 in one of length 1e20, each 9/10 of it long.
        float[] predictions = [0, 0, 9e19f, 1e-20f];
        float[] targets = [1e19f, 0, 1e20f, 1e-20f];
        Loss.Parse<float, TupleLoss<float>>(name).Value(predictions, targets).Mean
            .Should().BeApproximately(0.2 + apart, 1e-6);
    }

    [Fact]
    public void What_is_no_number_remains_none()
    {
        double[] box = [0, 0, 1e200, 1e200];
        Loss.BoxGiou<double>().Value(box, [0, 0, double.NaN, 1]).Sum.Should().Be(double.NaN);
        Loss.BoxGiou<double>().Value(box, [0, 0, double.PositiveInfinity, 1]).Sum.Should().Be(double.NaN);
        Loss.BoxGiou<double>(epsilon: 0).Value([0, 0, 0, 0], [0, 0, 0, 0]).Sum.Should().Be(double.NaN);
    }

    private static TheoryData<string, BoxFormat, bool, int> Cases(params int[] exponents)
    {
        TheoryData<string, BoxFormat, bool, int> cases = [];
        foreach (string name in s_losses)
        {
            for (int i = 0; i < exponents.Length; i++)
            {
                // Of tiny sides it takes the smallest normal number for 0, which divides nothing.
                if (name == "boxSiou" && exponents[i] < 0)
                {
                    continue;
                }

                cases.Add(name, i % 2 == 0 ? BoxFormat.Xyxy : BoxFormat.Cxcywh, i / 2 % 2 == 0, exponents[i]);
            }
        }

        return cases;
    }

    /// <summary>Every third box has the unit 1, the others 2^<paramref name="exponent"/>.</summary>
    private static void Judge<T>(string name, BoxFormat format, bool isPlanar, int exponent, double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // Beside far boxes the usual ε is nothing; beside tiny ones it would be all there is.
        string epsilon = exponent > 0 ? "1e-6" : "0";
        TupleLoss<T> loss = Loss.Parse<T, TupleLoss<T>>($"{name}(format={format},epsilon={epsilon})");
        loss = isPlanar ? loss.Planar() : loss;
        int[] ofLosses = [.. Enumerable.Range(0, Boxes).Select(i => i % 3 == 0 ? 0 : exponent)];
        int[] exponents = [.. Enumerable.Range(0, 4 * Boxes).Select(i => ofLosses[isPlanar ? i % Boxes : i / 4])];
        T[] nearPredictions = Drawn<T>(1, format, isPlanar);
        T[] nearTargets = Drawn<T>(2, format, isPlanar);
        Results<T> near = new(loss, nearPredictions, nearTargets);
        int[] large = [.. Enumerable.Repeat(Large, 4 * Boxes)];
        Results<T> anywhere = new(loss, Scaled(nearPredictions, large), Scaled(nearTargets, large));
        Results<T> far = new(loss, Scaled(nearPredictions, exponents), Scaled(nearTargets, exponents));
        near.Losses.Any(T.IsNaN).Should().BeFalse();
        Same(far.Losses, near.Losses, anywhere.Losses, ofLosses, 0);
        Same(far.Gradient, near.Gradient, anywhere.Gradient, exponents, -1);
        Same(far.Hessian, near.Hessian, anywhere.Hessian, exponents, -2);

        // Of boxes of usual size, derivatives are about 1.
        void Same(T[] actual, T[] ofNear, T[] ofAnywhere, int[] units, int power)
        {
            for (int i = 0; i < actual.Length; i++)
            {
                int shift = power * units[i];
                T expected = units[i] == 0 ? ofNear[i] : T.ScaleB(ofAnywhere[i], shift - power * Large);
                if (T.IsFinite(expected + expected))
                {
                    double value = double.CreateChecked(expected);
                    double.CreateChecked(actual[i]).Should().BeApproximately(
                        value, tolerance * (Math.Abs(value) + Math.ScaleB(1, shift)), $"of number {i}");
                }
            }
        }
    }

    private static T[] Scaled<T>(T[] numbers, int[] exponents) where T : IFloatingPointIeee754<T> =>
        [.. numbers.Select((number, i) => T.ScaleB(number, exponents[i]))];

    private static T[] Drawn<T>(int seed, BoxFormat format, bool isPlanar) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Random random = new(seed);
        T[] numbers = new T[4 * Boxes];
        for (int i = 0; i < Boxes; i++)
        {
            for (int axis = 0; axis < 2; axis++)
            {
                // With few bits, so that corners and centers are exact.
                double low = random.Next(-64, 64) / 16.0;
                double length = random.Next(8, 128) / 16.0;
                (double first, double second) =
                    format == BoxFormat.Xyxy ? (low, low + length) : (low + length / 2, length);
                numbers[At(i, axis)] = T.CreateChecked(first);
                numbers[At(i, axis + 2)] = T.CreateChecked(second);
            }
        }

        return numbers;

        int At(int box, int column) => isPlanar ? column * Boxes + box : 4 * box + column;
    }

    private sealed class Results<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public Results(TupleLoss<T> loss, T[] predictions, T[] targets)
        {
            loss.PerExample(predictions, targets, Losses);
            loss.ValueGradientAndHessian(predictions, targets, Gradient, Hessian, reduction: Reduction.Sum);
        }

        public T[] Losses { get; } = new T[Boxes];

        public T[] Gradient { get; } = new T[4 * Boxes];

        public T[] Hessian { get; } = new T[4 * Boxes];
    }
}

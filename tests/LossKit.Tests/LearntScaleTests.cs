using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleLearntScaleTests : LearntScaleTests<float>;

public sealed class DoubleLearntScaleTests : LearntScaleTests<double>;

/// <summary>What similarities are multiplied with, as an input of losses of views and of labelled batches.</summary>
public abstract class LearntScaleTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Rows = 23;
    private const int Dimension = 6;

    private static readonly T[] s_first = Numbers(1);
    private static readonly T[] s_second = Numbers(2);
    private static readonly int[] s_labels = [.. Enumerable.Range(0, Rows).Select(row => row * row % 5)];
    private static readonly int[] s_referenceLabels = [.. s_labels.Select(label => label / 2)];

    private static double Close => typeof(T) == typeof(float) ? 3e-5 : 1e-9;

    public static TheoryData<string> Views => new("InfoNce", "InfoNce of raw rows", "NtXent", "DecoupledContrastive");

    [Theory, MemberData(nameof(Views))]
    public void Views_have_the_slope_of_the_value(string name)
    {
        // In double whatever T is: differences of floats would be nothing but rounding.
        MatchLoss<double> exact = ViewsOf<double>(name);
        MatchLoss<T> loss = ViewsOf<T>(name);
        double[] first = [.. s_first.Select(double.CreateTruncating)];
        double[] second = [.. s_second.Select(double.CreateTruncating)];
        double[] weights = [.. Enumerable.Range(0, Rows * (name is "NtXent" or "DecoupledContrastive" ? 2 : 1))
            .Select(row => row % 4.0)];
        T[] given = [.. weights.Select(T.CreateTruncating)];
        foreach (double scale in (double[])[0.5, 4, -2])
        {
            T[] all = [.. new T[1]];
            T[] alone = [T.NaN];
            T[] ofFirst = new T[first.Length];
            T[] ofSecond = new T[first.Length];
            T[] scales = [T.CreateTruncating(scale)];
            Views<T> batch = new() { First = s_first, Second = s_second, Scale = scales };
            Cost cost = loss.ValueAndGradient(
                batch, new() { First = ofFirst, Second = ofSecond, Scale = all }, given);
            loss.ValueAndGradient(batch, new() { Scale = alone }, given).Should().Be(cost);
            double slope = Slope(
                x => exact.Value(new() { First = first, Second = second, Scale = [x] }, weights).Mean, scale);
            Near(all[0], slope);
            Near(alone[0], slope);
            cost.Mean.Should().BeApproximately(
                exact.Value(new() { First = first, Second = second, Scale = [scale] }, weights).Mean, Close * 10);
            T[] other = new T[first.Length];
            loss.ValueAndGradient(batch, new() { First = other }, given);
            other.Should().Equal(ofFirst, (left, right) => T.Abs(left - right) <= T.CreateTruncating(Close));
        }
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void Labelled_batches_have_the_slope_of_the_value(bool normalize, bool hasReferences)
    {
        InBatchLoss<double> exact = Loss.SupervisedContrastive<double>(Dimension, normalize: normalize);
        InBatchLoss<T> loss = Loss.SupervisedContrastive<T>(Dimension, normalize: normalize);
        T[] references = hasReferences ? s_second : [];
        int[] labels = hasReferences ? s_referenceLabels : [];
        double[] rows = [.. s_first.Select(double.CreateTruncating)];
        double[] others = [.. references.Select(double.CreateTruncating)];
        T[] alone = new T[1];
        T[] all = new T[1];
        T[] scale = [T.CreateTruncating(3.0)];
        Labelled<T> batch = new()
        {
            Embeddings = s_first,
            Labels = s_labels,
            References = references,
            ReferenceLabels = labels,
            Scale = scale,
        };
        loss.ValueAndGradient(batch, new() { Scale = alone }, reduction: Reduction.Sum);
        loss.ValueAndGradient(
            batch, new() { Embeddings = new T[s_first.Length], Scale = all }, reduction: Reduction.Sum);
        double slope = Slope(
            x => exact.Value(new()
            {
                Embeddings = rows,
                Labels = s_labels,
                References = others,
                ReferenceLabels = labels,
                Scale = [x],
            }).Sum,
            3);
        Near(alone[0], slope);
        Near(all[0], slope);
    }

    [Fact]
    public void The_scale_of_a_temperature_is_its_inverse()
    {
        T[] scale = [T.CreateTruncating(8.0)];
        Views<T> plain = new() { First = s_first, Second = s_second };
        Views<T> scaled = new() { First = s_first, Second = s_second, Scale = scale };
        Loss.NtXent<T>(Dimension).Value(scaled).Should().Be(Loss.NtXent<T>(Dimension, 0.125).Value(plain));
        Loss.InfoNce<T>(Dimension).Value(scaled).Should().Be(Loss.InfoNce<T>(Dimension, 0.125).Value(plain));
        T[] own = new T[1];
        T[] learnt = new T[1];
        Loss.NtXent<T>(Dimension, 0.125).ValueAndGradient(plain, new() { Scale = own });
        Loss.NtXent<T>(Dimension).ValueAndGradient(scaled, new() { Scale = learnt });
        own.Should().Equal(learnt);
    }

    [Fact]
    public void A_row_without_weight_hides_what_it_holds()
    {
        T[] first = [.. s_first];
        first.AsSpan(0, Dimension).Fill(T.NaN);
        T[] weights = [.. Enumerable.Repeat(T.One, Rows)];
        weights[0] = T.Zero;
        T[] slope = new T[1];
        Loss.InfoNce<T>(Dimension).ValueAndGradient(
            new() { First = first, Second = s_second }, new() { Scale = slope }, weights);
        T.IsFinite(slope[0]).Should().BeTrue();
        slope[0] = T.NaN;
        Loss.NtXent<T>(Dimension).ValueAndGradient(
            new() { First = s_first, Second = s_second }, new() { Scale = slope }, new T[2 * Rows]);
        slope[0].Should().Be(T.Zero);
    }

    [Fact]
    public void Scales_that_are_no_use_are_refused()
    {
        T[] one = [T.One];
        T[] two = [T.One, T.One];
        T[] slope = [T.One];
        MatchLoss<T> loss = Loss.NtXent<T>(Dimension);
        Refused(() => loss.Value(new() { First = s_first, Second = s_second, Scale = two }), "*scale*2*one number*");
        Refused(() => loss.Value(new() { First = s_first, Second = s_second, Scale = [T.Zero] }), "*scale*0*");
        Refused(
            () => loss.ValueAndGradient(
                new() { First = s_first, Second = s_second, Scale = one }, new() { First = new T[s_first.Length], Scale = one }),
            "*gradients.Scale*overlaps*scale*");
        Refused(
            () => loss.ValueAndGradient(new() { First = s_first, Second = s_second }, new() { Scale = two }),
            "*gradients.Scale*2*1*");
        Refused(
            () => Loss.VicReg<T>(Dimension).Value(new() { First = s_first, Second = s_second, Scale = one }),
            "*scale*takes none*");
        Refused(
            () => Loss.MultiSimilarity<T>(Dimension).ValueAndGradient(
                new() { Embeddings = s_first, Labels = s_labels }, new() { Scale = slope }),
            "*gradients.Scale*");
        slope[0].Should().Be(T.One);

        static void Refused(Action call, string message) =>
            call.Should().Throw<ArgumentException>().WithMessage(message);
    }

    private static MatchLoss<TNumber> ViewsOf<TNumber>(string name)
        where TNumber : unmanaged, IFloatingPointIeee754<TNumber> => name switch
        {
            "InfoNce" => Loss.InfoNce<TNumber>(Dimension),
            "InfoNce of raw rows" => Loss.InfoNce<TNumber>(Dimension, normalize: false),
            "NtXent" => Loss.NtXent<TNumber>(Dimension),
            _ => Loss.DecoupledContrastive<TNumber>(Dimension, sigma: 0.5),
        };

    private static double Slope(Func<double, double> value, double at)
    {
        const double Step = 1e-4;
        return (8 * (value(at + Step) - value(at - Step)) - (value(at + 2 * Step) - value(at - 2 * Step))) / (12 * Step);
    }

    private static void Near(T given, double right) => double.CreateTruncating(given).Should().BeApproximately(
        right, Close * (1 + Math.Abs(right)));

    private static T[] Numbers(int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, Rows * Dimension).Select(_ => T.CreateTruncating(2 * random.NextSingle() - 1))];
    }
}

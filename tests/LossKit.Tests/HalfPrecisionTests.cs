using LossKit.HalfPrecision;
using LossKit.Internals.Storage;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class HalfTests : HalfPrecisionTests<Half>
{
    private protected override float Widen(Half number) => (float)number;

    private protected override Half Narrow(float number) => (Half)number;

    private protected override Half OfBits(ushort bits) => BitConverter.UInt16BitsToHalf(bits);
}

public sealed class BFloat16Tests : HalfPrecisionTests<BFloat16>
{
    [Fact]
    public void Is_a_number_like_others()
    {
        BFloat16 number = (BFloat16)1.5f;
        number.Bits.Should().Be(0x3FC0);
        (number == BFloat16.FromBits(0x3FC0) && number != (BFloat16)2 && number < (BFloat16)2).Should().BeTrue();
        (number > (BFloat16)1 && number >= (BFloat16)1.5f && number <= (BFloat16)1.5f).Should().BeTrue();
        number.CompareTo((BFloat16)2).Should().BeNegative();
        number.ToString("F2", System.Globalization.CultureInfo.InvariantCulture).Should().Be("1.50");
        ((BFloat16)0f == (BFloat16)(-0f)).Should().BeTrue();
        BFloat16 nan = (BFloat16)float.NaN;
        (nan.Equals(nan) && nan.Equals((object)nan) && nan != (BFloat16)1).Should().BeTrue();
        number.GetHashCode().Should().Be(((BFloat16)1.5f).GetHashCode());
    }

    private protected override float Widen(BFloat16 number) => BitConverter.Int32BitsToSingle(number.Bits << 16);

    /// <summary>The nearer of both neighbours, by their distances.</summary>
    private protected override BFloat16 Narrow(float number)
    {
        uint bits = BitConverter.SingleToUInt32Bits(number);
        BFloat16 below = BFloat16.FromBits((ushort)(bits >> 16));
        if (float.IsNaN(number) || Widen(below) == number)
        {
            return float.IsNaN(number) ? BFloat16.FromBits((ushort)((bits >> 16) | 0x40)) : below;
        }

        BFloat16 above = BFloat16.FromBits((ushort)((bits >> 16) + 1));
        double ofBelow = Math.Abs((double)number - Widen(below));
        double whole = Math.ScaleB(1, Math.Max(-126, (int)((bits >> 23) & 0xFF) - 127) - 7);
        return ofBelow < whole / 2 || (ofBelow == whole / 2 && below.Bits % 2 == 0) ? below : above;
    }

    private protected override BFloat16 OfBits(ushort bits) => BFloat16.FromBits(bits);
}

/// <summary>
/// Losses over numbers of 16 bits: those of the same numbers as floats, whose derivatives are rounded once.
/// </summary>
public abstract class HalfPrecisionTests<TNumber> where TNumber : unmanaged, IEquatable<TNumber>
{
    private readonly Random _random = new(7);

    public static TheoryData<string> Pointwise => LossCatalogue.Representatives;

    private protected abstract float Widen(TNumber number);

    private protected abstract TNumber Narrow(float number);

    private protected abstract TNumber OfBits(ushort bits);

    [Fact, Trait("Category", "Kernels")]
    public void Every_number_is_its_float_and_every_float_has_the_nearest_number()
    {
        TNumber[] all = [.. Enumerable.Range(0, 1 << 16).Select(bits => OfBits((ushort)bits))];
        float[] floats = new float[all.Length];
        NumberStorage<TNumber>.Widen(all, floats);
        floats.Should().Equal(all.Select(Widen), (given, right) => given.Equals(right));
        TNumber[] back = new TNumber[all.Length];
        NumberStorage<TNumber>.Narrow(floats, back);
        back.Where((number, i) => !number.Equals(all[i])).Should().BeEmpty();

        // Between neighbours, in the middle and a little beside it, and anywhere.
        float[] between =
        [
            .. floats.Where(float.IsFinite).SelectMany(number => (float[])
            [
                number + (float.BitIncrement(number) - number) * 4096,
                BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(number) + 0x1000),
                BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(number) + 0x1001),
                BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(number) + 0x8000),
                BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(number) + 0x7FFF),
            ]),
            .. Enumerable.Range(0, 200_003).Select(_ => BitConverter.Int32BitsToSingle(_random.Next() * 2 + 1)),
        ];
        TNumber[] narrowed = new TNumber[between.Length];
        NumberStorage<TNumber>.Narrow(between, narrowed);
        between.Where((number, i) => !narrowed[i].Equals(Narrow(number))).Should().BeEmpty();
    }

    [Theory, MemberData(nameof(Pointwise)), Trait("Category", "Kernels")]
    public void Pointwise_losses_are_those_of_the_floats(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<float> loss = instance.Loss<float>();
        foreach (int length in (int[])[0, 1, 7, 31, 33, 2_047, 2_049, 5_000, 140_003])
        {
            (float[] p, float[] t, float[] weights) = Samples.Batch<float>(instance, length, seed: length);
            TNumber[] predictions = Narrowed(p);
            TNumber[] targets = Narrowed(t);
            (p, t) = (Widened(predictions), Widened(targets));
            foreach (Reduction reduction in Enum.GetValues<Reduction>())
            {
                float[] expected = new float[length];
                float[] expectedHessian = new float[length];
                float[] expectedLosses = new float[length];
                Cost right = loss.ValueGradientAndHessian(p, t, expected, expectedHessian, weights, reduction);
                loss.PerExample(p, t, expectedLosses, weights);
                TNumber[] gradient = new TNumber[length];
                TNumber[] hessian = new TNumber[length];
                float[] losses = new float[length];
                ShouldBe(loss.Value(predictions, targets, weights), right);
                ShouldBe(loss.PerExample(predictions, targets, losses, weights), right);
                losses.Should().Equal(expectedLosses);
                ShouldBe(loss.ValueAndGradient(predictions, targets, gradient, weights, reduction), right);
                gradient.Should().Equal(Narrowed(expected));
                gradient.AsSpan().Clear();
                Cost second = loss.InParallel(3).ValueGradientAndHessian(
                    predictions, targets, gradient, hessian, weights, reduction);
                second.Should().Be(loss.Value(predictions, targets, weights));
                gradient.Should().Equal(Narrowed(expected));
                hessian.Should().Equal(Narrowed(expectedHessian));
            }
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(130)]
    [InlineData(5_000)]
    public void Losses_of_rows_are_those_of_the_floats(int classes)
    {
        int rows = classes == 3 ? 1_501 : 37;
        TNumber[] predictions = Numbers(rows * classes);
        TNumber[] targets = Narrowed([.. Enumerable.Range(0, rows * classes).Select(_ => _random.NextSingle())]);
        int[] labels = [.. Enumerable.Range(0, rows).Select(row => row % 5 == 4 ? -100 : row * 7 % classes)];
        float[] weights = [.. Enumerable.Range(0, rows).Select(row => row % 3f)];
        double[] classWeights = [.. Enumerable.Range(0, classes).Select(c => 1 + c % 3)];
        CategoricalLoss<float> loss = Loss.SoftmaxCrossEntropy<float>(
            classes, classWeights: classWeights, ignoreIndex: -100, labelSmoothing: 0.1);
        float[] p = Widened(predictions);
        float[] expected = new float[p.Length];
        float[] expectedHessian = new float[p.Length];
        TNumber[] gradient = [.. predictions];
        TNumber[] hessian = new TNumber[p.Length];
        float[] losses = new float[rows];
        Cost right = loss.ValueGradientAndHessian(p, labels, expected, expectedHessian, weights);
        ShouldBe(loss.ValueGradientAndHessian(gradient, labels, gradient, hessian, weights), right);
        gradient.Should().Equal(Narrowed(expected));
        hessian.Should().Equal(Narrowed(expectedHessian));
        ShouldBe(loss.InParallel(2).ValueAndGradient(predictions, labels, gradient, weights), right);
        gradient.Should().Equal(Narrowed(expected));
        ShouldBe(loss.Value(predictions, labels, weights), right);
        ShouldBe(loss.PerExample(predictions, labels, losses, weights), right);
        losses[4].Should().Be(0);

        RowLoss<float, float> soft = loss.WithProbabilityTargets();
        right = soft.ValueAndGradient(p, Widened(targets), expected, weights, Reduction.Sum);
        ShouldBe(soft.ValueAndGradient(predictions, targets, gradient, weights, Reduction.Sum), right);
        gradient.Should().Equal(Narrowed(expected));
    }

    [Fact]
    public void Any_other_loss_takes_them_too()
    {
        MultilabelLoss<float> loss = Loss.BinaryCrossEntropyLogits<float>().OverRows(7);
        TNumber[] predictions = Numbers(70);
        TNumber[] targets = Narrowed([.. Enumerable.Range(0, 70).Select(i => i % 2f)]);
        float[] weights = [.. Enumerable.Range(0, 10).Select(row => 0.5f + row)];
        float[] expected = new float[70];
        TNumber[] gradient = new TNumber[70];
        Cost right = loss.ValueAndGradient(Widened(predictions), Widened(targets), expected, weights);
        loss.ValueAndGradient(predictions, targets, gradient, weights).Should().Be(right);
        gradient.Should().Equal(Narrowed(expected));
        loss.Value(predictions, targets, weights).Should().Be(right);
    }

    [Fact]
    public void In_batch_losses_are_those_of_the_floats()
    {
        const int Rows = 40;
        const int Dimension = 17;
        TNumber[] first = Numbers(Rows * Dimension);
        TNumber[] second = Numbers(Rows * Dimension);
        float[] weights = [.. Enumerable.Range(0, Rows).Select(row => row % 4f)];
        int[] labels = [.. Enumerable.Range(0, Rows).Select(row => row % 6)];
        float[] f = Widened(first);
        float[] s = Widened(second);
        float[][] expected = [new float[f.Length], new float[f.Length], new float[1]];
        TNumber[][] given = [new TNumber[f.Length], new TNumber[f.Length], new TNumber[1]];
        float[] losses = new float[Rows];

        MatchLoss<float> views = Loss.InfoNce<float>(Dimension);
        Cost right = views.ValueAndGradient(
            new() { First = f, Second = s }, new() { First = expected[0], Second = expected[1] }, weights);
        Views<TNumber> batch = new() { First = first, Second = second };
        views.ValueAndGradient(
            batch, new ViewGradients<TNumber>() { First = given[0], Second = given[1] }, weights).Should().Be(right);
        Expect(2);
        views.Value(batch, weights).Should().Be(right);
        views.PerExample(batch, losses, weights).Should().Be(right);
        losses.Should().OnlyContain(loss => loss > 0);

        InBatchLoss<float> labelled = Loss.SupervisedContrastive<float>(Dimension);
        right = labelled.ValueAndGradient(
            new() { Embeddings = f, Labels = labels }, new() { Embeddings = expected[0] }, weights, Reduction.Sum);
        labelled.ValueAndGradient(
            new Labelled<TNumber>() { Embeddings = first, Labels = labels },
            new LabelledGradients<TNumber>() { Embeddings = given[0] },
            weights,
            Reduction.Sum).Should().Be(right);
        Expect(1);

        RetrievalLoss<float> retrieval = Loss.Clip<float>(Dimension);
        float[] scale = [20];
        right = retrieval.ValueAndGradient(
            new() { Queries = f, Keys = s, Scale = scale },
            new() { Queries = expected[0], Keys = expected[1], Scale = expected[2] },
            weights);
        retrieval.ValueAndGradient(
            new Retrieval<TNumber>() { Queries = first, Keys = second, Scale = Narrowed(scale) },
            new RetrievalGradients<TNumber>() { Queries = given[0], Keys = given[1], Scale = given[2] },
            weights).Should().Be(right);
        Expect(3);

        void Expect(int count)
        {
            for (int k = 0; k < count; k++)
            {
                given[k].Should().Equal(Narrowed(expected[k]));
            }
        }
    }

    /// <summary>Of more prototypes than are widened at a time, and of cosines.</summary>
    [Theory]
    [InlineData(5_000, false, 1)]
    [InlineData(5_000, false, 2)]
    [InlineData(90, true, 1)]
    public void Linear_losses_are_those_of_the_floats(int classes, bool hasCosines, int degree)
    {
        const int Rows = 70;
        const int Dimension = 64;
        TNumber[] hidden = Numbers(Rows * Dimension);
        TNumber[] prototypes = Numbers(classes * Dimension);
        TNumber[] bias = hasCosines ? [] : Numbers(classes);
        int[] labels = [.. Enumerable.Range(0, Rows).Select(row => row % 9 == 8 ? -100 : row * 71 % classes)];
        float[] weights = [.. Enumerable.Range(0, Rows).Select(row => row % 3f)];
        LinearLoss<float> loss = (hasCosines
            ? Loss.ArcFace<float>(classes, Dimension, ignoreIndex: -100)
            : Loss.LinearCrossEntropy<float>(classes, Dimension, ignoreIndex: -100, zLoss: 1e-3)).InParallel(degree);
        foreach (int scratch in (int[])[1 << 25, 1])
        {
            loss = loss.WithScratch(scratch);
            float[][] expected = [new float[hidden.Length], new float[prototypes.Length], new float[bias.Length]];
            TNumber[] ofHidden = new TNumber[hidden.Length];
            float[][] given = [new float[hidden.Length], new float[prototypes.Length], new float[bias.Length]];
            Cost right = loss.ValueAndGradient(
                new()
                {
                    Hidden = Widened(hidden),
                    Prototypes = Widened(prototypes),
                    Bias = Widened(bias),
                    Labels = labels,
                },
                new() { Hidden = expected[0], Prototypes = expected[1], Bias = expected[2] },
                weights);
            Linear<TNumber> batch = new() { Hidden = hidden, Prototypes = prototypes, Bias = bias, Labels = labels };
            Cost cost = loss.ValueAndGradient(
                batch,
                new StoredLinearGradients<TNumber>() { Hidden = ofHidden, Prototypes = given[1], Bias = given[2] },
                weights);
            cost.Mean.Should().BeApproximately(right.Mean, 1e-6 * Math.Abs(right.Mean));
            given[0] = Widened(ofHidden);
            double rounding = typeof(TNumber) == typeof(Half) ? 1.0 / 2048 : 1.0 / 256;
            for (int k = 0; k < expected.Length; k++)
            {
                double size = expected[k].Select(Math.Abs).DefaultIfEmpty().Max();
                double close = (k == 0 ? rounding : 2e-6) * size;
                given[k].Where((number, i) => !(Math.Abs(number - expected[k][i]) <= close)).Should().BeEmpty();
            }

            float[] losses = new float[Rows];
            loss.PerExample(batch, losses, weights).Mean.Should().BeApproximately(right.Mean, 1e-6 * right.Mean);
            losses[8].Should().Be(0);
            loss.Value(batch, weights).Mean.Should().BeApproximately(right.Mean, 1e-6 * right.Mean);
        }
    }

    [Fact]
    public void Without_weight_the_mean_is_NaN_and_derivatives_are_0()
    {
        TNumber[] numbers = Numbers(5);
        TNumber[] gradient = [.. numbers];
        Loss.SquaredError<float>().ValueAndGradient(numbers, numbers, gradient, new float[5]).Mean.Should().Be(
            double.NaN);
        gradient.Should().AllBeEquivalentTo(default(TNumber));
        gradient = [.. numbers];
        Loss.SoftmaxCrossEntropy<float>(5, ignoreIndex: 1).ValueAndGradient(numbers, [1], gradient).Count.Should().Be(0);
        gradient.Should().AllBeEquivalentTo(default(TNumber));
    }

    [Fact]
    public void What_does_not_fit_is_refused_before_anything_is_written()
    {
        PointwiseLoss<float> loss = Loss.SquaredError<float>();
        CategoricalLoss<float> rows = Loss.SoftmaxCrossEntropy<float>(3);
        LinearLoss<float> linear = Loss.LinearCrossEntropy<float>(3, 2);
        TNumber[] six = Numbers(6);
        TNumber[] gradient = Numbers(6);
        TNumber[] before = [.. gradient];
        float[] weights = new float[5];
        Refused(() => loss.ValueAndGradient(six, six.AsSpan(1), gradient), "*targets*5*predictions*6*");
        Refused(() => loss.ValueAndGradient(six, six, gradient, weights), "*weights*5*6*");
        Refused(() => loss.ValueAndGradient(six, six, gradient.AsSpan(1)), "*gradient*5*6*");
        Refused(() => loss.ValueAndGradient(six, gradient, gradient), "*gradient*overlaps*targets*");
        Refused(() => loss.ValueGradientAndHessian(six, six, gradient, gradient), "*hessian*overlaps*gradient*");
        Refused(() => loss.PerExample(six, six, weights), "*losses*5*6*");
        Refused(() => rows.ValueAndGradient(six, [0, 3], gradient), "*label of row 1 is 3*");
        Refused(() => rows.ValueAndGradient(six.AsSpan(1), [0, 1], gradient), "*predictions*5*3 classes*");
        Refused(() => rows.ValueAndGradient(six, [0], gradient), "*targets*1*2*");
        Refused(
            () => linear.ValueAndGradient(
                new Linear<TNumber>() { Hidden = six, Prototypes = six, Labels = [0, 1] },
                new StoredLinearGradients<TNumber>() { Hidden = gradient }),
            "*labels*2*3 rows*");
        Refused(
            () => linear.ValueAndGradient(
                new Linear<TNumber>() { Hidden = six, Prototypes = six, Labels = [0, 1, 2] },
                new StoredLinearGradients<TNumber>() { Hidden = gradient.AsSpan(1) }),
            "*gradients.Hidden*5*6*");
        gradient.Should().Equal(before);
        ((Action)(() => loss.Value((ReadOnlySpan<double>)[1], (ReadOnlySpan<double>)[1]))).Should()
            .Throw<NotSupportedException>().WithMessage("*Half or BFloat16, not Double*");

        static void Refused(Action call, string message) =>
            call.Should().Throw<ArgumentException>().WithMessage(message);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        PointwiseLoss<float> loss = Loss.Huber<float>(1);
        CategoricalLoss<float> rows = Loss.SoftmaxCrossEntropy<float>(50);
        TNumber[] numbers = Numbers(5_000);
        TNumber[] gradient = new TNumber[5_000];
        int[] labels = new int[100];
        Allocations.Of(() =>
        {
            loss.ValueAndGradient(numbers, numbers, gradient);
            rows.ValueAndGradient(numbers, labels, gradient);
        }).Should().Be(0);
    }

    private TNumber[] Numbers(int count) =>
        Narrowed([.. Enumerable.Range(0, count).Select(_ => 4 * _random.NextSingle() - 2)]);

    private TNumber[] Narrowed(float[] floats) => [.. floats.Select(Narrow)];

    private float[] Widened(TNumber[] numbers) => [.. numbers.Select(Widen)];

    /// <summary>Sums of the same losses, added up in another order.</summary>
    private static void ShouldBe(Cost cost, Cost right)
    {
        (cost.Weight, cost.Count).Should().Be((right.Weight, right.Count));
        cost.Sum.Should().BeApproximately(right.Sum, 1e-6 * Math.Abs(right.Sum));
    }
}

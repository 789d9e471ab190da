using System.Globalization;

namespace LossKit.Gpu.Benchmarks;

/// <summary>Losses on the device against the same on the processor.</summary>
internal sealed class Checks(Accelerator accelerator, Clock clock)
{
    // Threads that stand for a device's are slow.
    private readonly int _length = accelerator.AcceleratorType == AcceleratorType.CPU ? 1003 : 100_003;
    private int _good;
    private int _bad;

    /// <summary>One of each kind of kernel, as far as there is time; how many have failed.</summary>
    public int Kinds()
    {
        Pointwise("own composite", Loss.FromFormula<float, ShortageCost>(new(4, 1, 2)), isWeighted: false);
        Pointwise("own composite, weighted", Loss.FromFormula<double, ShortageCost>(new(4, 1, 2)), isWeighted: true);
        Rows<float>("softmax cross-entropy", Loss.SoftmaxCrossEntropy<float>(1000), 1000);
        Rows<double>("softmax cross-entropy", Loss.SoftmaxCrossEntropy<double>(999), 999);
        Rows<float>("softmax cross-entropy", Loss.SoftmaxCrossEntropy<float>(10), 10);
        Rows<float>("softmax cross-entropy", Loss.SoftmaxCrossEntropy<float>(32000), 32000);
        Rows<float>("softmax cross-entropy, smoothed", Loss.SoftmaxCrossEntropy<float>(50257, labelSmoothing: 0.1), 50257);
        Rows<float>("focal", Loss.MulticlassFocal<float>(4096), 4096);
        Tuples("boxes", Loss.BoxGiou<float>());
        Tuples("boxes, planar", Loss.BoxCiou<float>().Planar());
        Tuples("normal likelihood", Loss.NormalNll<double>());
        Try("labels", WrongLabel);
        Try("same bits", SameBits);
        return Report();
    }

    /// <summary>Every pointwise loss.</summary>
    public int Catalogue()
    {
        foreach ((string name, PointwiseLoss<float> loss) in Factories.Of<float>())
        {
            Pointwise($"{name}, float", loss, isWeighted: false);
        }

        foreach ((string name, PointwiseLoss<double> loss) in Factories.Of<double>())
        {
            Pointwise($"{name}, double", loss, isWeighted: true);
        }

        return Report();
    }

    private int Report()
    {
        Console.WriteLine($"checks: {_good} good, {_bad} bad, after {clock.Elapsed.TotalSeconds:F1} s");
        return _bad;
    }

    private static T[] Predictions<T>(int length) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Random random = new(1);
        T[] numbers = [.. Enumerable.Range(0, length).Select(_ => T.CreateTruncating(6 * random.NextDouble() - 3))];
        numbers[length / 3] = T.NaN;
        return numbers;
    }

    private static T[] Weights<T>(int length) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] weights = [.. Enumerable.Range(0, length).Select(i => T.CreateTruncating(i % 4 * 0.5))];
        weights[length / 3] = T.Zero;
        return weights;
    }

    private void Pointwise<T>(string name, PointwiseLoss<T> loss, bool isWeighted)
        where T : unmanaged, IFloatingPointIeee754<T> => Try(name, () =>
        {
            T[] predictions = Predictions<T>(_length);
            Random random = new(2);
            bool areSigns = loss.Facts.Targets == Domain.Signs;
            T[] targets =
            [
                .. Enumerable.Range(0, _length).Select(_ => T.CreateTruncating(
                    areSigns ? random.Next(2) * 2 - 1 : random.NextDouble())),
            ];
            T[] weights = isWeighted ? Weights<T>(_length) : [];
            T[] gradient = new T[_length];
            T[] hessian = new T[_length];
            Cost expected = loss.ValueGradientAndHessian(predictions, targets, gradient, hessian, weights, Reduction.Sum);

            using MemoryBuffer1D<T, Stride1D.Dense> predictionsThere = accelerator.Allocate1D(predictions);
            using MemoryBuffer1D<T, Stride1D.Dense> targetsThere = accelerator.Allocate1D(targets);
            using MemoryBuffer1D<T, Stride1D.Dense> weightsThere = accelerator.Allocate1D(isWeighted ? weights : new T[1]);
            using MemoryBuffer1D<T, Stride1D.Dense> gradientThere = accelerator.Allocate1D<T>(_length);
            using MemoryBuffer1D<T, Stride1D.Dense> hessianThere = accelerator.Allocate1D<T>(_length);
            Cost actual = loss.On(accelerator).ValueGradientAndHessian(
                predictionsThere.View,
                targetsThere.View,
                gradientThere.View,
                hessianThere.View,
                isWeighted ? weightsThere.View : default(ArrayView<T>),
                Reduction.Sum);

            Near<T>("cost", [actual.Mean], [expected.Mean]);
            for (int i = 0; i < weights.Length; i++)
            {
                gradient[i] = weights[i] == T.Zero ? T.Zero : gradient[i];
                hessian[i] = weights[i] == T.Zero ? T.Zero : hessian[i];
            }

            Near<T>("gradient", Doubles(gradientThere.GetAsArray1D()), Doubles(gradient));
            Near<T>("hessian", Doubles(hessianThere.GetAsArray1D()), Doubles(hessian));
        });

    private void Tuples<T>(string name, TupleLoss<T> loss)
        where T : unmanaged, IFloatingPointIeee754<T> => Try(name, () =>
        {
            Random random = new(3);
            T[] predictions = Numbers(loss.Predictions);
            T[] targets = Numbers(loss.Targets);
            T[] gradient = new T[predictions.Length];
            T[] hessian = new T[predictions.Length];
            Cost expected = loss.ValueGradientAndHessian(
                predictions, targets, gradient, hessian, default, Reduction.Sum);

            using MemoryBuffer1D<T, Stride1D.Dense> predictionsThere = accelerator.Allocate1D(predictions);
            using MemoryBuffer1D<T, Stride1D.Dense> targetsThere = accelerator.Allocate1D(targets);
            using MemoryBuffer1D<T, Stride1D.Dense> gradientThere = accelerator.Allocate1D<T>(predictions.Length);
            using MemoryBuffer1D<T, Stride1D.Dense> hessianThere = accelerator.Allocate1D<T>(predictions.Length);
            Cost actual = loss.On(accelerator).ValueGradientAndHessian(
                predictionsThere.View,
                targetsThere.View,
                gradientThere.View,
                hessianThere.View,
                reduction: Reduction.Sum);
            Near<T>("cost", [actual.Mean], [expected.Mean]);
            Near<T>("gradient", Doubles(gradientThere.GetAsArray1D()), Doubles(gradient));
            Near<T>("hessian", Doubles(hessianThere.GetAsArray1D()), Doubles(hessian));

            // The later half of the columns is larger: boxes have an extent.
            T[] Numbers(int columns) =>
            [
                .. Enumerable.Range(0, _length * columns)
                    .Select(i => loss.IsPlanar ? i / _length : i % columns)
                    .Select(column => T.CreateTruncating(0.2 + random.NextDouble() + (2 * column >= columns ? 1.2 : 0))),
            ];
        });

    private void Rows<T>(string name, RowLoss<T, int> loss, int classes)
        where T : unmanaged, IFloatingPointIeee754<T> => Try($"{name}, {classes} classes, {typeof(T).Name}", () =>
        {
            int count = accelerator.AcceleratorType == AcceleratorType.CPU ? 7 : 37;
            T[] logits = Predictions<T>(count * classes);
            int[] labels = [.. Enumerable.Range(0, count).Select(row => row * 7919 % classes)];
            labels[5] = -100;
            T[] gradient = new T[logits.Length];
            T[] hessian = new T[logits.Length];
            Cost expected = loss.ValueGradientAndHessian(logits, labels, gradient, hessian, default, Reduction.Sum);

            using MemoryBuffer1D<T, Stride1D.Dense> logitsThere = accelerator.Allocate1D(logits);
            using MemoryBuffer1D<int, Stride1D.Dense> labelsThere = accelerator.Allocate1D(labels);
            using MemoryBuffer1D<T, Stride1D.Dense> gradientThere = accelerator.Allocate1D<T>(logits.Length);
            using MemoryBuffer1D<T, Stride1D.Dense> hessianThere = accelerator.Allocate1D<T>(logits.Length);
            DeviceRowLoss<T> there = loss.On(accelerator);
            Cost actual = there.ValueGradientAndHessian(
                logitsThere.View, labelsThere.View, gradientThere.View, hessianThere.View, default, Reduction.Sum);
            Near<T>("cost", [actual.Mean], [expected.Mean]);
            Near<T>("gradient", Doubles(gradientThere.GetAsArray1D()), Doubles(gradient));
            Near<T>("hessian", Doubles(hessianThere.GetAsArray1D()), Doubles(hessian));

            Cost inPlace = there.ValueAndGradient(
                logitsThere.View, labelsThere.View, logitsThere.View, default, Reduction.Sum);
            Near<T>("cost in place", [inPlace.Mean], [expected.Mean]);
            Near<T>("gradient in place", Doubles(logitsThere.GetAsArray1D()), Doubles(gradient));
        });

    private void WrongLabel()
    {
        using MemoryBuffer1D<float, Stride1D.Dense> logits = accelerator.Allocate1D(new float[30]);
        using MemoryBuffer1D<int, Stride1D.Dense> labels = accelerator.Allocate1D([0, 1, 10]);
        try
        {
            Loss.SoftmaxCrossEntropy<float>(10).On(accelerator).Value(logits.View, labels.View);
        }
        catch (ArgumentOutOfRangeException exception) when (exception.Message.Contains("row 2 is 10", StringComparison.Ordinal))
        {
            return;
        }

        throw new InvalidOperationException("a label that is no class was taken");
    }

    private void SameBits()
    {
        float[] numbers = Predictions<float>(30 * _length);
        numbers[numbers.Length / 3] = 0;
        using MemoryBuffer1D<float, Stride1D.Dense> predictions = accelerator.Allocate1D(numbers);
        using MemoryBuffer1D<float, Stride1D.Dense> targets = accelerator.Allocate1D(new float[numbers.Length]);
        DeviceLoss<float> loss = Loss.Huber<float>(1).On(accelerator);
        double first = loss.Value(predictions.View, targets.View).Sum;
        for (int i = 0; i < 20; i++)
        {
            if (loss.Value(predictions.View, targets.View).Sum != first)
            {
                throw new InvalidOperationException("two runs differ");
            }
        }

        // A view that begins where quads do not.
        int length = numbers.Length - 1;
        double shifted = loss.Value(predictions.View.SubView(1, length), targets.View.SubView(1, length)).Mean;
        Near<float>("shifted", [shifted], [Loss.Huber<float>(1).Value(numbers.AsSpan(1), new float[length]).Mean]);
    }

    private void Try(string name, Action check)
    {
        if (clock.IsOver)
        {
            return;
        }

        try
        {
            check();
            _good++;
        }
        catch (Exception exception)
        {
            _bad++;
            Exception inner = exception;
            while (inner.InnerException is { } next)
            {
                inner = next;
            }

            string text = $"{exception.GetType().Name}: {exception.Message} / {inner.GetType().Name}: {inner.Message}";
            Console.WriteLine($"BAD {name}: {text.ReplaceLineEndings(" ")[..Math.Min(text.Length, 900)]}");
        }
    }

    private static double[] Doubles<T>(T[] numbers) where T : unmanaged, IFloatingPointIeee754<T> =>
        Array.ConvertAll(numbers, double.CreateTruncating);

    private static void Near<T>(string what, double[] actual, double[] expected)
    {
        double tolerance = typeof(T) == typeof(float) ? 2e-6 : 1e-12;
        double worst = 0;
        int at = -1;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = actual[i].Equals(expected[i])
                ? 0
                : Math.Abs(actual[i] - expected[i]) / Math.Max(1, Math.Abs(expected[i]));
            if (!(difference <= worst))
            {
                worst = double.IsNaN(difference) ? double.PositiveInfinity : difference;
                at = i;
            }
        }

        if (worst > tolerance)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"{what}[{at}] is {actual[at]:R} on the device and {expected[at]:R} on the processor"));
        }
    }
}

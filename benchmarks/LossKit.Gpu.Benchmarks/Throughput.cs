using System.Globalization;

namespace LossKit.Gpu.Benchmarks;

/// <summary>How near losses come to a copy within the device's memory, which moves nothing but bytes.</summary>
internal sealed class Throughput(Accelerator accelerator, Clock clock)
{
    private const double Giga = 1e9;

    public void Pointwise(int[] lengths)
    {
        Console.WriteLine();
        Console.WriteLine("| loss | floats | derivatives | µs | GB/s | share of a copy | µs of a call that waits |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (int length in lengths)
        {
            using MemoryBuffer1D<float, Stride1D.Dense> predictions = accelerator.Allocate1D<float>(length);
            using MemoryBuffer1D<float, Stride1D.Dense> targets = accelerator.Allocate1D<float>(length);
            using MemoryBuffer1D<float, Stride1D.Dense> gradient = accelerator.Allocate1D<float>(length);
            using MemoryBuffer1D<float, Stride1D.Dense> hessian = accelerator.Allocate1D<float>(length);
            Fill(predictions.View, 6, -3);
            Fill(targets.View, 1, 0);
            double copy = Copy(predictions.View, gradient.View);
            Print("(copy)", length, "", copy, 8.0 * length, copy, copy, 8.0 * length);
            foreach ((string name, PointwiseLoss<float> loss) in Losses())
            {
                Measure(name, loss, copy, predictions.View, targets.View, gradient.View, hessian.View);
            }
        }
    }

    public void Rows((int Rows, int Classes)[] shapes)
    {
        Console.WriteLine();
        Console.WriteLine("| loss | rows × classes | derivatives | ms | GB/s | share of a copy |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        foreach ((int rows, int classes) in shapes)
        {
            if (clock.IsOver)
            {
                return;
            }

            int length = rows * classes;
            using MemoryBuffer1D<float, Stride1D.Dense> logits = accelerator.Allocate1D<float>(length);
            using MemoryBuffer1D<float, Stride1D.Dense> gradient = accelerator.Allocate1D<float>(length);
            using MemoryBuffer1D<int, Stride1D.Dense> labels = accelerator.Allocate1D(
                [.. Enumerable.Range(0, rows).Select(row => (int)(row * 7919L % classes))]);
            Fill(logits.View, 6, -3);
            double copy = Copy(logits.View, gradient.View);
            Report("(copy)", "", copy);
            Try("softmax cross-entropy", () =>
            {
                DeviceRowLoss<float> loss = Loss.SoftmaxCrossEntropy<float>(classes).On(accelerator);
                Report("softmax cross-entropy", "gradient", Clock.Median(
                    accelerator, 3, () => loss.ValueAndGradient(logits.View, labels.View, gradient.View)));
            });

            void Report(string name, string derivatives, double time) => Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {rows} × {classes} | {derivatives} | {time * 1e3:F3} | {8.0 * length / time / Giga:F0} | {copy / time:F2} |"));
        }
    }

    /// <summary>The batch at which a device is faster than all processors, though numbers have to get there and back.</summary>
    public void Transfer(int[] lengths)
    {
        Console.WriteLine();
        Console.WriteLine(
            $"BCE with logits + gradient; processor: {Environment.ProcessorCount} threads; with transfers: predictions "
            + "and targets to the device, gradient back, pageable memory.");
        Console.WriteLine("| floats | processor µs | device, with transfers µs | device, data there µs |");
        Console.WriteLine("| --- | --- | --- | --- |");
        PointwiseLoss<float> here = Loss.BinaryCrossEntropyLogits<float>().InParallel(Environment.ProcessorCount);
        DeviceLoss<float> there = Loss.BinaryCrossEntropyLogits<float>().On(accelerator);
        foreach (int length in lengths)
        {
            if (clock.IsOver)
            {
                return;
            }

            float[] predictions = new float[length];
            float[] targets = new float[length];
            float[] gradient = new float[length];
            new Random(1).NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(predictions.AsSpan()));
            for (int i = 0; i < length; i++)
            {
                predictions[i] = BitConverter.SingleToInt32Bits(predictions[i]) * (3f / int.MaxValue);
            }

            using MemoryBuffer1D<float, Stride1D.Dense> predictionsThere = accelerator.Allocate1D<float>(length);
            using MemoryBuffer1D<float, Stride1D.Dense> targetsThere = accelerator.Allocate1D<float>(length);
            using MemoryBuffer1D<float, Stride1D.Dense> gradientThere = accelerator.Allocate1D<float>(length);
            int repeats = Math.Clamp(2_000_000 / length, 1, 100);
            double processor = Clock.Median(
                accelerator, repeats, () => here.ValueAndGradient(predictions, targets, gradient));
            double transferred = Clock.Median(accelerator, repeats, () =>
            {
                predictionsThere.CopyFromCPU(predictions);
                targetsThere.CopyFromCPU(targets);
                there.ValueAndGradient(predictionsThere.View, targetsThere.View, gradientThere.View);
                gradientThere.CopyToCPU(gradient);
            });
            double resident = Clock.Median(
                accelerator,
                repeats,
                () => there.ValueAndGradient(predictionsThere.View, targetsThere.View, gradientThere.View));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {length} | {processor * 1e6:F1} | {transferred * 1e6:F1} | {resident * 1e6:F1} |"));
        }
    }

    private static IEnumerable<(string Name, PointwiseLoss<float> Loss)> Losses() =>
    [
        ("squared error", Loss.SquaredError<float>()),
        ("Huber", Loss.Huber<float>(1)),
        ("BCE with logits", Loss.BinaryCrossEntropyLogits<float>()),
        ("focal", Loss.BinaryFocalLogits<float>()),
        ("own composite", Loss.FromFormula<float, ShortageCost>(new(4, 1, 2))),
    ];

    private void Measure(
        string name,
        PointwiseLoss<float> loss,
        double copy,
        ArrayView<float> predictions,
        ArrayView<float> targets,
        ArrayView<float> gradient,
        ArrayView<float> hessian) => Try(name, () =>
        {
            int length = (int)predictions.Length;
            int repeats = Repeats(length);
            DeviceLoss<float> there = loss.On(accelerator);
            using MemoryBuffer1D<double, Stride1D.Dense> sum = accelerator.Allocate1D<double>(1);
            double queued = Clock.Median(
                accelerator, repeats, () => there.EnqueueGradient(predictions, targets, gradient, sum.View));
            double waiting = Clock.Median(
                accelerator, repeats, () => there.ValueAndGradient(predictions, targets, gradient));
            Print(name, length, "gradient", queued, 12.0 * length, waiting, copy, 8.0 * length);
            queued = Clock.Median(
                accelerator, repeats, () => there.EnqueueHessian(predictions, targets, gradient, hessian, sum.View));
            waiting = Clock.Median(
                accelerator,
                repeats,
                () => there.ValueGradientAndHessian(predictions, targets, gradient, hessian));
            Print(name, length, "gradient, Hessian", queued, 16.0 * length, waiting, copy, 8.0 * length);
        });

    private static void Print(
        string name, int length, string derivatives, double time, double bytes, double waiting, double copy, double copied) =>
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {length} | {derivatives} | {time * 1e6:F1} | {bytes / time / Giga:F0} | {bytes / time / (copied / copy):F2} | {waiting * 1e6:F1} |"));

    private static int Repeats(int length) => Math.Clamp(400_000_000 / length, 2, 40);

    private double Copy(ArrayView<float> from, ArrayView<float> to) =>
        Clock.Median(accelerator, Repeats((int)from.Length), () => from.CopyTo(accelerator.DefaultStream, to));

    /// <summary>Numbers that are no pattern; made on the processor, and repeated.</summary>
    private static void Fill(ArrayView<float> view, double width, double start)
    {
        Random random = new(1);
        float[] block = [.. Enumerable.Range(0, 1 << 20).Select(_ => (float)(width * random.NextDouble() + start))];
        for (long at = 0; at < view.Length; at += block.Length)
        {
            long count = Math.Min(block.Length, view.Length - at);
            view.SubView(at, count).CopyFromCPU(ref block[0], count);
        }
    }

    private void Try(string name, Action measure)
    {
        if (clock.IsOver)
        {
            return;
        }

        try
        {
            measure();
        }
        catch (Exception exception)
        {
            string text = exception.ToString().ReplaceLineEndings(" ");
            Console.WriteLine($"BAD {name}: {text[..Math.Min(text.Length, 900)]}");
        }
    }
}

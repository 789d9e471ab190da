using System.Diagnostics;
using System.Globalization;
using LossKit.Benchmarks.Reporting;
using TorchSharp;
using static TorchSharp.torch;

namespace LossKit.Torch;

/// <summary>Two programs in turns, so that what else the machine does falls on both.</summary>
internal static class Turns
{
    private const int Repetitions = 7;

    /// <summary>The shortest time of each, in milliseconds.</summary>
    public static (double One, double Other) Best(Action one, Action other)
    {
        WarmUp(one, other);
        double ofOne = double.PositiveInfinity;
        double ofOther = double.PositiveInfinity;
        for (int k = 0; k < Repetitions; k++)
        {
            ofOne = Math.Min(ofOne, Time(one));
            ofOther = Math.Min(ofOther, Time(other));
        }

        return (ofOne, ofOther);
    }

    /// <summary>
    /// Measures one loss by libtorch, forward and backward, and by LossKit, value and gradient; both must agree in the
    /// loss and in every number of the gradient. Writes a row of a table.
    /// </summary>
    /// <param name="call">The loss and its sizes.</param>
    /// <param name="threads">How many threads both take.</param>
    /// <param name="predictions">Takes libtorch's gradient; its numbers lie as in <paramref name="gradient"/>.</param>
    /// <param name="gradient">What <paramref name="own"/> writes.</param>
    /// <param name="torchLoss">The loss as a composition of libtorch's functions.</param>
    /// <param name="own">LossKit's call.</param>
    /// <param name="isTransposed">Whether libtorch's first two dimensions are LossKit's second and first.</param>
    /// <param name="tolerance">By how much of the largest number of the gradient others may differ.</param>
    /// <returns>The time of libtorch over that of LossKit.</returns>
    public static double Compare(
        string call,
        int threads,
        Tensor predictions,
        float[] gradient,
        Func<Tensor> torchLoss,
        Func<double> own,
        bool isTransposed = false,
        double tolerance = 2e-4)
    {
        set_num_threads(threads);
        double torchMean = 0;
        double ownMean = 0;
        (double torchTime, double ownTime) =
            Best(() => torchMean = Backward(predictions, torchLoss), () => ownMean = own());
        using Tensor expected = isTransposed ? predictions.grad!.transpose(0, 1) : predictions.grad!.alias();
        using Tensor actual = tensor(gradient, expected.shape);
        using Tensor difference = (expected - actual).abs().max();
        using Tensor largest = expected.abs().max();
        double error = difference.item<float>() / largest.item<float>();
        if (!(Math.Abs(torchMean - ownMean) <= tolerance * Math.Max(1, Math.Abs(torchMean)) && error <= tolerance))
        {
            throw new InvalidOperationException(
                $"{call}: torch has {torchMean:R}, LossKit {ownMean:R}; the gradients differ by {error:R} of the largest.");
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {call} | {threads} | {torchTime:F2} | {ownTime:F2} | {torchTime / ownTime:F1} |"));
        return torchTime / ownTime;
    }

    /// <summary>The factory of a loss.</summary>
    public static string Factory(object loss) => $"`{loss.ToString()!.Split('(')[0]}`";

    /// <summary>Writes what the times depend on.</summary>
    public static void Describe(string subject)
    {
        Console.WriteLine($"# {subject}: libtorch and LossKit");
        Console.WriteLine();
        foreach (string line in Processor.Describe())
        {
            Console.WriteLine($"- {line}");
        }

        Console.WriteLine("- libtorch 2.10.0 through TorchSharp 0.107.0");
        Console.WriteLine($"- Load {Processor.Load()} before");
        Console.WriteLine();
    }

    /// <summary>Writes the head of the table whose rows <see cref="Compare"/> writes.</summary>
    public static void Head()
    {
        Console.WriteLine("The shortest of seven timings in turns, forward and backward; both agree in loss and gradient.");
        Console.WriteLine();
        Console.WriteLine("| loss, value and gradient, floats | threads | torch ms | LossKit ms | torch / LossKit |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: |");
    }

    /// <summary>Writes the geometric mean of what <see cref="Compare"/> returned.</summary>
    public static void Mean(int threads, IReadOnlyCollection<double> ratios) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| geometric mean | {threads} | | | {Math.Exp(ratios.Average(Math.Log)):F1} |"));

    private static double Backward(Tensor predictions, Func<Tensor> loss)
    {
        using IDisposable scope = NewDisposeScope();
        predictions.grad?.zero_();
        Tensor mean = loss();
        mean.backward();
        return mean.item<float>();
    }

    /// <summary>Until the JIT compiler has seen enough of the calls, or they take long by themselves.</summary>
    private static void WarmUp(Action one, Action other)
    {
        long start = Stopwatch.GetTimestamp();
        for (int k = 0; k < 100 && Stopwatch.GetElapsedTime(start).TotalSeconds < 2; k++)
        {
            one();
            other();
            Thread.Sleep(k % 40 == 39 ? 200 : 0);
        }
    }

    private static double Time(Action call)
    {
        long start = Stopwatch.GetTimestamp();
        call();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}

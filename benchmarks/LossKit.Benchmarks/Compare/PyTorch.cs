using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using LossKit.Benchmarks.Timing;

namespace LossKit.Benchmarks.Compare;

/// <summary>
/// PyTorch on one thread in a process that lives as long as the comparison, so that it and LossKit take turns. A line
/// of words between tabs is answered by a line; data go by files.
/// </summary>
internal sealed class PyTorch : IDisposable
{
    private const string Script = "pytorch_losses.py";
    private const string Unknown = "unknown";

    private readonly Process _process;
    private readonly string _directory = Directory.CreateTempSubdirectory("losskit-compare-").FullName;

    private PyTorch(Process process, string version)
    {
        _process = process;
        Version = version;
    }

    public string Version { get; }

    /// <summary>Nothing if there is no such Python, or none with PyTorch.</summary>
    public static PyTorch? Start(string python)
    {
        ProcessStartInfo start = new(python)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, Script) },
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }

        process.BeginErrorReadLine();
        if (process.StandardOutput.ReadLine() is { } version)
        {
            return new(process, version);
        }

        process.WaitForExit();
        process.Dispose();
        return null;
    }

    /// <summary>The data of all runs that follow.</summary>
    public void Load(float[] predictions, float[] targets, int columns) =>
        Load(Predictions(predictions, columns), Array("targets", targets, columns));

    /// <summary>The data of all runs that follow.</summary>
    public void Load(float[] predictions, int[] targets, int columns) => Load([predictions], targets, columns);

    /// <summary>The data of all runs that follow.</summary>
    public void Load(IReadOnlyList<float[]> predictions, int[]? labels, int columns) => Load(
    [
        .. predictions.Select(batch => Predictions(batch, columns)),
        .. labels is null ? [] : (string[])[Array("labels", labels, columns: 1)],
    ]);

    /// <summary>Forward, and forward and backward, where it has the loss.</summary>
    public IEnumerable<Run> Runs(string call)
    {
        foreach (Order order in (Order[])[Order.Value, Order.Gradient])
        {
            string answer = Ask($"prepare\t{call}\t{(order == Order.Value ? "forward" : "backward")}");
            if (answer != Unknown)
            {
                double[] numbers = [.. answer.Split('\t').Select(Number)];
                yield return new(Run.PyTorch, order, new PyTorchContender(this, numbers));
            }
        }
    }

    public double Time(double id, int calls) =>
        Number(Ask(string.Create(CultureInfo.InvariantCulture, $"time\t{id}\t{calls}")));

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private void Load(params string[] arrays)
    {
        Ask($"load\t{string.Join('\t', arrays)}");
        foreach (string file in Directory.EnumerateFiles(_directory))
        {
            File.Delete(file);
        }
    }

    private string Predictions(float[] predictions, int columns) => Array("predictions", predictions, columns);

    /// <summary>Writes a file and says what is in it.</summary>
    private string Array<T>(string role, T[] array, int columns)
        where T : unmanaged
    {
        string file = Path.Combine(_directory, Path.GetRandomFileName());
        File.WriteAllBytes(file, MemoryMarshal.AsBytes(array.AsSpan()));
        return string.Create(CultureInfo.InvariantCulture, $"{role}\t{file}\t{columns}");
    }

    private string Ask(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
        return _process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException($"PyTorch gave up at \"{line}\".");
    }
}

/// <summary>A loss by PyTorch.</summary>
/// <param name="torch">The process.</param>
/// <param name="numbers">
/// What it calls the loss, the mean loss, the sum of the sizes of the gradient's entries, and the time of the first
/// call.
/// </param>
internal sealed class PyTorchContender(PyTorch torch, IReadOnlyList<double> numbers) : IContender
{
    /// <summary>From here on a first call is as good as any other, and too long to be made for nothing.</summary>
    private const double Long = 5e7;

    private bool _hasFirst = numbers[3] > Long;

    public double Value => numbers[1];

    public double GradientNorm => numbers[2];

    public double Time(int calls)
    {
        bool isFirst = _hasFirst && calls == 1;
        _hasFirst &= !isFirst;
        return isFirst ? numbers[3] : torch.Time(numbers[0], calls);
    }
}

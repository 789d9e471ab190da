using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace LossKit.Orleans.Tests.Support;

/// <summary>A silo in a process of its own on this machine.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private readonly Process _process;

    private SiloProcess(Process process, int gateway) => (_process, Gateway) = (process, gateway);

    /// <summary>The port that clients use.</summary>
    public int Gateway { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>So many silos of one cluster, the first of them the primary, ready to be asked.</summary>
    public static async Task<SiloProcess[]> StartAsync(int count)
    {
        int[] ports = FreePorts(2 * count);
        SiloProcess[] silos = new SiloProcess[count];
        for (int i = 0; i < count; i++)
        {
            silos[i] = Start(ports[2 * i], ports[2 * i + 1], primary: ports[0]);

            // The others join the first.
            if (i == 0)
            {
                await silos[0].IsReady();
            }
        }

        await Task.WhenAll(silos.Skip(1).Select(silo => silo.IsReady()));
        return silos;
    }

    /// <summary>As a machine ends that loses its power.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await Kill();
        }

        _process.Dispose();
    }

    private static SiloProcess Start(int port, int gateway, int primary) => new(
        Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath! : "dotnet",
            [typeof(SiloProgram).Assembly.Location, $"{port}", $"{gateway}", $"{primary}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!,
        gateway);

    private async Task IsReady()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while (await _process.StandardOutput.ReadLineAsync(patience.Token) is string line)
        {
            if (line == SiloProgram.Ready)
            {
                return;
            }
        }

        throw new InvalidOperationException($"The silo has ended with {_process.ExitCode}.");
    }

    /// <summary>Ports that nobody listens on; all are held until all are known, so that they differ.</summary>
    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners)
        {
            listener.Start();
        }

        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners)
        {
            listener.Stop();
        }

        return ports;
    }
}

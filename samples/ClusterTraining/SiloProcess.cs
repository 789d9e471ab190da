using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ClusterTraining;

/// <summary>A silo in a process of its own on this machine: this program once more, by other arguments.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    /// <summary>What a silo says when it can be asked.</summary>
    public const string Ready = "ready";

    /// <summary>The longest that a silo may take for it.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;

    private SiloProcess(Process process, int gateway) => (_process, Gateway) = (process, gateway);

    /// <summary>The port that clients use.</summary>
    public int Gateway { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>
    /// So many silos of one cluster, ready to be asked. The first has the list of all, and may not be killed.
    /// </summary>
    /// <param name="count">How many.</param>
    /// <param name="arguments">What this program's <c>Main</c> is given after the ports.</param>
    public static async Task<SiloProcess[]> StartAsync(int count, params string[] arguments)
    {
        int[] ports = FreePorts(2 * count);
        List<SiloProcess> silos = [];
        try
        {
            for (int i = 0; i < count; i++)
            {
                silos.Add(Start(ports[2 * i], ports[2 * i + 1], ports[0], arguments));
                if (i == 0)
                {
                    await silos[0].IsReady();
                }
            }

            await Task.WhenAll(silos.Skip(1).Select(silo => silo.IsReady()));
            return [.. silos];
        }
        catch
        {
            await EndAsync(silos);
            throw;
        }
    }

    /// <summary>Ends all of them, whatever they are at.</summary>
    public static async Task EndAsync(IEnumerable<SiloProcess> silos)
    {
        foreach (SiloProcess silo in silos)
        {
            await silo.DisposeAsync();
        }
    }

    /// <summary>As a machine ends that loses its power.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks the silo for a line, by another one.</summary>
    public async Task<string> Ask(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        return await _process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("The silo has ended.");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await Kill();
        }

        _process.Dispose();
    }

    private static SiloProcess Start(int port, int gateway, int primary, string[] arguments)
    {
        IEnumerable<string> ports = new[] { port, gateway, primary }.Select(
            number => number.ToString(CultureInfo.InvariantCulture));
        ProcessStartInfo start = new("dotnet", [typeof(SiloProcess).Assembly.Location, .. ports, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new(Process.Start(start)!, gateway);
    }

    private async Task IsReady()
    {
        using CancellationTokenSource patience = new(s_patience);
        while (await _process.StandardOutput.ReadLineAsync(patience.Token) is string line)
        {
            if (line == Ready)
            {
                return;
            }
        }

        throw new InvalidOperationException($"The silo of process {Id} has ended before it was ready.");
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

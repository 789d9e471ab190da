using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LossKit.SiteCheck;

/// <summary>A Chromium without a window, by its DevTools protocol.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private const int LowestPixel = 4000;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _profile;
    private readonly ClientWebSocket _socket = new();
    private readonly List<string> _errors = [];
    private int _calls;

    private Browser(Process process, string profile)
    {
        _process = process;
        _profile = profile;
    }

    public static async Task<Browser> Start(string command)
    {
        string profile = Directory.CreateTempSubdirectory("site-check-").FullName;
        ProcessStartInfo start = new(command) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-port=0",
                $"--user-data-dir={profile}", "about:blank",
            ])
        {
            start.ArgumentList.Add(argument);
        }

        Browser browser = new(Process.Start(start)!, profile);
        string ports = Path.Combine(profile, "DevToolsActivePort");
        for (DateTime until = DateTime.UtcNow + s_patience; !File.Exists(ports) && DateTime.UtcNow < until;)
        {
            await Task.Delay(100);
        }

        await Task.Delay(200);
        string port = (await File.ReadAllLinesAsync(ports))[0];
        using HttpClient client = new();
        JsonNode tabs = JsonNode.Parse(await client.GetStringAsync(new Uri($"http://localhost:{port}/json")))!;
        string address = tabs.AsArray().First(tab => (string?)tab!["type"] == "page")!["webSocketDebuggerUrl"]!
            .GetValue<string>();
        await browser._socket.ConnectAsync(new(address), CancellationToken.None);
        await browser.Call("Page.enable");
        await browser.Call("Runtime.enable");
        return browser;
    }

    /// <summary>Makes the window as wide and high as a device.</summary>
    public Task Resize(int width, int height) => Call("Emulation.setDeviceMetricsOverride", new JsonObject
    {
        ["width"] = width,
        ["height"] = height,
        ["deviceScaleFactor"] = 1,
        ["mobile"] = width < 600,
    });

    /// <summary>Opens a page, and waits for it and for the menu that it loads.</summary>
    public async Task Open(Uri address)
    {
        await Call("Page.navigate", new JsonObject { ["url"] = address.AbsoluteUri });
        await Evaluate(
            """
            new Promise((done, fail) => {
              const until = Date.now() + 30000;
              const look = () => {
                const toc = document.getElementById('toc');
                const ready = document.readyState === 'complete' && location.href !== 'about:blank'
                  && (!toc || toc.children.length > 0 || toc.getAttribute('data-empty'))
                  && document.querySelector('nav .navbar-nav, #navbar .nav-link')
                  && !document.querySelector('.lang-mermaid')
                  && [...document.querySelectorAll('.mermaid')].every(diagram => diagram.querySelector('svg'));
                ready ? setTimeout(done, 30)
                  : Date.now() < until ? setTimeout(look, 20)
                  : fail(`not ready: ${document.body.innerHTML.match(/.{0,200}mermaid.{0,200}/gs)}`);
              };
              look();
            })
            """);
    }

    /// <summary>What an expression of JavaScript gives, once it is there.</summary>
    public async Task<JsonNode?> Evaluate(string expression)
    {
        JsonNode answer = await Call("Runtime.evaluate", new JsonObject
        {
            ["expression"] = expression,
            ["awaitPromise"] = true,
            ["returnByValue"] = true,
        });
        return answer["exceptionDetails"] is { } error
            ? throw new InvalidOperationException(error.ToJsonString())
            : answer["result"]!["value"];
    }

    /// <summary>What scripts of pages failed with since the last call.</summary>
    public IReadOnlyList<string> TakeErrors()
    {
        string[] errors = [.. _errors];
        _errors.Clear();
        return errors;
    }

    /// <summary>Writes a page to a PNG file, down to what few would scroll to.</summary>
    public async Task Save(string path)
    {
        JsonNode clip = (await Evaluate(
            $$"""
            ({ x: 0, y: 0, scale: 1, width: innerWidth,
               height: Math.min(document.documentElement.scrollHeight, {{LowestPixel}}) })
            """))!;
        JsonNode picture = await Call("Page.captureScreenshot", new JsonObject
        {
            ["captureBeyondViewport"] = true,
            ["clip"] = clip.DeepClone(),
        });
        await File.WriteAllBytesAsync(path, Convert.FromBase64String(picture["data"]!.GetValue<string>()));
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_profile, recursive: true);
    }

    private async Task<JsonNode> Call(string method, JsonObject? parameters = null)
    {
        int id = ++_calls;
        JsonObject message = new() { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        using CancellationTokenSource timeout = new(s_patience);
        byte[] sent = Encoding.UTF8.GetBytes(message.ToJsonString());
        await _socket.SendAsync(sent, WebSocketMessageType.Text, endOfMessage: true, timeout.Token);
        while (true)
        {
            using MemoryStream received = new();
            byte[] buffer = new byte[1 << 16];
            ValueWebSocketReceiveResult part;
            do
            {
                part = await _socket.ReceiveAsync(buffer.AsMemory(), timeout.Token);
                received.Write(buffer.AsSpan(0, part.Count));
            }
            while (!part.EndOfMessage);
            JsonNode answer = JsonNode.Parse(received.ToArray())!;
            if ((string?)answer["method"] == "Runtime.exceptionThrown")
            {
                JsonNode details = answer["params"]!["exceptionDetails"]!;
                _errors.Add((string?)details["exception"]?["description"] ?? details["text"]!.GetValue<string>());
            }

            if ((int?)answer["id"] == id)
            {
                return answer["result"] ?? throw new InvalidOperationException(answer.ToJsonString());
            }
        }
    }
}

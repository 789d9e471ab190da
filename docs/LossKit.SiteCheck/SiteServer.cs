using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace LossKit.SiteCheck;

/// <summary>Serves a folder to this machine, for as long as it lives.</summary>
internal sealed partial class SiteServer : IDisposable
{
    private static readonly Dictionary<string, string> s_types = new()
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css",
        [".js"] = "text/javascript",
        [".json"] = "application/json",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".woff2"] = "font/woff2",
    };

    private readonly ConcurrentQueue<string> _missing = [];
    private readonly Dictionary<string, HashSet<string>> _places = [];
    private readonly HttpListener _listener = new();
    private readonly string _folder;

    public SiteServer(string folder)
    {
        _folder = Path.GetFullPath(folder);
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        Root = new($"http://localhost:{((IPEndPoint)free.LocalEndpoint).Port}/");
        free.Stop();
        _listener.Prefixes.Add(Root.AbsoluteUri);
        _listener.Start();
        _ = Task.Run(Serve);
    }

    public Uri Root { get; }

    /// <summary>All pages, by their paths: those that someone wrote before the reference.</summary>
    public IReadOnlyList<string> Pages =>
    [
        .. Directory.GetFiles(_folder, "*.html", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_folder, path).Replace('\\', '/'))
            .Where(path => !path.EndsWith("toc.html", StringComparison.Ordinal))
            .OrderBy(path => path.StartsWith("api/", StringComparison.Ordinal))
            .ThenBy(path => path, StringComparer.Ordinal),
    ];

    /// <summary>The file that an address of the site stands for; null if there is none.</summary>
    public string? File(Uri address)
    {
        string path = Path.GetFullPath(Path.Combine(_folder, Uri.UnescapeDataString(address.AbsolutePath)[1..]));
        path = Directory.Exists(path) ? Path.Combine(path, "index.html") : path;
        return path.StartsWith(_folder, StringComparison.Ordinal) && System.IO.File.Exists(path) ? path : null;
    }

    /// <summary>Whether a page has the place that a fragment names; the top is on any.</summary>
    /// <param name="path">The file of the page.</param>
    /// <param name="fragment">What follows the number sign.</param>
    public bool HasPlace(string path, string fragment)
    {
        if (!_places.TryGetValue(path, out HashSet<string>? places))
        {
            places = [.. Place().Matches(System.IO.File.ReadAllText(path)).Select(match => match.Groups[1].Value)];
            _places[path] = places;
        }

        return fragment.Length == 0 || places.Contains(WebUtility.HtmlEncode(Uri.UnescapeDataString(fragment)));
    }

    /// <summary>The addresses that were asked for since the last call, and are not there.</summary>
    public IReadOnlyList<string> TakeMissing()
    {
        List<string> missing = [];
        while (_missing.TryDequeue(out string? address))
        {
            missing.Add(address);
        }

        return missing;
    }

    public void Dispose() => _listener.Close();

    [GeneratedRegex("""\s(?:id|name)=["']([^"']+)["']""")]
    private static partial Regex Place();

    private async Task Serve()
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                using HttpListenerResponse response = context.Response;
                if (File(context.Request.Url!) is not { } path)
                {
                    response.StatusCode = (int)HttpStatusCode.NotFound;
                    _missing.Enqueue(context.Request.Url!.AbsolutePath);
                    continue;
                }

                response.ContentType = s_types.GetValueOrDefault(Path.GetExtension(path), "application/octet-stream");
                await response.OutputStream.WriteAsync(await System.IO.File.ReadAllBytesAsync(path));
            }
        }
        catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
        {
            // By Dispose.
        }
    }
}

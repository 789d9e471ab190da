using System.Net;
using System.Net.Sockets;

namespace LossKit.SiteCheck;

/// <summary>Serves a folder to this machine, for as long as it lives.</summary>
internal sealed class SiteServer : IDisposable
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

    public void Dispose() => _listener.Close();

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

namespace LossKit.SiteCheck;

/// <summary>A site in a folder of its own that has every fault which the check is to see, one a page.</summary>
internal sealed class FaultySite : IDisposable
{
    private static readonly (string Page, string Body, string Problem)[] s_pages =
    [
        ("sound", "<h1>Nothing is wrong</h1><a href='link.html'>link</a><a href='#here'>place</a><p id='here'>", ""),
        ("link", "<h1>A link</h1><a href='nowhere.html'>nowhere</a>", "no page /nowhere.html"),
        ("place", "<h1>A place</h1><a href='sound.html#there'>nowhere</a>", "no place /sound.html#there"),
        ("own", "<h1>A place of its own</h1><a href='#there'>nowhere</a>", "no place #there"),
        ("picture", "<h1>A picture</h1><img src='nowhere.png'>", "no picture"),
        ("file", "<h1>A script</h1><script src='nowhere.js'></script>", "no file /nowhere.js"),
        ("error", "<h1>A script</h1><script>throw new Error('on purpose')</script>", "on purpose"),
        ("wide", "<h1>A width</h1><article><p style='width: 700px'>Wide</p></article>", "pixels wide on a phone"),
        ("untitled", "<p>No title</p>", "no title"),
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("site-check-faults-");

    public FaultySite()
    {
        foreach ((string page, string body, _) in s_pages)
        {
            File.WriteAllText(
                System.IO.Path.Combine(_folder.FullName, $"{page}.html"),
                $"""
                 <!DOCTYPE html>
                 <meta name="viewport" content="width=device-width, initial-scale=1">
                 <link rel="icon" href="data:,">
                 <nav><ul class="navbar-nav"></ul></nav>
                 {body}
                 """);
        }
    }

    public string Path => _folder.FullName;

    /// <summary>The pages, and the problem that each has; none if that is empty.</summary>
    public static IEnumerable<(string Page, string Problem)> Faults =>
        s_pages.Select(page => ($"{page.Page}.html", page.Problem));

    public void Dispose() => _folder.Delete(recursive: true);
}

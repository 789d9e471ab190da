using System.Text.Json.Nodes;

namespace LossKit.SiteCheck;

/// <summary>Opens pages on a desktop and on a phone, and says what is wrong with them.</summary>
/// <param name="server">Where the pages are.</param>
/// <param name="browser">What opens them.</param>
/// <param name="screenshots">The folder for pictures of them, to be looked at; none are made without it.</param>
/// <param name="picturesEvery">Of how many pages there is one picture; of those at the top there are all.</param>
internal sealed class PageCheck(SiteServer server, Browser browser, string? screenshots = null, int picturesEvery = 1)
{
    private const int PhoneWidth = 390;

    private int _opened;

    /// <summary>What is wrong with the page; nothing if all is well.</summary>
    public async Task<IReadOnlyList<string>> Problems(string page)
    {
        List<string> problems = [];
        bool isKept = screenshots is not null
            && (_opened++ % picturesEvery == 0 || !page.Contains('/', StringComparison.Ordinal));
        Uri address = new(server.Root, page);
        await browser.Resize(1280, 900);
        await browser.Open(address);
        JsonNode seen = (await browser.Evaluate(
            """
            ({
              links: [...document.querySelectorAll('a[href]')].map(a => a.href)
                .filter(link => link.split('#')[0] !== location.href.split('#')[0]),
              lost: [...document.querySelectorAll('a[href^="#"]')].map(a => a.hash.slice(1))
                .filter(place => place && !document.getElementById(decodeURIComponent(place))),
              broken: [...document.images].filter(i => !i.complete || i.naturalWidth === 0).map(i => i.src),
              title: document.querySelector('h1')?.innerText ?? ''
            })
            """))!;
        problems.AddRange(Texts(seen["broken"]).Select(picture => $"no picture {picture}"));
        problems.AddRange(Texts(seen["lost"]).Select(place => $"no place #{place}"));
        foreach (string link in Texts(seen["links"]).Distinct())
        {
            if (!Uri.TryCreate(link, UriKind.Absolute, out Uri? target) || target.Authority != server.Root.Authority)
            {
                continue;
            }

            if (server.File(target) is not { } file)
            {
                problems.Add($"no page {target.AbsolutePath}");
            }
            else if (!server.HasPlace(file, target.Fragment.TrimStart('#')))
            {
                problems.Add($"no place {target.AbsolutePath}{target.Fragment}");
            }
        }

        if (seen["title"]!.GetValue<string>().Length == 0)
        {
            problems.Add("no title");
        }

        string name = page.Replace('/', '-').Replace(".html", "", StringComparison.Ordinal);
        if (isKept)
        {
            await browser.Save(Path.Combine(screenshots!, $"{name}-desktop.png"));
        }

        await browser.Resize(PhoneWidth, 844);
        await browser.Evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        int width = (await browser.Evaluate("document.documentElement.scrollWidth"))!.GetValue<int>();
        if (width > PhoneWidth)
        {
            string widest = (await browser.Evaluate(
                """
                [...document.querySelectorAll('article *, footer *, header *')]
                  .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('pre, .table-responsive'))
                  .map(e => e.tagName + ' ' + e.innerText?.slice(0, 40))[0] ?? ''
                """))!.GetValue<string>();
            problems.Add($"{width} pixels wide on a phone: {widest}");
        }

        if (isKept)
        {
            await browser.Save(Path.Combine(screenshots!, $"{name}-phone.png"));
        }

        problems.AddRange(server.TakeMissing().Distinct().Select(address => $"no file {address}"));
        problems.AddRange(browser.TakeErrors().Distinct().Select(error => $"a script failed: {error}"));

        return problems;
    }

    private static IEnumerable<string> Texts(JsonNode? array) =>
        array!.AsArray().Select(text => text!.GetValue<string>());
}

using System.Text.Json.Nodes;

namespace LossKit.SiteCheck;

/// <summary>Opens pages on a desktop and on a phone, and says what is wrong with them.</summary>
internal sealed class PageCheck(SiteServer server, Browser browser, string screenshots)
{
    private const int PhoneWidth = 390;

    // Every so many pages one is kept as a picture, to be looked at.
    private const int PicturesEvery = 20;

    private int _opened;

    /// <summary>What is wrong with the page; nothing if all is well.</summary>
    public async Task<IReadOnlyList<string>> Problems(string page)
    {
        List<string> problems = [];
        bool isKept = _opened++ % PicturesEvery == 0 || !page.Contains('/', StringComparison.Ordinal);
        Uri address = new(server.Root, page);
        await browser.Resize(1280, 900);
        await browser.Open(address);
        JsonNode seen = (await browser.Evaluate(
            """
            ({
              links: [...document.querySelectorAll('a[href]')].map(a => a.href),
              broken: [...document.images].filter(i => !i.complete || i.naturalWidth === 0).map(i => i.src),
              title: document.querySelector('h1')?.innerText ?? ''
            })
            """))!;
        problems.AddRange(Texts(seen["broken"]).Select(picture => $"no picture {picture}"));
        foreach (string link in Texts(seen["links"]).Distinct())
        {
            if (Uri.TryCreate(link, UriKind.Absolute, out Uri? target)
                && target.Authority == server.Root.Authority
                && server.File(target) is null)
            {
                problems.Add($"no page {target.AbsolutePath}");
            }
        }

        if (seen["title"]!.GetValue<string>().Length == 0)
        {
            problems.Add("no title");
        }

        string name = page.Replace('/', '-').Replace(".html", "", StringComparison.Ordinal);
        if (isKept)
        {
            await browser.Save(Path.Combine(screenshots, $"{name}-desktop.png"));
        }

        await browser.Resize(PhoneWidth, 844);
        await browser.Evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        int width = (await browser.Evaluate("document.documentElement.scrollWidth"))!.GetValue<int>();
        if (width > PhoneWidth)
        {
            string widest = (await browser.Evaluate(
                """
                [...document.querySelectorAll('article *, footer *, header *')]
                  .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
                  .map(e => e.tagName + ' ' + e.innerText?.slice(0, 40))[0] ?? ''
                """))!.GetValue<string>();
            problems.Add($"{width} pixels wide on a phone: {widest}");
        }

        if (isKept)
        {
            await browser.Save(Path.Combine(screenshots, $"{name}-phone.png"));
        }

        return problems;
    }

    private static IEnumerable<string> Texts(JsonNode? array) => array!.AsArray().Select(text => text!.GetValue<string>());
}

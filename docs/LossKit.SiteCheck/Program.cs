using LossKit.SiteCheck;

// Opens every page of the site in a browser: .ci/site says how.
if (args is not [string site, string screenshots, string command])
{
    Console.Error.WriteLine("Usage: LossKit.SiteCheck SITE SCREENSHOTS CHROMIUM");
    return 2;
}

Directory.CreateDirectory(screenshots);
using SiteServer server = new(site);
await using Browser browser = await Browser.Start(command);
PageCheck check = new(server, browser, screenshots);
int passed = 0;
int failed = 0;
foreach (string page in server.Pages)
{
    IReadOnlyList<string> problems = await check.Problems(page);
    passed += problems.Count == 0 ? 1 : 0;
    failed += problems.Count == 0 ? 0 : 1;
    foreach (string problem in problems)
    {
        Console.WriteLine($"{page}: {problem}");
    }
}

Console.WriteLine($"{passed} passed, {failed} failed");
return passed > 0 && failed == 0 ? 0 : 1;

using System.Text.RegularExpressions;
using LossKit.SiteCheck;

// Opens every page of the site in a browser: .ci/site says how.
if (args is not [string site, string screenshots, string command, .. string[] patterns])
{
    Console.Error.WriteLine("Usage: LossKit.SiteCheck SITE SCREENSHOTS CHROMIUM [PATTERN...]");
    return 2;
}

await using Browser browser = await Browser.Start(command);
int passed = 0;
int failed = 0;

// Who sees no fault has to be known to see faults.
using (FaultySite faulty = new())
{
    using SiteServer faults = new(faulty.Path);
    PageCheck ofFaults = new(faults, browser);
    foreach ((string page, string expected) in FaultySite.Faults)
    {
        string found = string.Join("; ", await ofFaults.Problems(page));
        bool isRight = expected.Length == 0 ? found.Length == 0 : found.Contains(expected, StringComparison.Ordinal);
        passed += isRight ? 1 : 0;
        failed += isRight ? 0 : 1;
        if (!isRight)
        {
            Console.WriteLine($"planted {page}: expected '{expected}', found '{found}'");
        }
    }
}

Directory.CreateDirectory(screenshots);
using SiteServer server = new(site);
PageCheck check = new(server, browser, screenshots, picturesEvery: patterns.Length > 0 ? 1 : 20);
foreach (string page in server.Pages.Where(page => Array.TrueForAll(patterns, of => Regex.IsMatch(page, of))))
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

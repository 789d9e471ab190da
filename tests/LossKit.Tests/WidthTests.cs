using System.Diagnostics;
using System.Globalization;
using LossKit.Tests.Support;
using Xunit.Abstractions;

namespace LossKit.Tests;

/// <summary>
/// The tests of kernels, of the category <c>Kernels</c>, again in processes that are denied the widest registers. What
/// goes over every formula, of the category <c>Formulas</c>, comes at one width, since no formula knows the width, and
/// others are asked about what stands for all, in floats, since both formats have the same loops; with
/// LOSSKIT_WIDTHS=256 in the environment, all comes at that width, too, and with LOSSKIT_WIDTHS=all at every one.
/// Registers of 128 bits come on request: their loops are those of 256.
/// </summary>
public sealed class WidthTests(ITestOutputHelper output)
{
    private const string Legs = "Legs";

    [Fact, Trait("Category", "Kernels")]
    public void This_process_has_the_width_it_was_started_for()
    {
        string? expected = Environment.GetEnvironmentVariable(Width.Expected);
        output.WriteLine($"Losses run on registers of {Width.Current} bits (0: one number at a time).");
        if (expected is not null)
        {
            Width.Current.Should().Be(int.Parse(expected, CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Otherwise tests that compare widths would compare one with itself.</summary>
    [Fact, Trait("Category", "Kernels")]
    public void Loops_run_at_the_width_that_is_asked_for() =>
        Enum.GetValues<LaneWidth>().Should().OnlyContain(width => LaneWidths.Of(width) == width);

    [WidthFact(512), Trait("Category", Legs)]
    public Task Without_512_bits() => RunLeg("DOTNET_EnableAVX512", "0", 256);

    [WidthFact(256, onRequest: "128"), Trait("Category", Legs)]
    public Task With_128_bits() => RunLeg("DOTNET_PreferredVectorBitWidth", "128", 128);

    [WidthFact(128), Trait("Category", Legs)]
    public Task Without_registers() => RunLeg("DOTNET_EnableHWIntrinsic", "0", 0);

    private async Task RunLeg(string variable, string value, int expectedWidth)
    {
        string width = expectedWidth.ToString(CultureInfo.InvariantCulture);
        ProcessStartInfo start = new("dotnet")
        {
            ArgumentList = { "exec", typeof(WidthTests).Assembly.Location },
            Environment =
            {
                [variable] = value,
                [Width.Expected] = width,

                // Each loop runs for a moment only: code that is improved step by step would take longer.
                ["DOTNET_TieredCompilation"] = "0",
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string printed = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        output.WriteLine(printed);
        process.ExitCode.Should().Be(0, printed + await errors);
        printed.Should().MatchRegex(@"\b[1-9]\d\d+ passed");
    }
}

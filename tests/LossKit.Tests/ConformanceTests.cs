using System.Text.Json.Nodes;
using LossKit.Conformance;

namespace LossKit.Tests;

/// <summary>The conformance runner on the public cases, and on cases with planted errors.</summary>
public sealed class ConformanceTests
{
    private static readonly string s_cases = Path.Combine(AppContext.BaseDirectory, "cases");

    /// <summary>
    /// How many cases of a file are of losses that the library does not have yet; all others must pass.
    /// </summary>
    private static readonly Dictionary<string, int> s_unknown = new()
    {
        ["binary"] = 0,
        ["detection"] = 0,
        ["distillation"] = 0,
        ["distribution"] = 0,
        ["generative"] = 0,
        ["images"] = 0,
        ["linear_cross_entropy"] = 0,
        ["margin"] = 0,
        ["metric"] = 0,
        ["metric2"] = 0,
        ["multiclass"] = 0,
        ["multiclass2"] = 0,
        ["multilabel"] = 0,
        ["pointwise"] = 0,
        ["pointwise2"] = 0,
        ["policy"] = 0,
        ["preference"] = 0,
        ["ranking"] = 0,
        ["segmentation"] = 0,
        ["sequence"] = 0,
        ["survival"] = 0,
    };

    public static TheoryData<string> Files => new(s_unknown.Keys);

    [Theory, Trait("Category", "Formulas")]
    [MemberData(nameof(Files))]
    public void Public_cases_pass(string file)
    {
        (int exitCode, string output) = Run(["--allow-unsupported", Path.Combine(s_cases, $"{file}.json")]);
        exitCode.Should().Be(0, output);
        output.Should().Contain($"\n{s_unknown[file]} cases of unknown losses")
            .And.MatchRegex(@"(?m)^\d+ passed, 0 failed$");
    }

    [Fact]
    public void All_public_files_are_known() => Directory.GetFiles(s_cases, "*.json")
        .Select(Path.GetFileNameWithoutExtension).Should().BeEquivalentTo(s_unknown.Keys);

    [Fact]
    public void An_unknown_loss_fails_without_the_flag()
    {
        JsonNode file = Load("margin.json");
        Case(file, "hinge", "value")["loss"] = "no_such_loss";
        string path = Save(file);
        Run([path]).ExitCode.Should().Be(1);
        Run(["--allow-unsupported", path]).ExitCode.Should().Be(0);
    }

    [Theory]
    [InlineData("value")]
    [InlineData("per_sample")]
    [InlineData("gradient")]
    [InlineData("hessian")]
    [InlineData("gradient_policy_rejected", "preference.json", "dpo")]
    [InlineData("hessian_variance", "distribution.json", "normal_nll")]
    [InlineData("gradient", "segmentation.json", "soft_dice")]
    [InlineData("hessian", "ranking.json", "pairwise_logistic")]
    [InlineData("hessian", "survival.json", "cox")]
    public void A_wrong_expected_number_is_seen(
        string field, string of = "binary.json", string loss = "binary_cross_entropy_logits")
    {
        JsonNode file = Load(of);
        JsonNode wrong = Case(file, loss, field);
        if (wrong[field] is JsonArray array)
        {
            array[^1] = array[^1]!.GetValue<double>() + 1e-6;
        }
        else
        {
            wrong[field] = wrong[field]!.GetValue<double>() + 1e-6;
        }

        (int exitCode, string output) = Run(["--allow-unsupported", Save(file)]);
        exitCode.Should().Be(1);
        output.Should().Contain(wrong["id"]!.GetValue<string>()).And.Contain(field).And.Contain(", 1 failed");
    }

    [Fact]
    public void Bad_files_are_errors()
    {
        Run(["no-such-file.json"]).ExitCode.Should().Be(2);
        Run([]).ExitCode.Should().Be(2);
    }

    private static JsonNode Load(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(s_cases, name)))!;

    private static JsonNode Case(JsonNode file, string loss, string field) => file["cases"]!.AsArray()
        .First(node => node!["loss"]!.GetValue<string>() == loss && node[field] is not null)!;

    private static string Save(JsonNode file)
    {
        string path = Path.Combine(Path.GetTempPath(), $"losskit-{Guid.NewGuid():N}.json");
        File.WriteAllText(path, file.ToJsonString());
        return path;
    }

    private static (int ExitCode, string Output) Run(IReadOnlyList<string> arguments)
    {
        using StringWriter output = new();
        int exitCode = ConformanceRun.Run(arguments, output, output);
        return (exitCode, output.ToString());
    }
}

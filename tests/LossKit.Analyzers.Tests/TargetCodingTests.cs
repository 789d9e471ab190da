using System.Reflection;

namespace LossKit.Analyzers.Tests;

public sealed class TargetCodingTests
{
    private const string Rule = "LOSSKIT006";

    [Theory]
    [InlineData("Loss.Hinge<float>().Value(x, {0});", "[1, [|0|], 1]", "[1, -1, 1]")]
    [InlineData("Loss.Hinge<float>().Value(x, {0});", "new float[] { [|0|], 0f, 1 }", "new float[] { -1, -1f, 1 }")]
    [InlineData("Loss.Hinge<float>().ValueAndGradient(x, {0}, g);", "[[|0.0f|]]", "[-1.0f]")]
    [InlineData("Loss.Hinge<float>().At(1, {0});", "[|0|]", "-1")]
    [InlineData("var two = new object[] {{ 0, Loss.Hinge<float>().At(1, {0}) }};", "[|0f|]", "-1f")]
    [InlineData("Loss.Logistic<float>().Scaled(2).Value(targets: {0}, predictions: x);", "[[|0|], 1]", "[-1, 1]")]
    [InlineData("Loss.SquaredHinge<float>().ClassWeighted(1, 2).PerExample(x, {0}, g);", "[[|0|]]", "[-1]")]
    [InlineData("Loss.BinaryCrossEntropyLogits<float>().Value(x, {0});", "[1, [|-1|], -1f]", "[1, 0, 0f]")]
    [InlineData("Loss.BinaryFocalLogits<float>().Value(x, {0});", "[[|-1.0f|], 1]", "[0.0f, 1]")]
    [InlineData("Loss.Hinge<float>().WithZeroOneTargets().Value(x, {0});", "[[|-1|], 1]", "[0, 1]")]
    public Task Targets_of_the_other_coding_are_found(string call, string targets, string expected) => Snippet.Becomes(
        Rule, Of(With(call, targets)), Of(With(call, expected)));

    [Theory]
    [InlineData("const float Zero = 0; Loss.Hinge<float>().Value(x, [[|Zero|], 1]);")]
    [InlineData("const float Zero = 0; Loss.Hinge<float>().Value(x, [[|0|], 1, Zero]);")]
    [InlineData("Loss.Hinge<float>().Value(x, [[|-0f|], 1]);")]
    [InlineData("Loss.Hinge<float>().Value(x, [[|default|], 1]);")]
    [InlineData("Loss.Hinge<float>().Value(x, [[|0x0|], 1]);")]
    [InlineData("Loss.Hinge<float>().Value(x, [[|0.0e2f|], 1]);")]
    [InlineData("Loss.Hinge<float>().At(1f, [|-0f|]);")]
    public Task What_is_no_plain_number_is_not_written_anew(string body) => Snippet.HasNoFix(Rule, Of(body));

    [Theory]
    [InlineData("var loss = Loss.Hinge<float>(); loss.Value(x, [[|0|], 1]);")]
    [InlineData("ILoss<float, float> loss = Loss.Hinge<float>(); loss.Value(x, [[|0|], 1]);")]
    [InlineData("PointwiseLoss<float> loss = Loss.Hinge<float>(); float[] t = [1, [|0|]]; loss.Value(x, t);")]
    [InlineData("float[] t = { 1, [|0|] }; Loss.Hinge<float>().Value(x, t.AsSpan());")]
    [InlineData("Span<float> t = [1, [|0|]]; float y = t[0] + t.Length; Loss.Hinge<float>().Value(x, t);")]
    [InlineData("float[] t = [1, [|0|]]; foreach (float y in t) { g[0] += y; } Loss.Hinge<float>().Value(x, t);")]
    [InlineData("float[] t = [1, [|0|]]; float y = t[0]; n = t.Length; Loss.Hinge<float>().Value(x, t);")]
    [InlineData("ReadOnlySpan<float> t = [1, [|-1|]]; Loss.BinaryCrossEntropy<float>().Value(x, t);")]
    public Task Through_a_variable_too(string body) => Snippet.Finds(Rule, Of(body));

    [Theory]
    [InlineData("PointwiseLoss<float, Margin<Hinge>> loss = loss; loss.Value(x, [[|0|], 1]);", "CS0165")]
    [InlineData("PointwiseLoss<float, BinaryCrossEntropyLogits> loss = loss; loss.Value(x, [0, 1]);", "CS0165")]
    [InlineData("PointwiseLoss<float> a = b, b = a; a.Value(x, [0, 1]);", "CS0841")]
    [InlineData("var loss = loss; loss.Value(x, [0, 1]);", "CS0841")]
    [InlineData("var a = b; var b = a; a.Value(x, [0, 1]);", "CS0841")]
    [InlineData("PointwiseLoss<float> a, b; a = b; b = a; a.Value(x, [0, 1]);", "CS0165")]
    [InlineData("float[] t = t; Loss.Hinge<float>().Value(x, t);", "CS0165")]
    public Task Variables_that_are_declared_by_themselves_come_to_an_end(string body, string error) =>
        Snippet.FindsInTime(Rule, Of(body), error);

    [Fact]
    public async Task The_message_says_what_to_write()
    {
        (await Snippet.Finds(Rule, Of("Loss.Hinge<float>().Value(x, [[|0|], 1]);"))).Should().Equal(
            "Targets of 'Margin<Hinge>' are -1 and +1, and 0 is none: write -1, or take the loss WithZeroOneTargets()");
        (await Snippet.Finds(Rule, Of("Loss.BinaryCrossEntropy<float>().Value(x, [[|-1|], 1]);"))).Should().Equal(
            "Targets of 'BinaryCrossEntropy' are in [0, 1], and -1 is none: write 0");
    }

    [Theory]
    [InlineData("Loss.Hinge<float>().Value(x, [1, -1]);")]
    [InlineData("Loss.Hinge<float>().Value([0, 1], [1, -1]);")]
    [InlineData("Loss.Hinge<float>().Value(x, [1, -1], [0, 1]);")]
    [InlineData("Loss.Hinge<float>().Value(x, [1, 0, -1]);")]
    [InlineData("Loss.Hinge<float>().WithZeroOneTargets().Value(x, [0, 1]);")]
    [InlineData("Loss.BinaryCrossEntropyLogits<float>().Value(x, [0, 1, 0.5f]);")]
    [InlineData("Loss.BinaryCrossEntropyLogits<float>().Value([-1, 1], [0, 1]);")]
    [InlineData("Loss.SquaredError<float>().Value(x, [0, 1]); Loss.SquaredError<float>().Value(x, [-1, 1]);")]
    [InlineData("Loss.Hinge<float>().Value(x, g);")]
    [InlineData("Loss.Hinge<float>().At(1f, '\\x01');")]
    [InlineData("float[] t = [0, 0]; t[0] = 1; Loss.Hinge<float>().Value(x, t);")]
    [InlineData("float[] t = [0, 1]; t[0] = -1; Loss.Hinge<float>().Value(x, t);")]
    [InlineData("float[] t = [0, 1]; t = g; Loss.Hinge<float>().Value(x, t);")]
    [InlineData("float[] t = [0, 0]; Array.Fill(t, 1); Loss.Hinge<float>().Value(x, t);")]
    [InlineData("float[] t = [0, 1]; Signs(t); Loss.Hinge<float>().Value(x, t);")]
    [InlineData("float[] t = [0, 1]; Signs(t.AsSpan()); Loss.Hinge<float>().Value(x, t);")]
    [InlineData("float[] t = [0, 1]; t.AsSpan().Replace(0, -1); Loss.Hinge<float>().Value(x, t);")]
    [InlineData("float[] t = [0, 1]; t[0]--; Loss.Hinge<float>().Value(x, t);")]
    [InlineData("float[] t = [0, 1]; t[0] -= 1; Loss.Hinge<float>().Value(x, t);")]
    [InlineData("float[] t = [0, 1]; One(ref t[0]); Loss.Hinge<float>().Value(x, t);")]
    [InlineData("float[] t = [0, 1]; (t[0], n) = (-1, 2); Loss.Hinge<float>().Value(x, t);")]
    [InlineData("float[] t = [0, 1]; (t, n) = (g, 2); Loss.Hinge<float>().Value(x, t);")]
    [InlineData("float[] t = [0, 1]; ref float y = ref t[0]; y = -1; Loss.Hinge<float>().Value(x, t);")]
    [InlineData("float[] t = [0, 1]; float[] u = t; u[0] = -1; Loss.Hinge<float>().Value(x, t);")]
    [InlineData("float[] t = [0, 1]; Span<float> u = t; u[0] = -1; Loss.Hinge<float>().Value(x, t);")]
    [InlineData("Span<float> t = [0, 1]; t[0] = -1; Loss.Hinge<float>().Value(x, t);")]
    [InlineData("Span<float> t = [0, 1]; foreach (ref float y in t) { y = -1; } Loss.Hinge<float>().Value(x, t);")]
    [InlineData("PointwiseLoss<float> loss = Loss.Hinge<float>(); Other(out loss); loss.Value(x, [0, 1]);")]
    [InlineData("float[] t = [0, n]; Loss.Hinge<float>().Value(x, t);")]
    [InlineData("float[] t = new float[3]; Loss.Hinge<float>().Value(x, t);")]
    [InlineData("PointwiseLoss<float> loss = Loss.Hinge<float>(); loss = unknown; loss.Value(x, [0, 1]);")]
    [InlineData("unknown.Value(x, [0, 1]); unknown.Value(x, [-1, 1]);")]
    public Task Targets_of_the_loss_own_coding_pass(string body) => Snippet.Passes(Of(body));

    /// <summary>The analyzer knows formulas by their names; these are the ones whose facts say so.</summary>
    [Fact]
    public void The_coding_is_that_of_the_facts()
    {
        IEnumerable<(string Name, TargetCodingAnalyzer.Coding)> known =
            from type in typeof(Formulas.IPointwiseFormula).Assembly.GetExportedTypes()
            where typeof(Formulas.IPointwiseFormula).IsAssignableFrom(type) && type.IsValueType && !type.IsGenericType
            let facts = ((Formulas.IPointwiseFormula)Activator.CreateInstance(type)!).Facts
            let coding = facts.Targets == Domain.Signs ? TargetCodingAnalyzer.Coding.Signs
                : facts.Targets == Domain.Probabilities ? TargetCodingAnalyzer.Coding.Probabilities
                : TargetCodingAnalyzer.Coding.Any
            select (type.Name, coding);
        known.Should().HaveCountGreaterThan(40);
        known.Should().OnlyContain(one => TargetCodingAnalyzer.Of(one.Name) == one.Item2);
        known.Should().Contain(("HingeEmbedding", TargetCodingAnalyzer.Coding.Signs));
    }

    private static string With(string call, string targets) =>
        string.Format(System.Globalization.CultureInfo.InvariantCulture, call, targets);

    private static string Of(string body) => $$"""
        class User
        {
            void Use(float[] x, float[] g, float n, PointwiseLoss<float> unknown)
            {
                {{body}}
            }

            static void Signs(Span<float> targets) => targets[0] = -1;

            static void One(ref float target) => target = -1;

            static void Other(out PointwiseLoss<float> loss) => loss = Loss.BinaryCrossEntropy<float>();
        }
        """;
}

namespace LossKit.Analyzers.Tests;

public sealed class LaneBranchTests
{
    private const string Rule = "LOSSKIT004";

    // 'Operator cannot be applied': lanes have none that compare.
    private const string NoOperator = "CS0019";

    [Theory]
    [InlineData("error > 0.0 ? error : -error", "TLane.SelectGreater(error, 0.0, error, -error)")]
    [InlineData("(error < target ? error : target)", "(TLane.SelectGreater(target, error, error, target))")]
    [InlineData("0.0 >= error ? 1.0 : error", "TLane.SelectGreater(error, 0.0, error, 1.0)")]
    [InlineData("(error <= (2.0)) ? target : (error + 1.0)", "TLane.SelectGreater(error, 2.0, error + 1.0, target)")]
    public Task A_choice_becomes_a_selection(string choice, string expected) => Snippet.Becomes(
        Rule,
        Formula($"TLane loss = {Marked(choice)}; return loss;"),
        Formula($"TLane loss = {expected}; return loss;"),
        NoOperator);

    [Theory]
    [InlineData("if ([|error > 0.0|]) { return error; } return -error;")]
    [InlineData("while ([|error > 0.0|]) { error = 0.5 * error; } return error;")]
    public Task Branches_that_do_not_compile_are_explained(string body) =>
        Snippet.HasNoFix(Rule, Formula(body), NoOperator);

    [Theory]
    [InlineData("if ([|error.Equals(target)|]) { return error; } return -error;")]
    [InlineData("return [|Unsafe.As<TLane, double>(ref error) > 0|] ? error : -error;")]
    [InlineData("double x = Unsafe.As<TLane, double>(ref error); double y = x + 1; return [|y > 1|] ? error : 0.0;")]
    [InlineData("bool same; same = error.Equals(target); return [|same|] ? error : target;")]
    [InlineData("double x = 0; x += Unsafe.As<TLane, double>(ref error); return [|x > 0|] ? error : target;")]
    [InlineData(
        "int x = 0, y = 0; for (int i = 0; i < 2; i++) { y = x; x = error.GetHashCode(); } "
        + "return [|y > 1|] ? error : target;")]
    [InlineData("return [|error.Equals(target)|] switch { true => error, _ => target };")]
    [InlineData("switch ([|error.GetHashCode()|]) { case 0: return error; default: return target; }")]
    [InlineData("for (int i = 0; [|!error.Equals(target)|]; i++) { error = target; } return error;")]
    [InlineData("do { error = target; } while ([|!error.Equals(target)|]); return error;")]
    public Task Branches_on_what_was_read_off_a_lane_are_found(string body) => Snippet.Finds(Rule, Formula(body));

    [Fact]
    public async Task The_message_says_what_to_write() =>
        (await Snippet.Finds(Rule, Formula("return [|error.Equals(target)|] ? error : target;"))).Should().Equal(
            "This decides once for all examples of a lane: compute both sides and pick by TLane.SelectGreater(left, "
            + "right, ifGreater, otherwise)");

    [Theory]
    [InlineData("return _p.Value > 1 ? error : target;")]
    [InlineData("if (_p.Value > 1) { return _p * error; } return error;")]
    [InlineData("for (int i = 0; i < 3; i++) { error = error + target; } return error;")]
    [InlineData("double x = 2 * _p.Value; return x > 1 ? error : target;")]
    [InlineData("return typeof(TLane) == typeof(int) ? error : target;")]
    [InlineData("return nameof(error).Length > 2 ? error : target;")]
    [InlineData("return TLane.SelectGreater(error, 0.0, error, target);")]
    [InlineData("Span<double> of = stackalloc double[2]; of[0] = _p.Value; return of[0] > 1 ? error : target;")]
    public Task Branches_on_parameters_pass(string body) => Snippet.Passes(Formula(body));

    [Fact]
    public Task A_parameter_itself_is_compared_by_nothing_and_is_none_of_a_lane() => Snippet.Finds(
        "", Formula("return _p > 1.0 ? error : target;"), NoOperator);

    [Fact]
    public Task Helpers_of_a_formula_are_looked_at_and_others_are_not() => Snippet.Finds(
        Rule,
        """
        readonly struct Own : IMarginFormula
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> => Helped(margin);

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            private static TLane Helped<TLane>(TLane x) where TLane : struct, ILane<TLane> =>
                [|x.Equals(default(TLane))|] ? x : 2.0 * x;

            public override bool Equals(object? other) => other is Own;

            public override int GetHashCode() => 0;
        }
        static class Elsewhere
        {
            static bool AreEqual<T>(T x, T y) where T : struct => x.Equals(y) ? true : false;
        }
        """);

    private static string Marked(string choice)
    {
        string condition = choice.Split(" ?")[0];
        string bare = condition.StartsWith("((", StringComparison.Ordinal) || !condition.EndsWith(')')
            ? condition.TrimStart('(')
            : condition;
        return choice.Replace(bare, $"[|{bare}|]", StringComparison.Ordinal);
    }

    private static string Formula(string body) => $$"""
        readonly struct Own(double p) : IPointwiseFormula
        {
            private readonly Parameter _p = p;

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public TLane Loss<TLane>(TLane error, TLane target) where TLane : struct, ILane<TLane>
            {
                {{body}}
            }
        }
        """;
}

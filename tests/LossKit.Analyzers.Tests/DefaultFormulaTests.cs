namespace LossKit.Analyzers.Tests;

public sealed class DefaultFormulaTests
{
    private const string Rule = "LOSSKIT001";

    [Theory]
    [InlineData("default(Huber)")]
    [InlineData("new Huber()")]
    [InlineData("default(BinaryCrossEntropyLogits)")]
    [InlineData("default(Margin<SmoothedHinge>)")]
    [InlineData("default(Scaled<SquaredError>)")]
    [InlineData("default(Clipped<Huber>)")]
    public Task What_has_no_parameters_is_found(string made) =>
        Snippet.Finds(Rule, $$"""class User { object Made => [|{{made}}|]; }""");

    [Fact]
    public async Task Where_the_type_is_not_written_too() => await Snippet.Finds(
        Rule,
        """
        class User
        {
            readonly Huber _field = [|new()|];
            object Loss() => LossKit.Loss.FromFormula<double, Huber>([|default|]);
        }
        """);

    [Fact]
    public async Task The_message_names_formula_and_parameters() =>
        (await Snippet.Finds(Rule, "class User { object Made => [|default(BinaryCrossEntropyLogits)|]; }"))
            .Should().Equal(
                "'BinaryCrossEntropyLogits' has parameters, which are missing here: "
                + "call its constructor with 'positiveWeight', 'labelSmoothing'");

    [Fact]
    public async Task Own_formulas_are_found_and_other_structs_are_not() => await Snippet.Finds(
        Rule,
        """
        readonly struct Own(double cost) : IMarginFormula
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> => cost * margin;
        }
        readonly struct Other(double cost) { public double Cost => cost; }
        readonly struct WithDefault(double cost) : IMarginFormula
        {
            public WithDefault() : this(1) { }
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> => cost * margin;
        }
        class User
        {
            object[] Made => [[|default(Own)|], [|new Own()|], default(Other), new WithDefault(), new Own(1)];
        }
        """);

    [Theory]
    [InlineData("new Huber(1)")]
    [InlineData("default(SquaredError)")]
    [InlineData("new SquaredError()")]
    [InlineData("default(Margin<Hinge>)")]
    [InlineData("new BinaryCrossEntropyLogits()")]
    [InlineData("new Poly1()")]
    [InlineData("default(Parameter)")]
    [InlineData("default(Cost)")]
    [InlineData("default(double)")]
    public Task What_needs_none_passes(string made) =>
        Snippet.Passes($$"""class User { object Made => {{made}}; }""");

    [Fact]
    public Task A_formula_that_is_made_of_another_of_its_kind_passes() => Snippet.Passes(
        """
        readonly struct Own : IMarginFormula
        {
            public Own(Own other) { }
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> => margin;
        }
        class User { object[] Made => [default(Own), new Own()]; }
        """);

    [Fact]
    public Task A_formula_that_is_made_of_many_of_its_kind_comes_to_an_end() => Snippet.FindsInTime(
        Rule,
        $$"""
        readonly struct Own<T> : IMarginFormula
        {
            public Own({{string.Join(", ", Enumerable.Range(0, 30).Select(k => $"Own<T> a{k}"))}}) { }
            public Own({{string.Join(", ", Enumerable.Range(0, 31).Select(k => $"Own<Own<T>> a{k}"))}}) { }
            public Own({{string.Join(", ", Enumerable.Range(0, 32).Select(k => $"Own<(T, T)> a{k}"))}}) { }
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> => margin;
        }
        class User { object[] Made => [default(Own<int>), new Own<int>()]; }
        """);

    [Fact]
    public Task A_formula_that_is_not_known_passes() => Snippet.Passes(
        "class User { TFormula Made<TFormula>() where TFormula : struct, IPointwiseFormula => default; }");
}

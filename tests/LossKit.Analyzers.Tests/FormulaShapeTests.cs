namespace LossKit.Analyzers.Tests;

public sealed class FormulaShapeTests
{
    private const string NotInlined = "LOSSKIT002";

    private const string NotReadonly = "LOSSKIT003";

    [Fact]
    public Task A_method_gets_its_attribute_beneath_its_comment() => Snippet.Becomes(
        NotInlined,
        """
        public readonly struct Own(double cost) : IPointwiseFormula
        {
            /// <summary>The loss.</summary>
            public TLane [|Loss|]<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
                cost * [|Squared|](prediction - target);

            private static TLane Squared<TLane>(TLane x) where TLane : struct, ILane<TLane> => TLane.Square(x);
        }
        """.Replace("[|Squared|]", "Squared", StringComparison.Ordinal)
            .Replace("TLane Squared<", "TLane [|Squared|]<", StringComparison.Ordinal),
        """
        public readonly struct Own(double cost) : IPointwiseFormula
        {
            /// <summary>The loss.</summary>
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
                cost * Squared(prediction - target);

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            private static TLane Squared<TLane>(TLane x) where TLane : struct, ILane<TLane> => TLane.Square(x);
        }
        """);

    [Theory]
    [InlineData(
        "[MethodImpl(MethodImplOptions.AggressiveOptimization)]",
        "[MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.AggressiveInlining)]")]
    [InlineData(
        "[Obsolete, MethodImpl((MethodImplOptions)512)]",
        "[Obsolete, MethodImpl((MethodImplOptions)512 | MethodImplOptions.AggressiveInlining)]")]
    [InlineData("[MethodImpl((short)512)]", null)]
    [InlineData("[MethodImpl(MethodImplOptions.AggressiveOptimization, MethodCodeType = 0)]", null)]
    [InlineData("[MethodImpl]", null)]
    public Task A_method_that_has_the_attribute_gets_no_second_one(string written, string? expected) =>
        expected is null
            ? Snippet.HasNoFix(NotInlined, WithAttribute(written, "[|Loss|]"))
            : Snippet.Becomes(NotInlined, WithAttribute(written, "[|Loss|]"), WithAttribute(expected, "Loss"));

    [Theory]
    [InlineData("IMarginFormula", "public TLane [|Loss|]<TLane>(TLane m) where TLane : struct, ILane<TLane> => m;")]
    [InlineData("IMarginFormula", "TLane IMarginFormula.[|Loss|]<TLane>(TLane m) => m;")]
    [InlineData("ITrueClassFormula", "public TLane [|Loss|]<TLane>(TLane l) where TLane : struct, ILane<TLane> => l;")]
    [InlineData("IPairWeight", "TLane IPairWeight.[|Weight|]<TLane>(TLane higher, TLane lower) => higher;")]
    [InlineData("IAngleFormula", "TLane IAngleFormula.[|Score|]<TLane>(TLane angle, TLane margin) => angle;")]
    [InlineData("IFunction", "Derivatives<TLane> IFunction.[|At|]<TLane>(TLane x) => default;")]
    [InlineData(
        "ITupleFormula",
        """
        public static int Predictions => 1;
        public static int Targets => 0;
        public TLane [|Loss|]<TLane, TExample>(TExample x)
            where TLane : struct, ILane<TLane> where TExample : struct, IExample<TLane>, allows ref struct => x[0];
        """)]
    [InlineData(
        "IGroupFormula<SumFold, SumFold>",
        """
        public Entries<TLane> [|Entry|]<TLane>(TLane s, TLane t) where TLane : struct, ILane<TLane> => new(s, t);
        public TLane [|Loss|]<TLane>(TLane a, TLane b) where TLane : struct, ILane<TLane> => a;
        """)]
    public Task Formulas_of_every_kind_are_looked_at(string kind, string members) =>
        Snippet.Finds(NotInlined, $$"""readonly struct Own : {{kind}} { {{members}} }""");

    [Fact]
    public async Task The_message_names_the_method() =>
        (await Snippet.Finds(
            NotInlined,
            """
            readonly struct Own : IMarginFormula
            {
                TLane IMarginFormula.[|Loss|]<TLane>(TLane margin) => margin;
            }
            """))
            .Should().Equal(
                "'Own.Loss' costs a call for each register of examples: give it "
                + "[MethodImpl(MethodImplOptions.AggressiveInlining)]");

    [Theory]
    [InlineData("struct", "readonly struct")]
    [InlineData("public partial struct", "public readonly partial struct")]
    [InlineData("record struct", "readonly record struct")]
    public Task A_formula_becomes_readonly(string written, string expected)
    {
        const string Rest = """
             : IMarginFormula
            {
                [MethodImpl(MethodImplOptions.AggressiveInlining)]
                public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> => margin;
            }
            """;
        return Snippet.Becomes(NotReadonly, $"{written} [|Own|]{Rest}", $"{expected} Own{Rest}");
    }

    [Fact]
    public Task What_is_as_it_should_be_passes() => Snippet.Passes(
        """
        public readonly struct Own(double cost) : IPointwiseFormula
        {
            public LossFacts Facts => new() { Convexity = Convexity.Convex };

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
                cost * Rare(prediction - target);

            [MethodImpl(MethodImplOptions.NoInlining)]
            private static TLane Rare<TLane>(TLane x) where TLane : struct, ILane<TLane> => TLane.Square(x);

            public override string ToString() => $"costs {cost}";
        }
        struct NoFormula { public int Number; public T Of<T>(T x) => x; }
        interface IOwnFormula : IMarginFormula;
        static class Elsewhere { static TLane Twice<TLane>(TLane x) where TLane : struct, ILane<TLane> => x + x; }
        """);

    [Fact]
    public Task What_is_not_of_the_library_passes() => Snippet.Passes(
        """
        namespace Mine
        {
            interface IMarginFormula { TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane>; }
        }
        struct Own : Mine.IMarginFormula
        {
            public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> => margin;
        }
        """);

    private static string WithAttribute(string attribute, string name) => $$"""
        readonly struct Own : IMarginFormula
        {
            {{attribute}}
            public TLane {{name}}<TLane>(TLane margin) where TLane : struct, ILane<TLane> => margin;
        }
        """;
}

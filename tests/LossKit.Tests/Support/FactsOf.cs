using System.Globalization;
using System.Reflection;

namespace LossKit.Tests.Support;

/// <summary>
/// What a factory's losses say of themselves, for parameters of all sizes: where it depends on one, the words say how.
/// </summary>
internal static class FactsOf
{
    private static readonly double[] s_candidates =
    [
        double.NegativeInfinity, -1e6, -2, -1, -0.5, -0.1, 0, 0.1, 0.25, 0.5, 0.75, 0.9, 1, 1.25, 1.5, 1.75, 1.999, 2, 2.5, 3,
        4, 10, 100, 1e6,
    ];

    /// <summary>One word for all parameters, or "strictly for `alpha` ≥ 1, else no".</summary>
    public static string Describe(MethodInfo factory, Func<LossFacts, string> word)
    {
        object?[] usual = Usual(factory);
        List<string> descriptions = [];
        foreach (ParameterInfo parameter in factory.GetParameters())
        {
            if (parameter.ParameterType == typeof(bool))
            {
                descriptions.AddRange(new[] { WordFor(true)!, WordFor(false)! });
                continue;
            }

            if (parameter.ParameterType.IsEnum)
            {
                string rest = WordFor(usual[parameter.Position]!)!;
                string[] exceptions =
                [
                    .. from object value in Enum.GetValues(parameter.ParameterType)
                       where WordFor(value) != rest
                       select $"{WordFor(value)} for {value}",
                ];
                descriptions.Add(exceptions.Length == 0 ? rest : $"{string.Join(", ", exceptions)}, else {rest}");
                continue;
            }

            List<Run> runs = Runs(value => WordFor(value));
            descriptions.Add(Describe(parameter.Name!, runs));

            string? WordFor(object value)
            {
                object?[] arguments = [.. usual];
                arguments[parameter.Position] = value;
                return Facts(factory, arguments) is { } facts ? word(facts) : null;
            }
        }

        string ofUsual = word(Facts(factory, usual)!);
        string[] others = [.. descriptions.Where(description => description != ofUsual).Distinct()];
        return others switch
        {
            [] => ofUsual,
            [string one] => one,
            _ => throw new NotSupportedException($"{factory.Name} depends on several parameters: say how in the table."),
        };
    }

    private static string Describe(string name, List<Run> runs)
    {
        // What is said of more than one range, or first, is left for the end.
        string rest = runs.Where(run => runs.Count(other => other.Word == run.Word) > 1).FirstOrDefault()?.Word
            ?? runs.First(run => run.From != run.To || runs.Count == 1).Word;
        string[] conditions = [.. runs.Where(run => run.Word != rest).Select(run => $"{run.Word} {run.Condition(name)}")];
        return conditions.Length == 0 ? rest : $"{string.Join(", ", conditions)}, else {rest}";
    }

    /// <summary>What is smaller, no parameter may be.</summary>
    private const double SmallestParameter = 2.2250738585072014E-308;

    private static List<Run> Runs(Func<double, string?> word)
    {
        double[] valid = [.. s_candidates.Where(candidate => word(candidate) is not null)];
        List<Run> runs = [];
        foreach (double value in valid)
        {
            if (runs is [.., { } last] && last.Word == word(value))
            {
                last.To = value;
                continue;
            }

            // No lower bound but that of the parameter itself, which nothing has to be said of.
            Run run = new() { Word = word(value)!, From = value, To = value, HasLower = runs.Count > 0 };
            if (runs is [.., { } before])
            {
                bool isAfter = word(before.To == 0 ? SmallestParameter : double.BitIncrement(before.To)) == run.Word;
                bool isBefore = word(value == 0 ? -SmallestParameter : double.BitDecrement(value)) == before.Word;
                (isAfter || isBefore).Should().BeTrue($"a candidate is missing between {before.To} and {value}");
                (before.Upper, before.IncludesUpper) = isAfter ? (before.To, true) : (value, false);
                (run.Lower, run.IncludesLower) = isAfter ? (before.To, false) : (value, true);
                before.HasUpper = true;
            }
            else if (word(value == 0 ? -SmallestParameter : double.BitDecrement(value)) is null)
            {
                (run.Lower, run.IncludesLower) = (value, true);
            }

            runs.Add(run);
        }

        return runs;
    }

    private static object?[] Usual(MethodInfo factory)
    {
        ParameterInfo[] parameters = factory.GetParameters();
        object?[] arguments = [.. parameters.Select(parameter => parameter.HasDefaultValue ? parameter.DefaultValue : 0.5)];
        foreach (double required in new[] { 0.5, 1.5 })
        {
            foreach (ParameterInfo parameter in parameters.Where(parameter => !parameter.HasDefaultValue))
            {
                arguments[parameter.Position] = required;
            }

            if (Facts(factory, arguments) is not null)
            {
                return arguments;
            }
        }

        throw new NotSupportedException($"{factory.Name} has no usual parameters.");
    }

    /// <summary>Null if the factory refuses a parameter.</summary>
    private static LossFacts? Facts(MethodInfo factory, object?[] arguments)
    {
        try
        {
            return ((PointwiseLoss<double>)factory.MakeGenericMethod(typeof(double)).Invoke(null, arguments)!).Facts;
        }
        catch (TargetInvocationException refusal) when (refusal.InnerException is ArgumentException)
        {
            return null;
        }
    }

    /// <summary>A range of parameters of which the same is said.</summary>
    private sealed class Run
    {
        public required string Word { get; init; }

        public required double From { get; init; }

        public required double To { get; set; }

        public bool HasLower { get; init; }

        public double Lower { get; set; }

        public bool IncludesLower { get; set; }

        public bool HasUpper { get; set; }

        public double Upper { get; set; }

        public bool IncludesUpper { get; set; }

        public string Condition(string name)
        {
            if (IncludesLower && IncludesUpper && Lower == Upper)
            {
                return $"for `{name}` = {Text(Lower)}";
            }

            string upper = $"{(IncludesUpper ? "≤" : "<")} {Text(Upper)}";
            string less = IncludesLower ? "≤" : "<";
            return (HasLower, HasUpper) switch
            {
                (true, true) => $"for {Text(Lower)} {less} `{name}` {upper}",
                (true, false) => $"for `{name}` {(IncludesLower ? "≥" : ">")} {Text(Lower)}",
                _ => $"for `{name}` {upper}",
            };
        }

        private static string Text(double number) =>
            number.ToString(CultureInfo.InvariantCulture).Replace('-', '−');
    }
}

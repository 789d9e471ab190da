using System.Reflection;
using System.Text.RegularExpressions;

namespace LossKit.Tests.Support;

/// <summary>Which parameters of a factory a catalogue's code sets.</summary>
internal static partial class FactoryCoverage
{
    /// <summary>Factories of <see cref="Loss"/> whose losses are of a type.</summary>
    public static MethodInfo[] Factories(Func<Type, bool> isOfKind) =>
    [
        .. typeof(Loss).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => method.Name != nameof(Loss.Parse))
            .Where(method => method.ReturnType.IsGenericType && isOfKind(method.ReturnType)),
    ];

    /// <summary>The optional parameters that no call in the sources sets, such as <c>Huber.delta</c>.</summary>
    public static IEnumerable<string> Unset(MethodInfo factory, IEnumerable<string> sources)
    {
        ParameterInfo[] parameters = factory.GetParameters();
        string[][] calls = [.. sources.SelectMany(source => Arguments(factory.Name, source))];
        return parameters
            .Where((parameter, position) => parameter.HasDefaultValue && !calls.Any(arguments => arguments
                .Where((argument, index) => Named().Match(argument) is { Success: true } name
                    ? name.Groups[1].Value == parameter.Name
                    : index == position)
                .Any()))
            .Select(parameter => $"{factory.Name}.{parameter.Name}");
    }

    /// <summary>Whether any of the sources calls the factory.</summary>
    public static bool IsCalled(MethodInfo factory, IEnumerable<string> sources) =>
        sources.Any(source => Arguments(factory.Name, source).Any());

    /// <summary>The optional parameters of factories with their values, such as <c>Huber.delta = 1</c>.</summary>
    public static IEnumerable<string> Defaults(IEnumerable<MethodInfo> factories) =>
        from factory in factories
        from parameter in factory.GetParameters()
        where parameter.HasDefaultValue
        select FormattableString.Invariant($"{factory.Name}.{parameter.Name} = {parameter.DefaultValue}");

    /// <summary>The arguments of each call of a factory, split at the commas outside of parentheses.</summary>
    private static IEnumerable<string[]> Arguments(string factory, string source)
    {
        foreach (Match call in Regex.Matches(source, $@"Loss\.{factory}<[^>]*>\("))
        {
            int depth = 1;
            List<string> arguments = [string.Empty];
            for (int i = call.Index + call.Length; depth > 0; i++)
            {
                depth += source[i] switch { '(' => 1, ')' => -1, _ => 0 };
                if (depth == 1 && source[i] == ',')
                {
                    arguments.Add(string.Empty);
                }
                else if (depth > 0)
                {
                    arguments[^1] += source[i];
                }
            }

            yield return [.. arguments.Select(argument => argument.Trim())];
        }
    }

    [GeneratedRegex(@"^(\w+):")]
    private static partial Regex Named();
}

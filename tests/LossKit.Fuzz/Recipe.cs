using System.Globalization;
using System.Numerics;
using System.Reflection;

namespace LossKit.Fuzz;

/// <summary>
/// Losses by texts that <see cref="Loss.Parse{T, TLoss}"/> takes, made of all factories and modifiers that the library
/// has: a new one is drawn without a change here.
/// </summary>
internal static class Recipe
{
    private static readonly double[] s_numbers =
        [0, 0.1, 0.25, 0.5, 1, 1.5, 2, 3, 7.5, 1e-3, 1e3, -1, -0.5, double.NaN];

    /// <summary>The factories that have a name.</summary>
    public static IReadOnlyList<MethodInfo> Factories { get; } =
    [
        .. typeof(Loss).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => IsOfLosses(method)
                && method.GetGenericArguments().Length == 1
                && !method.Name.Contains("From", StringComparison.Ordinal)
                && method.Name != nameof(Loss.Parse))
            .OrderBy(method => method.Name, StringComparer.Ordinal),
    ];

    /// <summary>The names of what makes a loss of a loss.</summary>
    public static IReadOnlyList<string> Modifiers { get; } =
    [
        .. typeof(Loss).Assembly.GetExportedTypes()
            .Where(type => type != typeof(Loss))
            .SelectMany(type => type.GetMethods(
                BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(IsOfLosses)
            .Select(method => method.Name)
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>A factory with parameters at random, some of which it refuses.</summary>
    public static string Of(MethodInfo factory, Random random)
    {
        int size = random.Next(1, 6);
        return $"{factory.Name}({string.Join(", ", factory.GetParameters()
            .Where(parameter => !parameter.HasDefaultValue || random.Next(3) == 0)
            .Select(parameter => $"{parameter.Name}={Argument(parameter, size, random)}"))})";
    }

    /// <summary>The loss of a text with a modifier at random, which it may not have.</summary>
    public static string Modified(string text, Random random)
    {
        string modifier = Modifiers[random.Next(Modifiers.Count)];
        IEnumerable<string> arguments = modifier == "Plus"
            ? [text]
            : Enumerable.Range(0, random.Next(3)).Select(_ => Number(random));
        return $"{text}.{modifier}({string.Join(", ", arguments)})";
    }

    /// <summary>The loss that a text names; null if there is none, as a documented exception says.</summary>
    public static NamedMetric? Made<T>(string text) where T : unmanaged, IFloatingPointIeee754<T>
    {
        try
        {
            return Loss.Parse<T, NamedMetric>(text);
        }
        catch (Exception refusal) when (refusal is FormatException or NotSupportedException)
        {
            return null;
        }
        catch (ArgumentException refusal) when (!string.IsNullOrEmpty(refusal.ParamName))
        {
            return null;
        }
        catch (Exception other)
        {
            throw new Fault($"\"{text}\" ends in an exception that is not documented", other);
        }
    }

    private static bool IsOfLosses(MethodInfo method) => method.ReturnType.IsAssignableTo(typeof(NamedMetric));

    private static string Argument(ParameterInfo parameter, int size, Random random)
    {
        Type? inner = Nullable.GetUnderlyingType(parameter.ParameterType);
        Type type = inner ?? parameter.ParameterType;
        return (inner is not null || type == typeof(Link)) && random.Next(3) == 0 ? "null"
            : type == typeof(double) ? Number(random)
            : type == typeof(bool) ? random.Next(2) == 0 ? "true" : "false"
            : type.IsEnum ? Enum.GetNames(type)[random.Next(Enum.GetNames(type).Length)]
            : type == typeof(Link) ? random.Next(2) == 0 ? "log" : "softplus"
            : type == typeof(IReadOnlyList<double>)
                ? List(size * (parameter.Name == "costs" ? size : 1), () => Number(random))
            : type == typeof(IReadOnlyList<int>)
                ? List(random.Next(4) == 0 ? 0 : 1 + size % 3, () => $"{random.Next(1, 4)}")
            : parameter.HasDefaultValue && random.Next(4) == 0 ? $"{random.Next(-2, 9)}"
            : parameter.Name == "dimension" ? $"{random.Next(1, 6)}"
            : $"{size}";
    }

    private static string List(int count, Func<string> next) =>
        $"[{string.Join(", ", Enumerable.Range(0, count).Select(_ => next()))}]";

    private static string Number(Random random) =>
        s_numbers[random.Next(s_numbers.Length)].ToString(CultureInfo.InvariantCulture);
}

using System.Globalization;

namespace LossKit.Gallery;

/// <summary>Values and types as C# has them.</summary>
internal static class CodeText
{
    public static string Of(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        double number => Of(number),
        IEnumerable<double> numbers => $"[{string.Join(", ", numbers.Select(Of))}]",
        IEnumerable<int> numbers => $"[{string.Join(", ", numbers)}]",
        Enum member => $"{member.GetType().Name}.{member}",
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    public static string Of(double number) =>
        double.IsNegativeInfinity(number) ? "double.NegativeInfinity"
        : double.IsPositiveInfinity(number) ? "double.PositiveInfinity"
        : number.ToString("R", CultureInfo.InvariantCulture);

    public static string OfType(Type type) =>
        type == typeof(int) ? "int"
        : type == typeof(bool) ? "bool"
        : type == typeof(double) || type.IsGenericParameter ? "double"
        : Nullable.GetUnderlyingType(type) is { } inner ? OfType(inner) + "?"
        : type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GenericTypeArguments.Select(OfType))}>"
        : type.Name;

    /// <summary>A name that may be a word of the language.</summary>
    public static string Identifier(string name) => name == "base" ? "@base" : name;
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace LossKit.Internals.Naming;

/// <summary>
/// The arguments of a call as text, from a string like <c>$"{over}{under}"</c>: each is named as it stands there, so
/// that nobody types a parameter's name a second time.
/// </summary>
[InterpolatedStringHandler]
internal readonly ref struct CallText
{
    private readonly StringBuilder _text;

    [SuppressMessage("Style", "IDE0060", Justification = "The compiler passes both.")]
    public CallText(int literalLength, int formattedCount) => _text = new();

    public void AppendFormatted<TValue>(TValue value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        _text.Append(_text.Length == 0 ? "" : ", ").Append(name.TrimStart('@')).Append('=').Append(TextOf(value));

    /// <summary>The call of the method that asks, with no arguments.</summary>
    public static string Made([CallerMemberName] string name = "") => $"{name}()";

    /// <summary>The call of the method that asks.</summary>
    public static string Made(CallText arguments, [CallerMemberName] string name = "") =>
        $"{name}({arguments._text})";

    /// <summary>Numbers come back from it to the last bit.</summary>
    private static string TextOf(object? value) => value switch
    {
        null => Arguments.Null,
        bool isYes => isYes ? "true" : "false",
        IReadOnlyList<int> list => $"[{string.Join(", ", list.Select(number => TextOf(number)))}]",
        IReadOnlyList<double> list => $"[{string.Join(", ", list.Select(number => TextOf(number)))}]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IFormula formula when formula.ToString() == formula.GetType().ToString() => NameOf(formula),
        _ => value.ToString()!,
    };

    /// <summary>A formula that says nothing of itself, by its type and its fields.</summary>
    private static string NameOf(IFormula formula)
    {
        IEnumerable<string> fields = formula.GetType()
            .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(field => $"{ParameterChecks.NameOf(field)}={TextOf(field.GetValue(formula))}");
        string name = formula.GetType().Name.Split('`')[0];
        return fields.Any() ? $"{name}({string.Join(", ", fields)})" : name;
    }
}

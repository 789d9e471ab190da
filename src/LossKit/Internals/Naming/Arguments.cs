using System.Globalization;

namespace LossKit.Internals.Naming;

/// <summary>The arguments of a call in the order of its parameters, which are taken one after the other.</summary>
internal ref struct Arguments
{
    public const string Null = "null";

    private readonly string _call;
    private readonly NamedArgument[] _arguments;
    private int _taken;

    /// <param name="call">The call, in which arguments may be missing.</param>
    /// <param name="usual">The same call with all of its parameters.</param>
    /// <param name="required">How many of the first parameters must be given.</param>
    /// <exception cref="FormatException">An argument is missing, or none of the call's.</exception>
    public Arguments(NamedCall call, NamedCall usual, int required)
    {
        _call = usual.Name.Text;
        _arguments = [.. usual.Arguments];
        bool[] areGiven = new bool[_arguments.Length];
        for (int i = 0; i < call.Arguments.Count; i++)
        {
            NamedArgument argument = call.Arguments[i];
            int position = argument.Name is { } name
                ? Array.FindIndex(_arguments, parameter => Names.IsSame(parameter.Name!.Value.Text, name.Text))
                : i;
            TextPart part = argument.Name ?? argument.Value;
            if (position < 0 || position >= _arguments.Length)
            {
                string parameters = string.Join(", ", _arguments.Select(parameter => parameter.Name!.Value.Text));
                throw NamedCall.Error(
                    $"'{_call}' has no parameter for '{part.Text}': it has "
                    + $"{(parameters.Length == 0 ? "none" : parameters)}.",
                    part.Index);
            }

            NamedArgument parameter = _arguments[position];
            if (areGiven[position])
            {
                throw NamedCall.Error($"'{parameter.Name!.Value.Text}' of '{_call}' is given twice.", part.Index);
            }

            areGiven[position] = true;
            _arguments[position] = new(parameter.Name, argument.Value);
        }

        int missing = Array.IndexOf(areGiven, false);
        if (missing >= 0 && missing < required)
        {
            throw NamedCall.Error($"'{_call}' needs '{_arguments[missing].Name!.Value.Text}'.", call.Name.Index);
        }
    }

    /// <summary>The next argument.</summary>
    /// <exception cref="FormatException">It is not what the parameter takes.</exception>
    public TValue Next<TValue>()
    {
        NamedArgument argument = _arguments[_taken++];
        string text = argument.Value.Text;
        if (default(TValue) is null && Names.IsSame(text, Null))
        {
            return default!;
        }

        Type type = Nullable.GetUnderlyingType(typeof(TValue)) ?? typeof(TValue);
        (object? value, string expected) = type == typeof(double) ? ((object?)NumberOf(text), "a number")
            : type == typeof(int) ? (IntegerOf(text), "an integer")
            : type == typeof(bool) ? (bool.TryParse(text, out bool isYes) ? isYes : null, "true or false")
            : type == typeof(IReadOnlyList<double>) ? (ListOf(text, NumberOf), "a list of numbers, as [1, 2.5]")
            : type == typeof(IReadOnlyList<int>) ? (ListOf(text, IntegerOf), "a list of integers, as [1, 2]")
            : type == typeof(Link) ? (LinkOf(text), "identity, log or logit")
            : type.IsEnum ? (EnumOf(type, text), $"one of {string.Join(", ", Enum.GetNames(type))}")
            : throw new NotSupportedException($"No parameter of type {type} can be read.");
        return value is null
            ? throw NamedCall.Error(
                $"'{argument.Name!.Value.Text}' of '{_call}' must be {expected}, but is '{text}'.",
                argument.Value.Index)
            : (TValue)value;
    }

    /// <summary>The next argument, which is a loss.</summary>
    public TLoss Next<TLoss>(Names names) where TLoss : NamedMetric => names.Parse<TLoss>(_arguments[_taken++].Value);

    private static double? NumberOf(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;

    private static int? IntegerOf(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            ? number
            : null;

    private static TItem[]? ListOf<TItem>(string text, Func<string, TItem?> itemOf) where TItem : struct
    {
        if (!text.StartsWith('[') || !text.EndsWith(']'))
        {
            return null;
        }

        string[] parts = text[1..^1].Split(
            ',', StringSplitOptions.TrimEntries | (text == "[]" ? StringSplitOptions.RemoveEmptyEntries : 0));
        TItem?[] items = [.. parts.Select(itemOf)];
        return items.Contains(null) ? null : [.. items.Select(item => item!.Value)];
    }

    private static Link? LinkOf(string text) =>
        new[] { Link.Identity, Link.Log, Link.Logit }.FirstOrDefault(link => Names.IsSame(link.Name, text));

    // Only names: a number is what nobody reads.
    private static object? EnumOf(Type type, string text) =>
        Array.Find(Enum.GetNames(type), name => Names.IsSame(name, text)) is { } known ? Enum.Parse(type, known) : null;
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LossKit;

/// <summary>
/// Writes a <see cref="Cost"/> as JSON and reads it back to the last bit: sums with what their rounding has lost, the
/// count, and the power of two that the sums are multiplied with. NaN and infinities are named literals.
/// </summary>
/// <remarks>A member that is missing is 0, and those that are unknown are skipped.</remarks>
public sealed class CostJsonConverter : JsonConverter<Cost>
{
    private const string Sum = nameof(Cost.Sum);
    private const string SumError = nameof(CostAggregatorState.SumError);
    private const string Weight = nameof(Cost.Weight);
    private const string WeightError = nameof(CostAggregatorState.WeightError);
    private const string Count = nameof(Cost.Count);
    private const string Exponent = nameof(CostAggregatorState.Exponent);

    /// <inheritdoc/>
    public override Cost Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException($"A cost is an object, not a {reader.TokenType}.");
        }

        CompensatedSum sum = default;
        CompensatedSum weight = default;
        long count = 0;
        int exponent = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            if (Is(Sum))
            {
                sum = sum with { Sum = ReadNumber(ref reader, name) };
            }
            else if (Is(SumError))
            {
                sum = sum with { Error = ReadNumber(ref reader, name) };
            }
            else if (Is(Weight))
            {
                weight = weight with { Sum = ReadNumber(ref reader, name) };
            }
            else if (Is(WeightError))
            {
                weight = weight with { Error = ReadNumber(ref reader, name) };
            }
            else if (Is(Count))
            {
                count = ReadCount(ref reader, name);
            }
            else if (Is(Exponent))
            {
                exponent = ReadExponent(ref reader, name);
            }
            else
            {
                reader.Skip();
            }

            bool Is(string member) => string.Equals(name, NameOf(member, options), StringComparison.OrdinalIgnoreCase);
        }

        return new(sum, weight, count, exponent);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Cost value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(options);
        writer.WriteStartObject();
        WriteNumber(Sum, value.SumParts.Sum);
        WriteNumber(SumError, value.SumParts.Error);
        WriteNumber(Weight, value.WeightParts.Sum);
        WriteNumber(WeightError, value.WeightParts.Error);
        writer.WriteNumber(NameOf(Count, options), value.Count);
        writer.WriteNumber(NameOf(Exponent, options), value.Exponent);
        writer.WriteEndObject();

        void WriteNumber(string member, double number)
        {
            if (double.IsFinite(number))
            {
                writer.WriteNumber(NameOf(member, options), number);
            }
            else
            {
                writer.WriteString(NameOf(member, options), number.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    private static string NameOf(string member, JsonSerializerOptions options) =>
        options.PropertyNamingPolicy?.ConvertName(member) ?? member;

    private static double ReadNumber(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return reader.GetDouble();
        }

        return reader.TokenType == JsonTokenType.String
            ? reader.GetString() switch
            {
                "NaN" => double.NaN,
                "Infinity" => double.PositiveInfinity,
                "-Infinity" => double.NegativeInfinity,
                string other => throw new JsonException($"'{name}' is '{other}': must be a number."),
                null => throw new JsonException($"'{name}' is null: must be a number."),
            }
            : throw new JsonException($"'{name}' is a {reader.TokenType}: must be a number.");
    }

    private static long ReadCount(ref Utf8JsonReader reader, string name) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long count) && count >= 0
            ? count
            : throw new JsonException($"'{name}' must be a whole number of at least 0.");

    private static int ReadExponent(ref Utf8JsonReader reader, string name) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int exponent) && Cost.IsExponent(exponent)
            ? exponent
            : throw new JsonException(FormattableString.Invariant(
                $"'{name}' must be a whole number between {-Cost.FarthestExponent} and {Cost.FarthestExponent}."));
}

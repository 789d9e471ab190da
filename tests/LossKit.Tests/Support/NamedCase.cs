using System.Globalization;
using System.Text.Json;

namespace LossKit.Tests.Support;

/// <summary>A reference case by the names of its fields, and how to compare with it.</summary>
internal sealed class NamedCase(JsonElement element)
{
    private const double Relative = 1e-10;
    private const double Absolute = 1e-12;

    public string Id => element.GetProperty("id").GetString()!;

    public Reduction Reduction =>
        element.GetProperty("reduction").GetString() == "mean" ? Reduction.Mean : Reduction.Sum;

    public double Value => Numbers("value")[0];

    /// <summary>The cases of a loss.</summary>
    public static IReadOnlyList<NamedCase> Of(string loss)
    {
        using FileStream stream = File.OpenRead(
            Path.Combine(AppContext.BaseDirectory, "cases", "engines", $"{loss}.json"));
        using JsonDocument document = JsonDocument.Parse(stream);
        return
        [
            .. document.RootElement.GetProperty("cases").EnumerateArray()
                .Select(element => new NamedCase(element.Clone())),
        ];
    }

    /// <summary>A field's numbers; none if it is not there.</summary>
    public double[] Numbers(string field) => !element.TryGetProperty(field, out JsonElement value) ? []
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(Number)]
        : [Number(value)];

    public int[] Integers(string field) => Array.ConvertAll(Numbers(field), number => (int)number);

    public string? Word(string parameter) => Parameter(parameter)?.GetString();

    public bool Flag(string parameter) => Parameter(parameter)?.GetBoolean() ?? false;

    public int? Integer(string parameter) => Parameter(parameter)?.GetInt32();

    /// <summary>Fails unless numbers are as the case has them.</summary>
    public void Compare(string field, IEnumerable<double> actual)
    {
        double[] expected = Numbers(field);
        double[] given = [.. actual];
        given.Should().HaveCount(expected.Length, $"{Id} has them in {field}");
        for (int i = 0; i < given.Length; i++)
        {
            bool isSame = given[i].Equals(expected[i])
                || Math.Abs(given[i] - expected[i]) <= Absolute + Relative * Math.Abs(expected[i]);
            isSame.Should().BeTrue($"{Id}, {field}[{i}] is {given[i]:R}, expected {expected[i]:R}");
        }
    }

    private JsonElement? Parameter(string name) =>
        element.GetProperty("parameters").TryGetProperty(name, out JsonElement value) ? value : null;

    private static double Number(JsonElement element) => element.ValueKind == JsonValueKind.String
        ? double.Parse(element.GetString()!, CultureInfo.InvariantCulture)
        : element.GetDouble();
}

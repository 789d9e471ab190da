using System.Text.Json;

namespace LossKit.Conformance;

/// <summary>A file of cases.</summary>
internal sealed class CaseFile
{
    private const int SupportedSchema = 1;

    public required int Schema { get; init; }

    // Not read any further before the schema is known.
    public required JsonElement Cases { get; init; }

    /// <summary>The cases of the file at <paramref name="path"/>.</summary>
    /// <exception cref="InvalidDataException">The file has another schema.</exception>
    /// <exception cref="JsonException">The file is not a file of cases.</exception>
    public static IReadOnlyList<Case> Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        CaseFile file = NotNull(JsonSerializer.Deserialize(stream, CaseJson.Default.CaseFile));
        if (file.Schema != SupportedSchema)
        {
            throw new InvalidDataException($"It has schema {file.Schema}, but only {SupportedSchema} can be read.");
        }

        if (file.Cases.ValueKind != JsonValueKind.Array)
        {
            throw new JsonException("'cases' is not an array.");
        }

        return [.. file.Cases.EnumerateArray().Select(element => NotNull(element.Deserialize(CaseJson.Default.Case)))];
    }

    private static T NotNull<T>(T? value) where T : class => value ?? throw new JsonException("Unexpected null.");
}

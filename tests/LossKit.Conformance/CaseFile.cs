using System.Text.Json;

namespace LossKit.Conformance;

/// <summary>A file of cases.</summary>
internal sealed class CaseFile
{
    private const int SupportedSchema = 1;

    public required Case?[] Cases { get; init; }

    /// <summary>The cases of the file at <paramref name="path"/>.</summary>
    /// <exception cref="InvalidDataException">The file has another schema.</exception>
    /// <exception cref="JsonException">The file is not a file of cases.</exception>
    public static IReadOnlyList<Case> Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        FileHead head = NotNull(JsonSerializer.Deserialize(stream, CaseJson.Default.FileHead));
        if (head.Schema != SupportedSchema)
        {
            throw new InvalidDataException($"It has schema {head.Schema}, but only {SupportedSchema} can be read.");
        }

        stream.Position = 0;
        CaseFile file = NotNull(JsonSerializer.Deserialize(stream, CaseJson.Default.CaseFile));
        return [.. file.Cases.Select(NotNull)];
    }

    private static T NotNull<T>(T? value) where T : class => value ?? throw new JsonException("Unexpected null.");
}

/// <summary>What is read of a file before anything else.</summary>
internal sealed class FileHead
{
    public required int Schema { get; init; }
}

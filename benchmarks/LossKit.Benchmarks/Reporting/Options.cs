namespace LossKit.Benchmarks.Reporting;

/// <summary>Options of the form <c>--name value</c>.</summary>
internal static class Options
{
    public const string Markdown = "--markdown";

    /// <summary>What follows an option, if it is there.</summary>
    public static string? ValueOf(ReadOnlySpan<string> arguments, string option)
    {
        int index = arguments.IndexOf(option);
        if (index < 0)
        {
            return null;
        }

        return index < arguments.Length - 1
            ? arguments[index + 1]
            : throw new ArgumentException($"{option} needs a value.");
    }

    /// <summary>The file to write the report to, in a directory that exists.</summary>
    public static string? MarkdownFile(ReadOnlySpan<string> arguments)
    {
        if (ValueOf(arguments, Markdown) is not { } file)
        {
            return null;
        }

        string path = Path.GetFullPath(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }
}

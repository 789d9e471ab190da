using System.Runtime.CompilerServices;
using LossKit.Gallery;

namespace LossKit.Docs.Tests;

public sealed class ReadmePictureTests
{
    /// <summary>Set to "write" to have the picture drawn anew, as the tables of pages are.</summary>
    private const string Variable = "LOSSKIT_DOCUMENTS";

    private static readonly string s_root = Root();

    [Fact]
    public void The_picture_of_the_readme_is_what_the_library_draws()
    {
        string path = Path.Combine(s_root, ReadmePicture.Path);
        if (Environment.GetEnvironmentVariable(Variable) == "write")
        {
            File.WriteAllText(path, ReadmePicture.Svg);
        }

        File.ReadAllText(path).Should().Be(ReadmePicture.Svg, $"{Variable}=write draws it");
        File.ReadAllText(Path.Combine(s_root, "README.md")).Should().Contain($"]({ReadmePicture.Path})");
    }

    private static string Root([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));
}

namespace Toolbox;

/// <summary>Where samples write their pictures: the folder <c>out</c> of the current directory.</summary>
public static class OutFolder
{
    /// <summary>The path of a file there; the folder is made if there is none.</summary>
    public static string PathOf(string file) => Path.Combine(Directory.CreateDirectory("out").FullName, file);
}

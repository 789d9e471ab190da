using ScottPlot;
using SkiaSharp;

namespace LossKit.Plots.Drawing;

/// <summary>
/// DejaVu Sans, which the package brings: a bare container has no font at all, and pictures are the same everywhere.
/// </summary>
internal sealed class EmbeddedFont : IFontResolver
{
    /// <summary>The name that plots ask for, and that an SVG has.</summary>
    public const string Name = "DejaVu Sans";

    private static readonly Lazy<string> s_registered = new(() =>
    {
        Fonts.FontResolvers.Insert(0, new EmbeddedFont());
        return Name;
    });

    private readonly byte[] _file;

    private EmbeddedFont()
    {
        using Stream stream = typeof(EmbeddedFont).Assembly.GetManifestResourceStream("DejaVuSans.ttf")!;
        _file = new byte[stream.Length];
        stream.ReadExactly(_file);
    }

    /// <summary>The name, once the font can be found by it.</summary>
    public static string Registered => s_registered.Value;

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        fontName == Name ? SKTypeface.FromData(SKData.CreateCopy(_file)) : null;

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) =>
        CreateTypeface(fontName, FontWeight.Normal, FontSlant.Upright, FontSpacing.Normal);
}

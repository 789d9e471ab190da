using System.Text;
using System.Text.RegularExpressions;
using LossKit.Plots.Drawing;
using ScottPlot;
using SkiaSharp;

namespace LossKit.Plots;

/// <summary>A picture that is drawn when it is saved.</summary>
/// <remarks>
/// It consists of one plot or several, one below the other, each with its legend under it. <see cref="Plots"/> are
/// ScottPlot's own, for whoever wants another title, limits or colours.
/// </remarks>
public sealed partial class Picture
{
    private readonly Panel[] _panels;

    internal Picture(params Panel[] panels) => _panels = panels;

    /// <summary>The width in pixels, at least 200; 800 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less.</exception>
    public int Width
    {
        get;
        set => field = AtLeast200(value, nameof(Width));
    } = 800;

    /// <summary>The height in pixels, at least 200.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less.</exception>
    public int Height
    {
        get;
        set => field = AtLeast200(value, nameof(Height));
    } = 520;

    /// <summary>The plots, from the topmost down.</summary>
    public IReadOnlyList<Plot> Plots => [.. _panels.Select(panel => panel.Plot)];

    /// <summary>Writes the picture to a file, in the format of its name: <c>.png</c> or <c>.svg</c>.</summary>
    /// <param name="path">The file, which is overwritten if there is one.</param>
    /// <returns>Where it is, from the root of the file system on.</returns>
    /// <exception cref="ArgumentException">The name ends with something else.</exception>
    public string Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Save(path, Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".PNG" => PictureFormat.Png,
            ".SVG" => PictureFormat.Svg,
            string other => throw new ArgumentException(
                $"'path' ends with '{other}': expected .png or .svg, or a format besides.", nameof(path)),
        });
    }

    /// <summary>Writes the picture to a file, whatever its name.</summary>
    /// <param name="path">The file, which is overwritten if there is one.</param>
    /// <param name="format">What it is written as.</param>
    /// <returns>Where it is, from the root of the file system on.</returns>
    public string Save(string path, PictureFormat format)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (format == PictureFormat.Svg)
        {
            File.WriteAllText(path, ToSvg());
        }
        else
        {
            File.WriteAllBytes(path, ToPng());
        }

        return Path.GetFullPath(path);
    }

    /// <summary>The picture as a PNG file.</summary>
    /// <param name="scale">Pixels of the file for one of the picture: 2 for screens of high resolution.</param>
    /// <exception cref="ArgumentOutOfRangeException">The scale is not positive, or more than 10.</exception>
    public byte[] ToPng(double scale = 1)
    {
        if (!(scale > 0 && scale <= 10))
        {
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "'scale' must be greater than 0, at most 10.");
        }

        SKImageInfo size = new((int)Math.Ceiling(Width * scale), (int)Math.Ceiling(Height * scale));
        using SKSurface surface = SKSurface.Create(size);
        surface.Canvas.Scale((float)scale);
        Draw(surface.Canvas);
        using SKImage image = surface.Snapshot();
        using SKData file = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        return file.ToArray();
    }

    /// <summary>The picture as the text of an SVG file.</summary>
    public string ToSvg()
    {
        using MemoryStream stream = new();
        using (SKCanvas canvas = SKSvgCanvas.Create(new SKRect(0, 0, Width, Height), stream))
        {
            Draw(canvas);
        }

        // Skia counts clips from the start of the process: here it is from that of the picture, always the same.
        // Who has no DejaVu Sans may have Verdana, whose letters are as wide; an image that scales needs a view box.
        Dictionary<string, string> clips = [];
        string text = ClipName().Replace(Encoding.UTF8.GetString(stream.ToArray()), match =>
        {
            clips.TryAdd(match.Value, FormattableString.Invariant($"clip{clips.Count}"));
            return clips[match.Value];
        });
        return text
            .Replace(
                $"font-family=\"{EmbeddedFont.Name}\"",
                $"font-family=\"{EmbeddedFont.Name}, Verdana, sans-serif\"",
                StringComparison.Ordinal)
            .Replace(
                $"width=\"{Width}\" height=\"{Height}\">",
                $"width=\"{Width}\" height=\"{Height}\" viewBox=\"0 0 {Width} {Height}\">",
                StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\bcl_[0-9a-f]+\b")]
    private static partial Regex ClipName();

    private void Draw(SKCanvas canvas)
    {
        canvas.Clear(SKColors.White);
        float[] legends = [.. _panels.Select(panel => panel.LegendHeight(Width))];
        float rest = Math.Max(Height - legends.Sum(), 0.3f * Height);
        float shares = _panels.Sum(panel => panel.Share);
        float top = 0;
        for (int i = 0; i < _panels.Length; i++)
        {
            float height = rest * _panels[i].Share / shares;
            _panels[i].Draw(canvas, new(0, Width, top + height, top), legends[i]);
            top += height + legends[i];
        }
    }

    private static int AtLeast200(int pixels, string name) => pixels >= 200
        ? pixels
        : throw new ArgumentOutOfRangeException(name, pixels, $"'{name}' must be at least 200.");
}

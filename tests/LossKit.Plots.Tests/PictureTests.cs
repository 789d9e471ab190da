using System.Xml.Linq;
using LossKit.Plots.Tests.Support;

namespace LossKit.Plots.Tests;

public sealed class PictureTests
{
    private static readonly byte[] s_pngStart = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    [Fact]
    public void The_files_name_decides_the_format_unless_it_is_given()
    {
        Picture picture = LossPlot.Curve(Loss.Huber<double>());
        using Folder folder = new();
        File.ReadAllBytes(picture.Save(folder.Of("huber.png"))).Should().StartWith(s_pngStart);
        File.ReadAllBytes(picture.Save(folder.Of("huber.PNG"))).Should().StartWith(s_pngStart);
        XDocument.Load(picture.Save(folder.Of("huber.svg"))).Root!.Name.LocalName.Should().Be("svg");
        XDocument.Load(picture.Save(folder.Of("huber"), PictureFormat.Svg)).Root!.Name.LocalName.Should().Be("svg");
        ((Action)(() => picture.Save(folder.Of("huber.gif")))).Should().Throw<ArgumentException>()
            .WithMessage("'path' ends with '.GIF'*").WithParameterName("path");
    }

    [Fact]
    public void A_picture_has_the_size_it_is_given()
    {
        Picture picture = LossPlot.Curve(Loss.Huber<double>());
        (picture.Width, picture.Height) = (640, 480);
        SizeOf(picture.ToPng()).Should().Be((640, 480));
        SizeOf(picture.ToPng(scale: 2)).Should().Be((1280, 960));
        XElement svg = XDocument.Parse(picture.ToSvg()).Root!;
        ((string?)svg.Attribute("viewBox")).Should().Be("0 0 640 480");
        ((Action)(() => picture.Width = 100)).Should().Throw<ArgumentOutOfRangeException>();
        ((Action)(() => picture.ToPng(0))).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void It_is_the_same_each_time()
    {
        Picture picture = LossPlot.Curve(Loss.Huber<double>());
        picture.ToPng().Should().Equal(picture.ToPng());
        picture.ToSvg().Should().Be(picture.ToSvg()).And.Be(LossPlot.Curve(Loss.Huber<double>()).ToSvg());
    }

    [Fact]
    public void All_of_a_legend_is_there_however_long_the_names()
    {
        PointwiseLoss<double>[] losses =
        [
            .. Enumerable.Range(1, 6).Select(i => Loss.Quantile<double>(0.9).Scaled(i).Asymmetric(1, 10 + i)),
            Loss.Huber<double>(),
        ];
        string[] texts = LossPlot.Curves(losses).Texts();
        foreach (PointwiseLoss<double> loss in losses)
        {
            texts.Should().Contain(loss.ToString());
        }
    }

    [Fact]
    public void Names_too_wide_for_the_picture_are_in_several_lines()
    {
        Picture picture = LossPlot.Curve(Loss.Quantile<double>(0.9).Scaled(2).Asymmetric(1, 10));
        picture.Width = 360;
        picture.Texts().Should().Contain("Quantile(quantile=0.9).").And.Contain("Asymmetric(over=1, under=10)");
        picture.Width = 800;
        picture.Texts().Should().Contain("Quantile(quantile=0.9).Scaled(factor=2).Asymmetric(over=1, under=10)");
        Picture several = LossPlot.Curves(Loss.Quantile<double>(0.9).Scaled(2).Asymmetric(1, 10));
        several.Width = 360;
        several.Texts().Should().Contain("Quantile(quantile=0.9).");
    }

    [Fact]
    public void Kinks_title_and_axes_are_named()
    {
        string[] texts = LossPlot.Curve(Loss.EpsilonInsensitive<double>(0.5)).Texts();
        texts.Should().Contain("EpsilonInsensitive(epsilon=0.5)").And.Contain("kinks at −0.5, 0.5")
            .And.Contain("prediction (target 0)").And.Contain("loss").And.Contain("derivatives")
            .And.Contain("first derivative").And.Contain("second derivative");
        LossPlot.Curve(Loss.Poisson<double>(), target: 2).Texts()
            .Should().Contain("prediction, the log of the mean (target 2)");
    }

    [Fact]
    public void Letters_are_of_the_font_that_the_package_brings()
    {
        LossPlot.Curve(Loss.Huber<double>()).Elements("text")
            .Select(text => (string?)text.Attribute("font-family"))
            .Should().NotBeEmpty().And.OnlyContain(family => family == "DejaVu Sans, Verdana, sans-serif");
    }

    /// <summary>Width and height, as a PNG's header has them.</summary>
    private static (int Width, int Height) SizeOf(byte[] png) => (
        System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)),
        System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));

    private sealed class Folder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("losskit");

        public string Of(string name) => Path.Combine(_folder.FullName, name);

        public void Dispose() => _folder.Delete(recursive: true);
    }
}

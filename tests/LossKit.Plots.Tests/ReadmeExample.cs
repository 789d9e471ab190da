namespace LossKit.Plots.Tests;

public sealed class ReadmeExample
{
    [Fact]
    public void Works()
    {
        // A loss with its derivatives, its kinks marked.
        Picture picture = LossPlot.Curve(Loss.Quantile<double>(0.9));
        string path = picture.Save("quantile.svg");

        File.ReadAllText(path).Should().Contain("<svg");
    }
}

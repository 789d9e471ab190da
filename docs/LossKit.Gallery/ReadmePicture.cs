using LossKit.Plots;

namespace LossKit.Gallery;

/// <summary>The picture of the README: what an error costs by some losses, that of its first example among them.</summary>
internal static class ReadmePicture
{
    /// <summary>Where it is, from the repository's root on.</summary>
    public const string Path = "docs/images/losses.svg";

    // The squared error would leave no room for the others.
    private const double HighestLoss = 4.5;
    private const float TitleSize = 16;
    private const int Points = 201;

    /// <summary>The text of its file.</summary>
    public static string Svg
    {
        get
        {
            PointwiseLoss<double>[] losses =
            [
                Loss.Huber<double>(delta: 1).Asymmetric(over: 1, under: 4),
                Loss.Huber<double>(delta: 1),
                Loss.SquaredError<double>(),
                Loss.Cauchy<double>(),
                Loss.Welsch<double>(c: 1),
            ];
            Picture picture = LossPlot.Curves([.. losses.Select(loss => LossCurve.Of(loss, points: Points))]);
            picture.Height = 420;
            picture.Plots[0].Title("What an error costs", TitleSize);
            picture.Plots[0].Axes.SetLimitsY(-0.15, HighestLoss);
            return picture.ToSvg();
        }
    }
}

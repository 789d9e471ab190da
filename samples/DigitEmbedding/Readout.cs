using System.Numerics.Tensors;

namespace DigitEmbedding;

/// <summary>How a digit is read off a row of numbers.</summary>
/// <param name="Name">How it is called in reports.</param>
/// <param name="Accuracy">From rows of known digits to the share of right answers on others.</param>
internal sealed record Readout(string Name, Func<LabelledRows, LabelledRows, double> Accuracy)
{
    /// <summary>The label of the nearest neighbour.</summary>
    public static Readout NearestPoint { get; } = new("nearest point", (known, asked) =>
        ShareOfRight(asked, row => known.Labels[Nearest(known, row)]));

    /// <summary>The label of the nearest neighbour where lengths have no meaning: that of the highest cosine.</summary>
    public static Readout NearestAngle { get; } = new("nearest angle", (known, asked) =>
        NearestPoint.Accuracy(known.Directions(), asked.Directions()));

    /// <summary>The digit of the highest score, one a column: no neighbours are needed.</summary>
    public static Readout HighestScore { get; } = new("highest score", (_, asked) =>
        ShareOfRight(asked, TensorPrimitives.IndexOfMax));

    private delegate int Reading(ReadOnlySpan<float> row);

    private static double ShareOfRight(LabelledRows asked, Reading read)
    {
        int right = 0;
        for (int row = 0; row < asked.Count; row++)
        {
            right += read(asked[row]) == asked.Labels[row] ? 1 : 0;
        }

        return (double)right / asked.Count;
    }

    private static int Nearest(LabelledRows known, ReadOnlySpan<float> asked)
    {
        int nearest = 0;
        float least = float.PositiveInfinity;
        for (int row = 0; row < known.Count; row++)
        {
            float distance = TensorPrimitives.Distance(known[row], asked);
            if (distance < least)
            {
                (nearest, least) = (row, distance);
            }
        }

        return nearest;
    }
}

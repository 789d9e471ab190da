namespace LearningToRank;

/// <summary>
/// Each feature cut into bins of about as many documents, so that a tree looks at few places to split.
/// </summary>
internal sealed class Bins
{
    public const int Count = 32;

    private readonly float[][] _edges;

    public Bins(float[][] features) => _edges = [.. features.Select(Edges)];

    /// <summary>The bin of each document, feature by feature; what is larger is in no lower bin.</summary>
    public byte[][] Of(float[][] features) =>
        [.. features.Select((column, j) => Array.ConvertAll(column, number => Bin(_edges[j], number)))];

    private static float[] Edges(float[] column)
    {
        float[] sorted = [.. column.Order()];
        return [.. Enumerable.Range(1, Count - 1).Select(k => sorted[k * sorted.Length / Count])];
    }

    private static byte Bin(float[] edges, float number)
    {
        int place = Array.BinarySearch(edges, number);
        return (byte)(place >= 0 ? place : ~place);
    }
}

namespace LearningToRank;

/// <summary>
/// A regression tree on gradients and Hessians, as boosting wants it: a leaf of gradient G and Hessian H is worth
/// −G/(H + λ), a Newton step, and lowers the loss by ½G²/(H + λ). Chen and Guestrin, "XGBoost", KDD 2016.
/// </summary>
internal sealed class Tree
{
    private const int Depth = 4;
    private const int LeastDocuments = 20;
    private const double Lambda = 1;

    private readonly int _feature;
    private readonly int _lastBin;
    private readonly Tree? _left;
    private readonly Tree? _right;
    private readonly float _value;

    private Tree(byte[][] bins, float[] gradient, float[] hessian, Span<int> documents, int depth)
    {
        (double g, double h) = (0, 0);
        foreach (int i in documents)
        {
            g += gradient[i];
            h += hessian[i];
        }

        _value = (float)(-g / (h + Lambda));
        double best = g * g / (h + Lambda);
        _feature = -1;
        for (int j = 0; j < bins.Length && depth > 0; j++)
        {
            (int lastBin, double score) = BestSplit(bins[j], gradient, hessian, documents, g, h);
            if (score > best)
            {
                (best, _feature, _lastBin) = (score, j, lastBin);
            }
        }

        if (_feature >= 0)
        {
            int left = Partition(documents, bins[_feature], _lastBin);
            _left = new(bins, gradient, hessian, documents[..left], depth - 1);
            _right = new(bins, gradient, hessian, documents[left..], depth - 1);
        }
    }

    public static Tree Grow(byte[][] bins, float[] gradient, float[] hessian) =>
        new(bins, gradient, hessian, Enumerable.Range(0, gradient.Length).ToArray(), Depth);

    public float this[byte[][] bins, int document] =>
        _left is null || _right is null
            ? _value
            : (bins[_feature][document] <= _lastBin ? _left : _right)[bins, document];

    private static (int LastBin, double Score) BestSplit(
        byte[] bins, float[] gradient, float[] hessian, Span<int> documents, double g, double h)
    {
        Span<(double G, double H, int Count)> sums = stackalloc (double, double, int)[Bins.Count];
        foreach (int i in documents)
        {
            ref (double G, double H, int Count) sum = ref sums[bins[i]];
            sum = (sum.G + gradient[i], sum.H + hessian[i], sum.Count + 1);
        }

        (int, double) best = (0, 0);
        (double leftG, double leftH, int left) = (0, 0, 0);
        for (int bin = 0; bin < Bins.Count - 1; bin++)
        {
            (leftG, leftH, left) = (leftG + sums[bin].G, leftH + sums[bin].H, left + sums[bin].Count);
            double score = leftG * leftG / (leftH + Lambda) + (g - leftG) * (g - leftG) / (h - leftH + Lambda);
            if (left >= LeastDocuments && documents.Length - left >= LeastDocuments && score > best.Item2)
            {
                best = (bin, score);
            }
        }

        return best;
    }

    /// <summary>Brings those of the bins up to this one to the front, and returns how many they are.</summary>
    private static int Partition(Span<int> documents, byte[] bins, int lastBin)
    {
        int left = 0;
        for (int k = 0; k < documents.Length; k++)
        {
            if (bins[documents[k]] <= lastBin)
            {
                (documents[left], documents[k]) = (documents[k], documents[left]);
                left++;
            }
        }

        return left;
    }
}

using LossKit;
using LossKit.Orleans;

namespace ClusterTraining;

/// <summary>
/// A linear softmax of three classes on rows that are made of the numbers of shard and row: a data set of any size that
/// nobody has to store or send.
/// </summary>
/// <param name="rows">How many rows a shard has.</param>
internal sealed class SoftmaxRegression(int rows) : IShardObjective<float>
{
    public const string Name = "softmax regression";
    public const int Parameters = Features * Classes;

    private const int Classes = 3;

    /// <summary>The last one is 1.</summary>
    private const int Features = 16;

    /// <summary>Of rows at a time, that stay in the first caches.</summary>
    private const int Block = 256;

    private static readonly RowLoss<float, int> s_loss = Loss.SoftmaxCrossEntropy<float>(Classes);

    public Cost Value(int shard, ReadOnlySpan<float> parameters, CancellationToken cancellationToken) =>
        ValueAndGradient(shard, parameters, new float[Parameters], cancellationToken);

    public Cost ValueAndGradient(
        int shard, ReadOnlySpan<float> parameters, Span<float> gradient, CancellationToken cancellationToken)
    {
        float[] features = new float[Block * Features];
        float[] scores = new float[Block * Classes];
        int[] labels = new int[Block];
        float[] ofBlock = new float[Parameters];
        double[] sums = new double[Parameters];
        Cost cost = default;
        for (int first = 0; first < rows; first += Block)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(Block, rows - first);
            Generate(shard, first, features.AsSpan(0, count * Features), labels.AsSpan(0, count));
            Span<float> block = scores.AsSpan(0, count * Classes);
            for (int row = 0; row < count; row++)
            {
                ReadOnlySpan<float> x = features.AsSpan(row * Features, Features);
                for (int c = 0; c < Classes; c++)
                {
                    block[row * Classes + c] = Dot(parameters.Slice(c * Features, Features), x);
                }
            }

            // Slopes take the place of the scores.
            cost += s_loss.ValueAndGradient(block, labels.AsSpan(0, count), block, reduction: Reduction.Sum);
            Array.Clear(ofBlock);
            for (int row = 0; row < count; row++)
            {
                ReadOnlySpan<float> x = features.AsSpan(row * Features, Features);
                for (int c = 0; c < Classes; c++)
                {
                    float slope = block[row * Classes + c];
                    Span<float> ofClass = ofBlock.AsSpan(c * Features, Features);
                    for (int i = 0; i < Features; i++)
                    {
                        ofClass[i] += slope * x[i];
                    }
                }
            }

            for (int i = 0; i < Parameters; i++)
            {
                sums[i] += ofBlock[i];
            }
        }

        for (int i = 0; i < Parameters; i++)
        {
            gradient[i] = (float)sums[i];
        }

        return cost;
    }

    /// <summary>Features in [−1, 1), and the class by a direction of its own and some noise.</summary>
    private static void Generate(int shard, int first, Span<float> features, Span<int> labels)
    {
        for (int row = 0; row < labels.Length; row++)
        {
            ulong state = ((ulong)shard << 40) + (ulong)(first + row) * Features;
            Span<float> x = features.Slice(row * Features, Features);
            for (int i = 0; i < Features - 1; i++)
            {
                x[i] = Uniform(state + (ulong)i);
            }

            x[^1] = 1;
            float along = x[0] + x[1] - x[2] + 0.5f * Uniform(state + Features - 1);
            labels[row] = along < -0.5f ? 0 : along < 0.5f ? 1 : 2;
        }
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>A number in [−1, 1) by its place alone: SplitMix64.</summary>
    private static float Uniform(ulong place)
    {
        ulong z = (place + 1) * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)((z ^ (z >> 31)) >> 40) / (float)(1 << 23) - 1;
    }
}

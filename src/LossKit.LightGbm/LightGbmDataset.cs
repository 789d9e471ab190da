using System.Buffers;
using System.Runtime.InteropServices;

namespace LossKit.LightGbm;

/// <summary>
/// Examples to train or to validate on: features, one row an example, and targets as the loss takes them.
/// </summary>
/// <remarks>
/// Memory is used in place and must stay as it is while a model is trained; LightGBM's own copy, in bins, is made for
/// each training and freed after it. A NaN feature is a missing one.
/// </remarks>
/// <typeparam name="TTarget">What the targets are: <see cref="double"/>, or <see cref="int"/> for labels.</typeparam>
public sealed class LightGbmDataset<TTarget> where TTarget : unmanaged
{
    private readonly Func<MemoryHandle> _pin;
    private readonly int _type;
    private readonly ReadOnlyMemory<TTarget> _targets;
    private readonly ReadOnlyMemory<double> _weights;
    private readonly ReadOnlyMemory<int> _groupLengths;
    private readonly IReadOnlyList<string>? _featureNames;

    /// <summary>Features of double precision.</summary>
    /// <param name="features">The features, row by row.</param>
    /// <param name="columns">How many features an example has.</param>
    /// <param name="targets">
    /// What is true, example by example: as many numbers each as the loss takes, or a label each.
    /// </param>
    /// <exception cref="ArgumentException">There are no rows, or numbers that make no whole row.</exception>
    public LightGbmDataset(ReadOnlyMemory<double> features, int columns, ReadOnlyMemory<TTarget> targets)
        : this(features.Length, columns, targets, features.Pin, Native.Float64)
    {
    }

    /// <summary>Features of single precision.</summary>
    /// <inheritdoc cref="LightGbmDataset{TTarget}(ReadOnlyMemory{double}, int, ReadOnlyMemory{TTarget})"/>
    public LightGbmDataset(ReadOnlyMemory<float> features, int columns, ReadOnlyMemory<TTarget> targets)
        : this(features.Length, columns, targets, features.Pin, Native.Float32)
    {
    }

    /// <summary>Features in a matrix, which is copied.</summary>
    /// <param name="features">The features, an example in each row.</param>
    /// <param name="targets">
    /// What is true, example by example: as many numbers each as the loss takes, or a label each.
    /// </param>
    /// <exception cref="ArgumentException">There are no rows, or targets that are not as many for each.</exception>
    public LightGbmDataset(double[,] features, ReadOnlyMemory<TTarget> targets)
        : this(Copy(features), features.GetLength(1), targets)
    {
    }

    /// <inheritdoc cref="LightGbmDataset{TTarget}(double[,], ReadOnlyMemory{TTarget})"/>
    public LightGbmDataset(float[,] features, ReadOnlyMemory<TTarget> targets)
        : this(Copy(features), features.GetLength(1), targets)
    {
    }

    private LightGbmDataset(
        int numbers, int columns, ReadOnlyMemory<TTarget> targets, Func<MemoryHandle> pin, int type)
    {
        Guards.AtLeast(1, columns, nameof(columns));
        if (numbers == 0 || numbers % columns != 0)
        {
            throw Guards.Refusal(
                "features", $"'features' has {numbers} entries: expected some rows of {columns} columns.");
        }

        (Rows, Columns, _targets, _pin, _type) = (numbers / columns, columns, targets, pin, type);
        if (targets.Length % Rows != 0)
        {
            throw new ArgumentException(
                $"'targets' has {targets.Length} entries: expected as many for each of {Rows} rows.", nameof(targets));
        }
    }

    /// <summary>How many examples there are.</summary>
    public int Rows { get; }

    /// <summary>How many features each of them has.</summary>
    public int Columns { get; }

    /// <summary>
    /// What each example counts, or each group of a loss of groups; finite and not negative. None means 1 each.
    /// </summary>
    /// <exception cref="ArgumentException">One is negative or not finite.</exception>
    public ReadOnlyMemory<double> Weights
    {
        get => _weights;
        init
        {
            int wrong = IndexOf(value.Span, weight => !(weight >= 0 && double.IsFinite(weight)));
            _weights = wrong < 0 ? value : throw new ArgumentException(
                FormattableString.Invariant(
                    $"Weights[{wrong}] is {value.Span[wrong]}: must be {Domain.NotNegative.Description}."),
                nameof(Weights));
        }
    }

    /// <summary>
    /// How many consecutive rows each group has, such as the documents of a query. None means that all rows are one.
    /// </summary>
    /// <exception cref="ArgumentException">A length is negative, or they are not those of all rows.</exception>
    public ReadOnlyMemory<int> GroupLengths
    {
        get => _groupLengths;
        init
        {
            int wrong = IndexOf(value.Span, length => length < 0);
            if (wrong >= 0)
            {
                throw new ArgumentException(
                    $"GroupLengths[{wrong}] is {value.Span[wrong]}: must be at least 0.", nameof(GroupLengths));
            }

            long rows = 0;
            foreach (int length in value.Span)
            {
                rows += length;
            }

            _groupLengths = value.IsEmpty || rows == Rows ? value : throw new ArgumentException(
                $"The sum of 'GroupLengths' is {rows}: expected the number of rows, {Rows}.", nameof(GroupLengths));
        }
    }

    /// <summary>Names of the features, for models and their importances; LightGBM's own if not given.</summary>
    /// <exception cref="ArgumentException">They are not one each, or one is empty or there twice.</exception>
    public IReadOnlyList<string>? FeatureNames
    {
        get => _featureNames;
        init
        {
            if (value is not null)
            {
                HashSet<string> names = new(value, StringComparer.Ordinal);
                if (value.Count != Columns || names.Count != Columns || names.Contains(""))
                {
                    throw new ArgumentException(
                        $"'FeatureNames' has {value.Count} entries, {names.Count} of them different: expected a name "
                        + $"of its own for each of {Columns} columns.",
                        nameof(FeatureNames));
                }
            }

            _featureNames = value;
        }
    }

    internal Examples<TTarget> Examples => new(Rows, _targets, _weights, _groupLengths);

    /// <summary>The data in LightGBM's bins: those of <paramref name="reference"/>, if it is one.</summary>
    internal unsafe DatasetHandle Bin(string parameters, DatasetHandle reference)
    {
        using MemoryHandle features = _pin();
        Native.Check(Native.DatasetCreateFromMat(
            features.Pointer, _type, Rows, Columns, 1, parameters, reference, out DatasetHandle dataset));
        if (_featureNames is not null)
        {
            Native.Check(Native.DatasetSetFeatureNames(dataset, [.. _featureNames], Columns));
        }

        return dataset;
    }

    /// <summary>The leaf of each example in each tree of a round.</summary>
    internal unsafe void Leaves(BoosterHandle booster, int round, string parameters, double[] leaves)
    {
        using MemoryHandle features = _pin();
        fixed (double* to = leaves)
        {
            Native.Check(Native.BoosterPredictForMat(
                booster,
                features.Pointer,
                _type,
                Rows,
                Columns,
                1,
                Native.LeafIndex,
                round - 1,
                1,
                parameters,
                out _,
                to));
        }
    }

    private static T[] Copy<T>(T[,] features)
    {
        ArgumentNullException.ThrowIfNull(features);
        return features.Length == 0
            ? []
            : MemoryMarshal.CreateReadOnlySpan(in features[0, 0], features.Length).ToArray();
    }

    private static int IndexOf<T>(ReadOnlySpan<T> numbers, Func<T, bool> isWrong)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            if (isWrong(numbers[i]))
            {
                return i;
            }
        }

        return -1;
    }
}

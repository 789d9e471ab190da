namespace LossKit.Gpu.Kernels;

/// <summary>What the labels of a batch come to, before anything is computed by them.</summary>
internal static class LabelKernel
{
    /// <summary>How many totals there are.</summary>
    public const int Totals = 3;

    /// <summary>Adds up one of the totals; the first row whose label is no class goes to <paramref name="wrong"/>.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="weights">One a row, or none.</param>
    /// <param name="divisors">What the mean divides by for each label, or none.</param>
    /// <param name="wrong">One number, larger than any row before.</param>
    /// <param name="sum">Where the total goes.</param>
    /// <param name="labelsFrom">How many classes there are, and which label is ignored.</param>
    /// <param name="total">
    /// 0: what the mean divides by; 1: how many rows count; 2: how many of these have weight.
    /// </param>
    public static void Run<T, TArithmetic>(
        ArrayView<int> labels,
        ArrayView<T> weights,
        ArrayView<T> divisors,
        ArrayView<int> wrong,
        SumTarget sum,
        LabelRange labelsFrom,
        int total)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
    {
        double own = 0;
        int stride = Grid.DimX * Group.DimX;
        for (int row = Grid.IdxX * Group.DimX + Group.IdxX; row < labels.Length; row += stride)
        {
            int label = labels[row];
            bool isIgnored = label == labelsFrom.IgnoreIndex;
            bool isClass = label >= 0 && label < labelsFrom.Classes;
            if (!isClass && !isIgnored)
            {
                Atomic.Min(ref wrong[0], row);
            }

            if (isClass && !isIgnored)
            {
                double weight = weights.Length > 0 ? TArithmetic.ToDouble(weights[row]) : 1;
                double divisor = divisors.Length > 0 ? TArithmetic.ToDouble(divisors[label]) : 1;
                own += total == 0 ? (divisor == 0 ? 0 : weight * divisor) : total == 1 || weight != 0 ? 1 : 0;
            }
        }

        SumTarget.Add(sum, own);
    }
}

/// <summary>Which labels there may be.</summary>
internal struct LabelRange
{
    public int Classes;

    /// <summary>A label that no row can have, if none is ignored.</summary>
    public int IgnoreIndex;
}

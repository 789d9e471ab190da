using System.Numerics;

namespace LossKit.MathNet.Storage;

/// <summary>How the entries of a matrix follow each other in a span.</summary>
internal enum EntryOrder
{
    /// <summary>As dense matrices of MathNet store them.</summary>
    ColumnMajor,

    /// <summary>As losses of rows read them.</summary>
    RowMajor,
}

internal static class EntryOrders
{
    /// <summary>
    /// Where each entry is an example, any order will do, and so that of the storage, without a copy.
    /// </summary>
    public static EntryOrder Of<T>(IMetric<T, T> metric) where T : unmanaged, IFloatingPointIeee754<T> =>
        metric.Shape is { Predictions: 1, Targets: 1 } or { IsPlanar: true } ? EntryOrder.ColumnMajor : EntryOrder.RowMajor;
}

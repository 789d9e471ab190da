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
    /// <summary>A pointwise loss takes entries in any order, and so in that of the storage, without a copy.</summary>
    public static EntryOrder Of<T>(ILoss<T, T> loss) where T : unmanaged, IFloatingPointIeee754<T> =>
        loss is PointwiseLoss<T> ? EntryOrder.ColumnMajor : EntryOrder.RowMajor;
}

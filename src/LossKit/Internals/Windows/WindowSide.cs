namespace LossKit.Internals.Windows;

/// <summary>
/// A plane whose means and variances within windows are wanted, with a row of them at each step: of the plane's
/// numbers, of what windows make along columns, and of whole windows.
/// </summary>
internal readonly ref struct WindowSide<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>How many rows <see cref="Rows"/> are.</summary>
    public const int Count = 7;

    /// <summary>What a row, and a plane, has room for beyond its end, so that lanes are whole.</summary>
    public const int Slack = 32;

    public required Span<T> Means { get; init; }

    /// <summary>Those of the numbers of a plane that is made of several; empty if each is one.</summary>
    public Span<T> Variances { get; init; }

    /// <summary>The slopes of the sum of all losses with respect to the means; empty if nobody asks.</summary>
    public required Span<T> MeanSlopes { get; init; }

    /// <summary>With respect to the variances, doubled as all slopes of variances are; empty without these.</summary>
    public Span<T> VarianceSlopes { get; init; }

    public required Span<T> Rows { get; init; }

    public Span<T> ColumnMeans => Row(0);

    public Span<T> ColumnVariances => Row(1);

    public Span<T> WindowMeans => Row(2);

    /// <summary>Their slopes once there are these.</summary>
    public Span<T> WindowVariances => Row(3);

    public Span<T> WindowMeanSlopes => Row(4);

    public Span<T> ColumnMeanSlopes => Row(5);

    public Span<T> ColumnVarianceSlopes => Row(6);

    private Span<T> Row(int row) => Rows.Slice(row * (Rows.Length / Count), Rows.Length / Count);
}

using System.Runtime.InteropServices;

namespace LossKit.Internals.Embedding;

/// <summary>What tiles do not need to know their lanes for.</summary>
internal static class MatrixTile
{
    /// <summary>The rows of a tile of the widest lanes.</summary>
    public const int MostRows = 8;
}

/// <summary>Some columns of a product, of packed matrices.</summary>
internal readonly ref struct MatrixPanel<T>
{
    /// <summary>Tile by tile of rows: of each column, a number of each row.</summary>
    public required ReadOnlySpan<T> Left { get; init; }

    /// <summary>Row by row, whole lanes.</summary>
    public required ReadOnlySpan<T> Right { get; init; }

    /// <summary>As the result.</summary>
    public required ReadOnlySpan<T> Own { get; init; }

    public required Span<T> Result { get; init; }

    /// <summary>How far rows of the result are apart.</summary>
    public required int Pitch { get; init; }

    public required int Rows { get; init; }

    public required int Columns { get; init; }

    /// <summary>How many terms are added up.</summary>
    public required int Depth { get; init; }

    /// <summary>Whether to what stands in the result.</summary>
    public required bool Adds { get; init; }
}

/// <summary>
/// Tiles of a product, as many rows of three lanes as the sums of which fit the registers: they take a number of each
/// row and three lanes of the packed columns at every step.
/// </summary>
internal static class MatrixTile<T, TLane>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
{
    public const int Lanes = 3;

    /// <summary>How many rows a tile has: there are 32 registers of 512 bits, and elsewhere at least 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Rows<TProduct>() where TProduct : struct, IProduct =>
        AreMany<TProduct>() ? MatrixTile.MostRows : MatrixTile.MostRows / 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AreMany<TProduct>() where TProduct : struct, IProduct =>
        typeof(TLane) == typeof(Vector512Lane<T>) && !TProduct.HasOwn;

    /// <summary>Evaluates no more lanes than there are columns.</summary>
    public static void Run<TProduct>(in MatrixPanel<T> panel) where TProduct : struct, IProduct
    {
        if (panel.Columns <= TLane.Count)
        {
            Run<TProduct, No, No>(panel);
        }
        else if (panel.Columns <= 2 * TLane.Count)
        {
            Run<TProduct, Yes, No>(panel);
        }
        else
        {
            Run<TProduct, Yes, Yes>(panel);
        }
    }

    [SkipLocalsInit]
    private static void Run<TProduct, TSecond, TThird>(in MatrixPanel<T> panel)
        where TProduct : struct, IProduct
        where TSecond : struct, IChoice
        where TThird : struct, IChoice
    {
        int width = Lanes * TLane.Count;
        int rows = Rows<TProduct>();
        int lanes = (1 + (TSecond.IsYes ? 1 : 0) + (TThird.IsYes ? 1 : 0)) * TLane.Count;
        Span<T> scratch = stackalloc T[rows * width];
        Span<T> own = stackalloc T[TProduct.HasOwn ? rows * width : 1];
        own.Clear();
        for (int row = 0; row < panel.Rows; row += rows)
        {
            int count = Math.Min(rows, panel.Rows - row);
            bool isWhole = count == rows && panel.Columns == lanes;
            if (isWhole)
            {
                Sum<TProduct, TSecond, TThird>(
                    in panel.Left[row * panel.Depth],
                    in MemoryMarshal.GetReference(panel.Right),
                    in TProduct.HasOwn ? ref panel.Own[row * panel.Pitch] : ref own[0],
                    ref panel.Result[row * panel.Pitch],
                    panel.Pitch,
                    panel.Depth,
                    panel.Adds);
                continue;
            }

            for (int r = 0; r < count && TProduct.HasOwn; r++)
            {
                panel.Own.Slice((row + r) * panel.Pitch, panel.Columns).CopyTo(own[(r * width)..]);
            }

            Sum<TProduct, TSecond, TThird>(
                in panel.Left[row * panel.Depth],
                in MemoryMarshal.GetReference(panel.Right),
                in own[0],
                ref scratch[0],
                width,
                panel.Depth,
                adds: false);
            for (int r = 0; r < count; r++)
            {
                Span<T> target = panel.Result.Slice((row + r) * panel.Pitch, panel.Columns);
                Span<T> source = scratch.Slice(r * width, panel.Columns);
                if (panel.Adds)
                {
                    Spans.Add(target, source);
                }
                else
                {
                    source.CopyTo(target);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Sum<TProduct, TSecond, TThird>(
        ref readonly T left, ref readonly T right, ref readonly T own, ref T result, nint pitch, int depth, bool adds)
        where TProduct : struct, IProduct
        where TSecond : struct, IChoice
        where TThird : struct, IChoice
    {
        TileRow<TSecond, TThird> own0 = default;
        TileRow<TSecond, TThird> own1 = default;
        TileRow<TSecond, TThird> own2 = default;
        TileRow<TSecond, TThird> own3 = default;
        if (TProduct.HasOwn)
        {
            own0 = TileRow<TSecond, TThird>.Load(in own, 0);
            own1 = TileRow<TSecond, TThird>.Load(in own, pitch);
            own2 = TileRow<TSecond, TThird>.Load(in own, 2 * pitch);
            own3 = TileRow<TSecond, TThird>.Load(in own, 3 * pitch);
        }

        TileRow<TSecond, TThird> row0 = default;
        TileRow<TSecond, TThird> row1 = default;
        TileRow<TSecond, TThird> row2 = default;
        TileRow<TSecond, TThird> row3 = default;
        TileRow<TSecond, TThird> row4 = default;
        TileRow<TSecond, TThird> row5 = default;
        TileRow<TSecond, TThird> row6 = default;
        TileRow<TSecond, TThird> row7 = default;
        nint at = 0;
        nuint k = 0;
        for (; depth > 0; depth--)
        {
            TileRow<TSecond, TThird> columns = TileRow<TSecond, TThird>.Load(in right, at);
            row0 = row0.Plus<TProduct>(TLane.Broadcast(in left, k), columns, own0);
            row1 = row1.Plus<TProduct>(TLane.Broadcast(in left, k + 1), columns, own1);
            row2 = row2.Plus<TProduct>(TLane.Broadcast(in left, k + 2), columns, own2);
            row3 = row3.Plus<TProduct>(TLane.Broadcast(in left, k + 3), columns, own3);
            if (AreMany<TProduct>())
            {
                row4 = row4.Plus<TProduct>(TLane.Broadcast(in left, k + 4), columns, default);
                row5 = row5.Plus<TProduct>(TLane.Broadcast(in left, k + 5), columns, default);
                row6 = row6.Plus<TProduct>(TLane.Broadcast(in left, k + 6), columns, default);
                row7 = row7.Plus<TProduct>(TLane.Broadcast(in left, k + 7), columns, default);
            }

            at += Lanes * TLane.Count;
            k += (nuint)Rows<TProduct>();
        }

        row0.Keep(ref result, 0, adds);
        row1.Keep(ref result, pitch, adds);
        row2.Keep(ref result, 2 * pitch, adds);
        row3.Keep(ref result, 3 * pitch, adds);
        if (AreMany<TProduct>())
        {
            row4.Keep(ref result, 4 * pitch, adds);
            row5.Keep(ref result, 5 * pitch, adds);
            row6.Keep(ref result, 6 * pitch, adds);
            row7.Keep(ref result, 7 * pitch, adds);
        }
    }

    /// <summary>Up to three lanes of a row.</summary>
    private struct TileRow<TSecond, TThird>
        where TSecond : struct, IChoice
        where TThird : struct, IChoice
    {
        private TLane _first;
        private TLane _second;
        private TLane _third;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TileRow<TSecond, TThird> Load(ref readonly T source, nint at) => new()
        {
            _first = TLane.Load(in source, (nuint)at),
            _second = TSecond.IsYes ? TLane.Load(in source, (nuint)(at + TLane.Count)) : default,
            _third = TThird.IsYes ? TLane.Load(in source, (nuint)(at + 2 * TLane.Count)) : default,
        };

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TileRow<TSecond, TThird> Plus<TProduct>(
            TLane left, TileRow<TSecond, TThird> right, TileRow<TSecond, TThird> own)
            where TProduct : struct, IProduct => new()
            {
                _first = TProduct.Add(_first, left, right._first, own._first),
                _second = TSecond.IsYes ? TProduct.Add(_second, left, right._second, own._second) : default,
                _third = TThird.IsYes ? TProduct.Add(_third, left, right._third, own._third) : default,
            };

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Keep(ref T result, nint at, bool adds)
        {
            Keep(_first, ref result, at, adds);
            if (TSecond.IsYes)
            {
                Keep(_second, ref result, at + TLane.Count, adds);
            }

            if (TThird.IsYes)
            {
                Keep(_third, ref result, at + 2 * TLane.Count, adds);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Keep(TLane sum, ref T result, nint at, bool adds) =>
            TLane.Store(adds ? TLane.Load(in result, (nuint)at) + sum : sum, ref result, (nuint)at);
    }
}

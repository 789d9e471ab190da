namespace LossKit.Internals.Windows;

/// <summary>The sum of the losses of all windows of a pair of planes, and its slopes.</summary>
/// <param name="Loss">The sum.</param>
/// <param name="Windows">How many windows counted.</param>
internal readonly record struct WindowSum(CompensatedSum Loss, long Windows)
{
    public static WindowSum operator +(WindowSum left, WindowSum right) =>
        new(left.Loss + right.Loss, left.Windows + right.Windows);

    /// <summary>The mean over the windows.</summary>
    public double Mean => Loss.Total / Windows;
}

/// <summary>
/// Goes over the windows of planes, a row at a time: rows along columns, these along the row, the formula, and back.
/// What it needs beside the planes is a few rows, which stay in the first caches.
/// </summary>
internal readonly ref struct WindowPass<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The weights along an axis; their sum is 1.</summary>
    public required ReadOnlySpan<T> Weights { get; init; }

    public required ImageSize Size { get; init; }

    /// <summary>What was taken from the sum of the images.</summary>
    public T Shift { get; init; }

    /// <summary>Above 0 where a pixel is absent; empty if none is.</summary>
    public ReadOnlySpan<T> Absences { get; init; }

    /// <summary>Receives the losses of all windows; empty if nobody asks.</summary>
    public Span<T> Map { get; init; }

    private int Taps => Weights.Length;

    /// <summary>How many windows there are along the axes.</summary>
    public static ImageSize Windows(ImageSize size, int taps) => size with
    {
        Depth = size.Depth == 1 ? 1 : size.Depth - taps + 1,
        Height = size.Height - taps + 1,
        Width = size.Width - taps + 1,
    };

    /// <summary>How many windows count, nothing else.</summary>
    public long Count()
    {
        long windows = 0;
        ImageSize all = Windows(Size, Taps);
        using Rented<T> rows = new(3 * Pitch(Size.Width));
        using Rented<T> plane = new(Size.Depth == 1 ? 0 : 2 * Pitch(Size.Height * Size.Width));
        for (int slice = 0; slice < all.Depth; slice++)
        {
            ReadOnlySpan<T> absences = Slice(Absences, slice, plane.Span);
            for (int row = 0; row < all.Height; row++)
            {
                windows += Count(absences[(row * Size.Width)..], rows.Span, all.Width);
            }
        }

        return windows;
    }

    /// <summary>All losses, and the slopes of their sum in the planes of both sides if these have any.</summary>
    /// <param name="formula">The formula.</param>
    /// <param name="sums">The sum of both images, with slopes that are added to.</param>
    /// <param name="differences">Their difference, likewise.</param>
    public WindowSum Run<TFormula>(TFormula formula, WindowSide<T> sums, WindowSide<T> differences)
        where TFormula : struct, IWindowFormula => LaneWidths.Best switch
        {
            LaneWidth.Vector512 => Run<TFormula, Vector512Lane<T>>(formula, sums, differences),
            LaneWidth.Vector => Run<TFormula, VectorLane<T>>(formula, sums, differences),
            _ => Run<TFormula, ScalarLane<T>>(formula, sums, differences),
        };

    /// <summary>How much memory is needed for so many numbers in whole lanes.</summary>
    public static int Pitch(int length) => length + WindowSide<T>.Slack;

    private WindowSum Run<TFormula, TLane>(TFormula formula, WindowSide<T> sums, WindowSide<T> differences)
        where TFormula : struct, IWindowFormula
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        int pitch = Pitch(Size.Width);
        using Rented<T> rented = new((2 * WindowSide<T>.Count + 4) * pitch);
        Span<T> rows = rented.Span;
        Span<T> others = rows[(2 * WindowSide<T>.Count * pitch)..];
        sums = sums with { Rows = rows[..(WindowSide<T>.Count * pitch)] };
        differences = differences with { Rows = rows.Slice(WindowSide<T>.Count * pitch, WindowSide<T>.Count * pitch) };
        if (Size.Depth == 1)
        {
            return Flat<TFormula, TLane, No>(formula, sums, differences, Absences, Map, others);
        }

        int slice = Size.Height * Size.Width;
        int area = Pitch(slice);
        using Rented<T> planes = new(10 * area);
        WindowSum sum = default;
        ImageSize windows = Windows(Size, Taps);
        for (int z = 0; z < windows.Depth; z++)
        {
            planes.Span.Clear();
            WindowSide<T> sumsHere = Along<TLane>(sums, z, planes.Span[..(4 * area)]);
            WindowSide<T> differencesHere = Along<TLane>(differences, z, planes.Span.Slice(4 * area, 4 * area));
            ReadOnlySpan<T> absences = Slice(Absences, z, planes.Span[(8 * area)..]);
            Span<T> map = Map.IsEmpty
                ? default
                : Map.Slice(z * windows.Height * windows.Width, windows.Height * windows.Width);
            sum += Flat<TFormula, TLane, Yes>(formula, sumsHere, differencesHere, absences, map, others);
            Back<TLane>(sumsHere, sums, z);
            Back<TLane>(differencesHere, differences, z);
        }

        return sum;
    }

    /// <summary>Windows along the depth: a plane of means and variances, and slopes of both.</summary>
    private WindowSide<T> Along<TLane>(in WindowSide<T> side, int z, Span<T> memory)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        int slice = Size.Height * Size.Width;
        int area = memory.Length / 4;
        WindowSide<T> merged = side with
        {
            Means = memory[..area],
            Variances = memory.Slice(area, area),
            MeanSlopes = side.MeanSlopes.IsEmpty ? default : memory.Slice(2 * area, area),
            VarianceSlopes = side.MeanSlopes.IsEmpty ? default : memory.Slice(3 * area, area),
        };
        WindowLoops<T, TLane>.Merge<No>(
            Weights, side.Means[(z * slice)..], default, slice, slice, merged.Means, merged.Variances);
        return merged;
    }

    private void Back<TLane>(in WindowSide<T> merged, in WindowSide<T> side, int z)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        int slice = Size.Height * Size.Width;
        if (!side.MeanSlopes.IsEmpty)
        {
            WindowLoops<T, TLane>.Spread<No>(
                Weights,
                merged.MeanSlopes,
                merged.VarianceSlopes,
                merged.Means,
                side.Means[(z * slice)..],
                slice,
                slice,
                side.MeanSlopes[(z * slice)..],
                default);
        }
    }

    private WindowSum Flat<TFormula, TLane, THasVariances>(
        TFormula formula,
        in WindowSide<T> sums,
        in WindowSide<T> differences,
        ReadOnlySpan<T> absences,
        Span<T> map,
        Span<T> others)
        where TFormula : struct, IWindowFormula
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where THasVariances : struct, IChoice
    {
        ImageSize windows = Windows(Size, Taps);
        int width = windows.Width;
        int pitch = others.Length / 4;
        Span<T> losses = others[..pitch];
        Span<T> counting = others[pitch..];
        Span<T> counts = counting[..pitch];
        counts.Clear();
        counts[..width].Fill(T.One);
        CompensatedSum loss = default;
        long counted = 0;
        int step = LaneWidths.AddedInLane * TLane.Count;
        for (int row = 0; row < windows.Height; row++)
        {
            int start = row * Size.Width;
            counted += absences.IsEmpty ? width : Count(absences[start..], counting, width);
            Merge<TLane, THasVariances>(sums, start, width);
            Merge<TLane, THasVariances>(differences, start, width);
            for (int first = 0; first < width; first += step)
            {
                loss += WindowLoops<T, TLane>.Losses(
                    formula, counts, sums, differences, Shift, first, Math.Min(width, first + step), losses);
            }

            if (!map.IsEmpty)
            {
                losses[..width].CopyTo(map[(row * width)..]);
            }

            if (!sums.MeanSlopes.IsEmpty)
            {
                Spread<TLane, THasVariances>(sums, start, width);
                Spread<TLane, THasVariances>(differences, start, width);
            }
        }

        return new(loss, counted);
    }

    private void Merge<TLane, THasVariances>(in WindowSide<T> side, int start, int width)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where THasVariances : struct, IChoice
    {
        Span<T> means = side.ColumnMeans;
        Span<T> variances = side.ColumnVariances;
        WindowLoops<T, TLane>.Merge<THasVariances>(
            Weights,
            side.Means[start..],
            THasVariances.IsYes ? side.Variances[start..] : default,
            Size.Width,
            Size.Width,
            means,
            variances);

        // Of the next row, if there is one: nothing of it is to get into the slopes.
        means[Size.Width..].Clear();
        variances[Size.Width..].Clear();
        WindowLoops<T, TLane>.Merge<Yes>(
            Weights, means, variances, 1, width, side.WindowMeans, side.WindowVariances);
    }

    private void Spread<TLane, THasVariances>(in WindowSide<T> side, int start, int width)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where THasVariances : struct, IChoice
    {
        Span<T> slopes = side.ColumnMeanSlopes;
        Span<T> varianceSlopes = side.ColumnVarianceSlopes;
        slopes.Clear();
        varianceSlopes.Clear();
        WindowLoops<T, TLane>.Spread<Yes>(
            Weights,
            side.WindowMeanSlopes,
            side.WindowVariances,
            side.WindowMeans,
            side.ColumnMeans,
            1,
            width,
            slopes,
            varianceSlopes);
        WindowLoops<T, TLane>.Spread<THasVariances>(
            Weights,
            slopes,
            varianceSlopes,
            side.ColumnMeans,
            side.Means[start..],
            Size.Width,
            Size.Width,
            side.MeanSlopes[start..],
            THasVariances.IsYes ? side.VarianceSlopes[start..] : default);
    }

    /// <summary>The absences of windows along the depth.</summary>
    private ReadOnlySpan<T> Slice(ReadOnlySpan<T> absences, int z, Span<T> memory)
    {
        int slice = Size.Height * Size.Width;
        if (Size.Depth == 1 || absences.IsEmpty)
        {
            return absences;
        }

        Merge(absences[(z * slice)..], slice, slice, memory[..(memory.Length / 2)], memory[(memory.Length / 2)..]);
        return memory[..(memory.Length / 2)];
    }

    /// <summary>Which windows of a row count, in the first third of the memory, and how many do.</summary>
    private int Count(ReadOnlySpan<T> absences, Span<T> memory, int width)
    {
        int pitch = memory.Length / 3;
        Span<T> counts = memory[..pitch];
        Span<T> columns = memory.Slice(pitch, pitch);
        Span<T> spare = memory.Slice(2 * pitch, pitch);
        Merge(absences, Size.Width, Size.Width, columns, spare);
        columns[Size.Width..].Clear();
        Merge(columns, 1, width, counts, spare);
        for (int i = 0; i < width; i++)
        {
            counts[i] = counts[i] > T.Zero ? T.Zero : T.One;
        }

        counts[width..].Clear();
        return Spans.CountPositive<T>(counts[..width]);
    }

    private void Merge(ReadOnlySpan<T> numbers, int stride, int length, Span<T> means, Span<T> variances)
    {
        switch (LaneWidths.Best)
        {
            case LaneWidth.Vector512:
                WindowLoops<T, Vector512Lane<T>>.Merge<No>(
                    Weights, numbers, default, stride, length, means, variances);
                break;
            case LaneWidth.Vector:
                WindowLoops<T, VectorLane<T>>.Merge<No>(Weights, numbers, default, stride, length, means, variances);
                break;
            default:
                WindowLoops<T, ScalarLane<T>>.Merge<No>(Weights, numbers, default, stride, length, means, variances);
                break;
        }
    }
}

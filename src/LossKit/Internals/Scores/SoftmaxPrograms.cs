using System.Runtime.InteropServices;

namespace LossKit.Internals.Scores;

/// <summary>Targets by labels: 1 for entries of the group's label, 0 for others, ½ for the group itself.</summary>
internal readonly struct SameLabel : ICellTargets
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane At<T, TLane, TAcross>(in GroupCells<T> cells, nuint group, nuint cell, nuint at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice
    {
        TLane label = TLane.Load(in cells.Labels, (nuint)cells.First + group);
        TLane same = TLane.SelectPositive(TLane.Abs(label - TLane.Broadcast(in cells.Labels, cell)), default, 1.0);
        TLane away = TLane.Abs(TLane.Indices - (double)((nint)cell - cells.First - (nint)group));
        return TLane.SelectPositive(away, same, 0.5);
    }
}

/// <summary>
/// Targets by labels of groups and of entries that are other things: some number for the same, 0 for others.
/// </summary>
internal readonly struct LabelOfEntry : ICellTargets
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane At<T, TLane, TAcross>(in GroupCells<T> cells, nuint group, nuint cell, nuint at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice => TLane.SelectPositive(
            TLane.Abs(TLane.Load(in cells.OfGroups, group) - TLane.Broadcast(in cells.Labels, cell)),
            default,
            TLane.Broadcast(in cells.Same, 0));
}

/// <summary>Targets by matches: 1 for the match of the group, 0 for others.</summary>
internal readonly struct AtMatch : ICellTargets
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane At<T, TLane, TAcross>(in GroupCells<T> cells, nuint group, nuint cell, nuint at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice =>
        TLane.SelectPositive(TLane.Abs(TLane.Load(in cells.MatchColumns, group) - (double)cell), default, 1.0);
}

/// <summary>Targets of a softmax by labels: 1 for entries of the group's label.</summary>
/// <typeparam name="THidesItself">Whether the group itself is left out.</typeparam>
internal readonly struct PartnerTargets<THidesItself> : ITargetRow where THidesItself : struct, IChoice
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchNextRow<T, TLane, TAcross>(in RowChunk<T> chunk, nuint at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At<T, TLane, TAcross>(in RowChunk<T> chunk, TLane labels, nuint row, nuint cell, nuint at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice
    {
        TLane other = TLane.Abs(labels - TLane.Broadcast(in chunk.Targets, cell));
        if (!THidesItself.IsYes)
        {
            return TLane.SelectPositive(other, default, 1.0);
        }

        TLane away = TLane.Abs(chunk.Load<TLane>(RowNumber.Score, row) - (double)cell);
        return TLane.SelectPositive(other, default, TLane.SelectPositive(away, 1.0, default));
    }
}

/// <summary>−log softmax at the match of each group.</summary>
internal readonly struct MatchProgram : IGroupProgram
{
    [SkipLocalsInit]
    public void Run<T, TLane, TWide, TJet, TAcross>(in GroupCells<T> cells)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TWide : struct, IVectorLane<TWide, double>, ILane<TWide>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        SoftmaxChunk<T> softmax = new(stackalloc T[PerRow<T>.Numbers], cells);
        Span<T> scores = softmax.Of(RowNumber.Score);
        for (int group = 0; group < (int)cells.Padded; group++)
        {
            int match = Unsafe.Add(ref cells.Matches, group);
            softmax.Of(RowNumber.Label)[group] = T.CreateTruncating(match);
            scores[group] = Unsafe.Add(ref cells.Scores, (nint)match * (nint)cells.Stride + group);
        }

        default(TrueClassProgram<CrossEntropy>).Run<T, TLane, TJet, TAcross>(ref softmax.Chunk);
        softmax.CopyLosses(cells);
        for (int group = 0; group < (int)cells.Padded && TJet.Order > 0; group++)
        {
            int match = Unsafe.Add(ref cells.Matches, group);
            Unsafe.Add(ref cells.Gradient, (nint)match * (nint)cells.Stride + group) =
                softmax.Of(RowNumber.LabelGradient)[group];
        }
    }
}

/// <summary>The mean of −log softmax at the entries of each group's label.</summary>
/// <remarks>
/// Each counts exactly 1 against the softmax, whose probabilities could not be told from rounded shares where the group
/// is confident; the mean is made by the weight.
/// </remarks>
/// <typeparam name="THidesItself">Whether the group itself is left out.</typeparam>
internal readonly struct PartnersProgram<THidesItself> : IGroupProgram where THidesItself : struct, IChoice
{
    [SkipLocalsInit]
    public void Run<T, TLane, TWide, TJet, TAcross>(in GroupCells<T> cells)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TWide : struct, IVectorLane<TWide, double>, ILane<TWide>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        SoftmaxChunk<T> softmax = new(stackalloc T[PerRow<T>.Numbers], cells);
        int groups = (int)cells.Padded;
        ReadOnlySpan<T> partners = MemoryMarshal.CreateReadOnlySpan(ref cells.Partners, groups);
        softmax.Chunk.Targets = ref cells.Labels;
        for (int group = 0; group < groups; group++)
        {
            softmax.Of(RowNumber.Label)[group] = Unsafe.Add(ref cells.Labels, cells.First + group);
            softmax.Of(RowNumber.Score)[group] = T.CreateTruncating(cells.First + group);
            softmax.Of(RowNumber.Weight)[group] /= T.Max(T.One, partners[group]);
        }

        new CrossEntropyProgram<PartnerTargets<THidesItself>>(0, 0).Run<T, TLane, TJet, TAcross>(ref softmax.Chunk);
        softmax.CopyLosses(cells);
        for (int group = 0; group < groups; group++)
        {
            Unsafe.Add(ref cells.Losses, group) /= Math.Max(1, double.CreateTruncating(partners[group]));
        }
    }
}

/// <summary>Groups across lanes as rows of a softmax, which keeps small differences from 1 as such.</summary>
internal ref struct SoftmaxChunk<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public RowChunk<T> Chunk;

    private readonly Span<T> _numbers;

    public SoftmaxChunk(Span<T> numbers, in GroupCells<T> cells)
    {
        _numbers = numbers;
        Of(RowNumber.LabelWeight).Fill(T.One);
        MemoryMarshal.CreateReadOnlySpan(ref cells.Factors, (int)cells.Padded).CopyTo(Of(RowNumber.Weight));
        Chunk = new()
        {
            Predictions = ref cells.Scores,
            Gradient = ref cells.Gradient,
            Length = cells.Length,
            Stride = cells.Stride,
            Padded = cells.Padded,
            Count = (int)cells.Padded,
            Columns = (int)(cells.Length / cells.Stride),
            OfRows = ref MemoryMarshal.GetReference(numbers),
            Scale = T.One,
        };
    }

    public readonly Span<T> Of(RowNumber number) =>
        _numbers.Slice((int)number * PerRow<T>.Capacity, PerRow<T>.Capacity);

    public readonly void CopyLosses(in GroupCells<T> cells)
    {
        for (int group = 0; group < (int)cells.Padded; group++)
        {
            Unsafe.Add(ref cells.Losses, group) = double.CreateTruncating(Of(RowNumber.Loss)[group]);
        }
    }
}

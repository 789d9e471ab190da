using System.Runtime.InteropServices;

namespace LossKit.Internals.Groups;

/// <summary>
/// Some groups of equal length that are evaluated together, as cells of one lane each. Lanes lie either across groups,
/// a cell being the same entry of as many groups as a lane holds, or along a single group, a cell being some of its
/// entries; what <see cref="RowChunk{T}"/> says of cells holds here too.
/// </summary>
internal ref struct GroupCells<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The most groups.</summary>
    public const int Capacity = 64;

    public ref T Scores;

    public ref T Targets;

    /// <summary>What each entry counts; nothing, unless the program asks for it.</summary>
    public ref T EntryWeights;

    /// <summary>How far prepared columns are apart, of which the weights are the third.</summary>
    public nuint Pitch;

    /// <summary>May be the scores, unless the program adds to it.</summary>
    public ref T Gradient;

    public ref T Hessian;

    /// <summary>How many numbers all cells have.</summary>
    public nuint Length;

    /// <summary>How far the cells of one group are apart.</summary>
    public nuint Stride;

    /// <summary>How many groups there are, padded to whole lanes.</summary>
    public nuint Padded;

    /// <summary>Weight times scale, one a group.</summary>
    public ref T Factors;

    /// <summary>Receives the losses, one a group.</summary>
    public ref double Losses;

    /// <summary>The label of each entry, if targets follow from labels.</summary>
    public ref T Labels;

    /// <summary>The label of each group, where entries are other things than groups.</summary>
    public ref T OfGroups;

    /// <summary>Then the target of entries of the group's label.</summary>
    public ref T Same;

    /// <summary>How many other entries have the label of each group, if targets follow from labels.</summary>
    public ref T Partners;

    /// <summary>The entry that each group is to match, if there is one.</summary>
    public ref int Matches;

    /// <summary>The same as numbers, and then up to whole lanes.</summary>
    public ref T MatchColumns;

    /// <summary>The entry that is the first group itself, if targets follow from labels.</summary>
    public int First;

    public readonly nuint LastCell => Length - Stride;

    /// <summary>Before a program adds to them.</summary>
    public readonly void ClearDerivatives(int order)
    {
        if (order > 0)
        {
            MemoryMarshal.CreateSpan(ref Gradient, (int)Length).Clear();
        }

        if (order > 1)
        {
            MemoryMarshal.CreateSpan(ref Hessian, (int)Length).Clear();
        }
    }

    /// <summary>Multiplies derivatives with what their groups count, 0 where that is.</summary>
    public readonly void ScaleDerivatives(int order, ReadOnlySpan<T> factors)
    {
        if (order > 0)
        {
            Scale(MemoryMarshal.CreateSpan(ref Gradient, (int)Length), factors);
        }

        if (order > 1)
        {
            Scale(MemoryMarshal.CreateSpan(ref Hessian, (int)Length), factors);
        }
    }

    private static void Scale(Span<T> derivatives, ReadOnlySpan<T> factors)
    {
        if (factors.Length == 1)
        {
            Spans.Scale(derivatives, factors[0]);
            return;
        }

        for (int start = 0; start < derivatives.Length; start += factors.Length)
        {
            Spans.Multiply(derivatives.Slice(start, factors.Length), factors);
        }
    }

    /// <summary>A prepared column, of which those of scores and targets are 0 and 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ref T Column(int k) => ref Unsafe.Add(ref EntryWeights, (nuint)(k - 2) * Pitch);
}

/// <summary>What a loss does with groups of equal length.</summary>
internal interface IGroupProgram : IFormula
{
    /// <summary>Whether the gradient is summed up in its cells, which then cannot be the scores'.</summary>
    static virtual bool AddsToCells => false;

    /// <summary>Writes the losses of all groups, and the derivatives that the jet carries into their cells.</summary>
    void Run<T, TLane, TWide, TJet, TAcross>(in GroupCells<T> cells)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TWide : struct, IVectorLane<TWide, double>, ILane<TWide>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice;
}

/// <summary>Where the targets of a group's entries come from.</summary>
internal interface ICellTargets
{
    static abstract TLane At<T, TLane, TAcross>(in GroupCells<T> cells, nuint group, nuint cell, nuint at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice;
}

/// <summary>Given, one an entry.</summary>
internal readonly struct GivenCells : ICellTargets
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane At<T, TLane, TAcross>(in GroupCells<T> cells, nuint group, nuint cell, nuint at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice => TLane.Load(in cells.Targets, group + at);
}

using System.Runtime.InteropServices;

namespace LossKit.Internals.Groups;

/// <summary>Evaluates a loss over groups whose spans have been checked.</summary>
internal abstract class GroupKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>
    /// Writes losses and derivatives as far as the batch and <paramref name="order"/> ask for them, and returns the
    /// weighted sum of the losses.
    /// </summary>
    public abstract CompensatedSum Run(in GroupBatch<T> batch, DerivativeOrder order, LaneWidth width);
}

/// <summary>
/// Takes groups to a program: short ones transposed, as many of one length at a time as lanes hold, long ones one by
/// one.
/// </summary>
internal sealed class GroupKernel<T, TPreparation, TProgram> : GroupKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TPreparation : struct, IPreparation
    where TProgram : struct, IGroupProgram
{
    /// <summary>
    /// Above it the sums along a group cost less than its transposition. That is not asked of the number of groups: a
    /// group is to give the same bits alone as among others.
    /// </summary>
    private const int LongestAcross = 128;

    /// <summary>How many transposed numbers stay in L1 together with where they come from and go to.</summary>
    private const int MostCells = 2048;

    /// <summary>How many groups are prepared before they are transposed: as many as a square of it holds.</summary>
    private const int PreparedTogether = 4;

    /// <summary>The groups that are put in order of their lengths at a time.</summary>
    private const int Window = 1024;

    private readonly TPreparation _preparation;
    private readonly TProgram _program;

    public GroupKernel(TPreparation preparation, TProgram program)
    {
        ParameterChecks.Check<T, TProgram>(program);
        (_preparation, _program) = (preparation, program);
    }

    public override CompensatedSum Run(in GroupBatch<T> batch, DerivativeOrder order, LaneWidth width) =>
        LaneWidths.Of(width) switch
        {
            LaneWidth.Vector512 => Run<Vector512Lane<T>, Vector512Lane<double>>(batch, order),
            LaneWidth.Vector => Run<VectorLane<T>, VectorLane<double>>(batch, order),
            _ => Run<ScalarLane<T>, ScalarLane<double>>(batch, order),
        };

    private CompensatedSum Run<TLane, TWide>(in GroupBatch<T> batch, DerivativeOrder order)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TWide : struct, IVectorLane<TWide, double>, ILane<TWide> => order switch
        {
            DerivativeOrder.Value => Run<TLane, TWide, TLane>(batch),
            DerivativeOrder.Gradient => Run<TLane, TWide, Jet<TLane>>(batch),
            _ => Run<TLane, TWide, Jet2<TLane>>(batch),
        };

    /// <summary>Window by window: in each, groups of one length follow each other.</summary>
    [SkipLocalsInit]
    private CompensatedSum Run<TLane, TWide, TJet>(in GroupBatch<T> batch)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TWide : struct, IVectorLane<TWide, double>, ILane<TWide>
        where TJet : struct, IJet<TJet, TLane>
    {
        Span<int> starts = stackalloc int[Window];
        Span<int> sorted = stackalloc int[Window];
        Span<int> ends = stackalloc int[LongestAcross + 2];
        Span<double> losses = stackalloc double[Window];
        CompensatedSum sum = default;
        int start = 0;
        for (int first = 0; first < batch.Count; first += Window)
        {
            int count = Math.Min(Window, batch.Count - first);
            start = Start(batch, first, starts[..count], start);
            int shorts = Sort(batch, first, starts[..count], sorted[..count], ends, losses, out int evaluated);
            RunAcross<TLane, TWide, TJet>(batch, first, starts, sorted[..shorts], losses);
            foreach (int group in sorted[shorts..evaluated])
            {
                RunAlong<TLane, TWide, TJet>(batch, first + group, starts[group], ref losses[group]);
            }

            for (int group = 0; group < count; group++)
            {
                T weight = batch.WeightOf(first + group);
                if (weight != T.Zero)
                {
                    sum += double.CreateTruncating(weight) * losses[group];
                }
            }

            for (int group = 0; group < count && !batch.Losses.IsEmpty; group++)
            {
                batch.Losses[first + group] = T.CreateTruncating(losses[group]);
            }
        }

        return sum;
    }

    /// <summary>Where the groups of a window begin; returns where the next window does.</summary>
    private static int Start(in GroupBatch<T> batch, int first, Span<int> starts, int start)
    {
        for (int group = 0; group < starts.Length; group++)
        {
            starts[group] = start;
            start += batch.Groups.Length(first + group);
        }

        return start;
    }

    /// <summary>
    /// The short groups of a window in order of their lengths, then the long ones; returns how many are short. What is
    /// not to be evaluated is left out, and gets its zeros.
    /// </summary>
    private static int Sort(
        in GroupBatch<T> batch,
        int first,
        ReadOnlySpan<int> starts,
        Span<int> sorted,
        Span<int> ends,
        Span<double> losses,
        out int evaluated)
    {
        // A place for each length: 0 for those that are left out, the last for all long ones.
        ends.Clear();
        for (int group = 0; group < starts.Length; group++)
        {
            int length = batch.Groups.Length(first + group);
            bool isThere = length > 0
                && (batch.Present.IsEmpty || batch.Present[first + group])
                && (!batch.Losses.IsEmpty || batch.WeightOf(first + group) != T.Zero);
            if (!isThere)
            {
                losses[group] = 0;
                Clear(batch.Gradient, starts[group], length);
                Clear(batch.Hessian, starts[group], length);
            }

            sorted[group] = isThere ? Math.Min(length, LongestAcross + 1) : 0;
            ends[sorted[group]]++;
        }

        return Place(starts.Length, sorted, ends, out evaluated);
    }

    [SkipLocalsInit]
    private static int Place(int count, Span<int> sorted, Span<int> ends, out int evaluated)
    {
        Span<byte> keys = stackalloc byte[Window];
        for (int group = 0; group < count; group++)
        {
            keys[group] = (byte)sorted[group];
        }

        int next = 0;
        int shorts = 0;
        for (int length = 1; length < ends.Length; length++)
        {
            shorts = next;
            (ends[length], next) = (next, next + ends[length]);
        }

        evaluated = next;
        for (int group = 0; group < count; group++)
        {
            if (keys[group] > 0)
            {
                sorted[ends[keys[group]]++] = group;
            }
        }

        return shorts;
    }

    private static void Clear(Span<T> derivatives, int start, int length)
    {
        if (!derivatives.IsEmpty)
        {
            derivatives.Slice(start, length).Clear();
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunAcross<TLane, TWide, TJet>(
        in GroupBatch<T> batch, int first, ReadOnlySpan<int> starts, ReadOnlySpan<int> sorted, Span<double> losses)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TWide : struct, IVectorLane<TWide, double>, ILane<TWide>
        where TJet : struct, IJet<TJet, TLane>
    {
        if (sorted.IsEmpty)
        {
            return;
        }

        int room = Math.Max(MostCells, LongestAcross * TLane.Count);
        int columns = Math.Max(TPreparation.Columns, batch.EntryWeights.IsEmpty ? 2 : 3);
        Span<T> block = stackalloc T[columns * room];
        Span<T> scores = block[..room];
        Span<T> targets = block.Slice(room, room);
        Span<T> prepared = stackalloc T[PreparedTogether * TPreparation.Columns * LongestAcross];
        Span<T> gradient = stackalloc T[TProgram.AddsToCells && TJet.Order > 0 ? room : 0];
        Span<T> hessian = stackalloc T[TJet.Order > 1 ? room : 0];
        Span<T> factors = stackalloc T[GroupCells<T>.Capacity];
        Span<double> chunkLosses = stackalloc double[GroupCells<T>.Capacity];
        Span<int> at = stackalloc int[GroupCells<T>.Capacity];
        if (!TProgram.AddsToCells)
        {
            gradient = scores;
        }

        for (int next = 0; next < sorted.Length;)
        {
            int length = batch.Groups.Length(first + sorted[next]);
            int lanes = Math.Max(1, room / length / TLane.Count);
            int most = Math.Min(GroupCells<T>.Capacity, lanes * TLane.Count);
            int count = 0;
            while (count < most
                && next + count < sorted.Length
                && batch.Groups.Length(first + sorted[next + count]) == length)
            {
                int group = sorted[next + count];
                at[count] = starts[group];
                factors[count++] = batch.Scale * batch.WeightOf(first + group);
            }

            int padded = (count + TLane.Count - 1) / TLane.Count * TLane.Count;
            at[count..padded].Fill(at[count - 1]);
            factors[count..padded].Fill(T.Zero);
            if (TPreparation.Columns > 0)
            {
                Prepare(batch, at[..padded], count, length, prepared, block, room);
            }
            else
            {
                Transposition<T>.ToColumns(batch.Predictions, 1, length, at[..padded], scores, padded);
                Transposition<T>.ToColumns(batch.Targets, 1, length, at[..padded], targets, padded);
                if (!batch.EntryWeights.IsEmpty)
                {
                    Transposition<T>.ToColumns(batch.EntryWeights, 1, length, at[..padded], block[(2 * room)..], padded);
                }
            }

            GroupCells<T> cells = new()
            {
                Scores = ref MemoryMarshal.GetReference(scores),
                Targets = ref MemoryMarshal.GetReference(targets),
                EntryWeights = ref MemoryMarshal.GetReference(columns > 2 ? block[(2 * room)..] : default),
                Pitch = (nuint)room,
                Gradient = ref MemoryMarshal.GetReference(gradient),
                Hessian = ref MemoryMarshal.GetReference(hessian),
                Length = (nuint)(length * padded),
                Stride = (nuint)padded,
                Padded = (nuint)padded,
                Factors = ref MemoryMarshal.GetReference(factors),
                Losses = ref MemoryMarshal.GetReference(chunkLosses),
            };
            _program.Run<T, TLane, TWide, TJet, Yes>(cells);
            if (TJet.Order > 0)
            {
                Transposition<T>.ToRows(gradient, padded, batch.Gradient, 1, length, at[..count]);
            }

            if (TJet.Order > 1)
            {
                Transposition<T>.ToRows(hessian, padded, batch.Hessian, 1, length, at[..count]);
            }

            for (int k = 0; k < count; k++)
            {
                losses[sorted[next + k]] = chunkLosses[k];
                SpreadNaN<TJet, TLane>(batch, chunkLosses[k], at[k], length);
            }

            next += count;
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunAlong<TLane, TWide, TJet>(in GroupBatch<T> batch, int group, int start, ref double loss)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TWide : struct, IVectorLane<TWide, double>, ILane<TWide>
        where TJet : struct, IJet<TJet, TLane>
    {
        int length = batch.Groups.Length(group);
        bool isApart = TProgram.AddsToCells && TJet.Order > 0;
        using Rented<T> apart = new(isApart ? length : 0);
        T factor = batch.Scale * batch.WeightOf(group);
        Span<double> losses = stackalloc double[GroupCells<T>.Capacity];
        ReadOnlySpan<T> scores = batch.Predictions.Slice(start, length);
        ReadOnlySpan<T> targets = batch.Targets.Slice(start, length);
        ReadOnlySpan<T> entryWeights = batch.EntryWeights.IsEmpty ? default : batch.EntryWeights.Slice(start, length);
        using Rented<T> prepared = new(EmbeddingChecks.Numbers((long)TPreparation.Columns * length));
        if (TPreparation.Columns > 0)
        {
            _preparation.Prepare(scores, targets, entryWeights, prepared.Span);
            scores = prepared.Span[..length];
            targets = prepared.Span.Slice(length, length);
            entryWeights = prepared.Span[(2 * length)..];
        }

        Span<T> gradient = isApart ? apart.Span : TJet.Order > 0 ? batch.Gradient.Slice(start, length) : default;
        GroupCells<T> cells = new()
        {
            Scores = ref MemoryMarshal.GetReference(scores),
            Targets = ref MemoryMarshal.GetReference(targets),
            EntryWeights = ref MemoryMarshal.GetReference(entryWeights),
            Pitch = (nuint)length,
            Gradient = ref MemoryMarshal.GetReference(gradient),
            Hessian = ref MemoryMarshal.GetReference(TJet.Order > 1 ? batch.Hessian[start..] : default),
            Length = (nuint)length,
            Stride = (nuint)TLane.Count,
            Padded = 1,
            Factors = ref factor,
            Losses = ref MemoryMarshal.GetReference(losses),
        };
        _program.Run<T, TLane, TWide, TJet, No>(cells);
        if (isApart)
        {
            gradient.CopyTo(batch.Gradient[start..]);
        }

        loss = losses[0];
        SpreadNaN<TJet, TLane>(batch, loss, start, length);
    }

    /// <summary>
    /// The prepared columns of groups of one length, each in cells of its own; the last is there as often as fills a
    /// lane.
    /// </summary>
    private void Prepare(
        in GroupBatch<T> batch,
        ReadOnlySpan<int> at,
        int count,
        int length,
        Span<T> prepared,
        Span<T> block,
        int room)
    {
        int ofGroup = TPreparation.Columns * length;
        Span<int> starts = stackalloc int[PreparedTogether];
        for (int k = 0; k < at.Length; k += PreparedTogether)
        {
            int together = Math.Min(PreparedTogether, at.Length - k);
            for (int j = 0; j < together; j++)
            {
                starts[j] = k + j < count ? j * ofGroup : starts[(j + PreparedTogether - 1) % PreparedTogether];
                if (k + j < count)
                {
                    _preparation.Prepare(
                        batch.Predictions.Slice(at[k + j], length),
                        batch.Targets.Slice(at[k + j], length),
                        batch.EntryWeights.IsEmpty ? default : batch.EntryWeights.Slice(at[k + j], length),
                        prepared.Slice(starts[j], ofGroup));
                }
            }

            for (int column = 0; column < TPreparation.Columns; column++)
            {
                Transposition<T>.ToColumns(
                    prepared[(column * length)..],
                    1,
                    length,
                    starts[..together],
                    block[(column * room + k)..],
                    at.Length);
            }
        }
    }

    private static void SpreadNaN<TJet, TLane>(in GroupBatch<T> batch, double loss, int start, int length)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>, ILane<TJet>
    {
        if (!double.IsNaN(loss))
        {
            return;
        }

        if (TJet.Order > 0)
        {
            batch.Gradient.Slice(start, length).Fill(T.NaN);
        }

        if (TJet.Order > 1)
        {
            batch.Hessian.Slice(start, length).Fill(T.NaN);
        }
    }
}

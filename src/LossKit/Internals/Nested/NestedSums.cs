namespace LossKit.Internals.Nested;

/// <summary>
/// Σ c_i·(log Σ_j w_j·e^(x_j) − x_i) for entries in an order, the inner sum over all of i's group that have joined no
/// later than i: the partial likelihood of Cox, and of Plackett and Luce.
/// </summary>
/// <remarks>
/// Entries that join together form a block and are in each other's sums. A sum is kept as e^peak·(1 + rest), the peak
/// being its largest summand: nothing overflows, scores of any size can stand beside each other, and the loss of an
/// entry that outweighs all others is log(1 + rest), however small. What later sums pull with at an entry grows with
/// the blocks from the last to the first: V = Σ c/(1 + rest)·e^(peak of the entry's block − peak), every factor at most
/// 1. A NaN spoils the sums it is in, and so the gradient of its group. All spans are one an entry.
/// </remarks>
internal readonly ref struct NestedSums
{
    /// <summary>For each entry where its block ends; as its complement in a block that begins a group.</summary>
    public required Span<int> Ends { get; init; }

    /// <summary>x.</summary>
    public required Span<double> Scores { get; init; }

    /// <summary>x + log w.</summary>
    public required Span<double> Sizes { get; init; }

    /// <summary>For each entry where the last block ends that has it in its sum; empty if none ever leaves.</summary>
    public Span<int> Lasts { get; init; }

    /// <summary>For those that leave.</summary>
    public Stays Stays { get; init; }

    /// <summary>w·e^x as a share of the peak of the entry's block.</summary>
    public required Span<double> Shares { get; init; }

    /// <summary>c.</summary>
    public required Span<double> Terms { get; init; }

    public required Span<double> Peaks { get; init; }

    public required Span<double> Rests { get; init; }

    /// <summary>Log Σ − x, before it is multiplied with c.</summary>
    public required Span<double> Losses { get; init; }

    /// <summary>
    /// By Efron's rule, the part of a block's sum that does not come from the block's own terms; empty for Breslow's.
    /// </summary>
    public Span<double> Others { get; init; }

    private bool IsEfron => !Others.IsEmpty;

    private bool HasLeaving => !Lasts.IsEmpty;

    /// <summary>Fills in everything but the inputs.</summary>
    public void Evaluate()
    {
        if (HasLeaving)
        {
            Stays.Clear();
            for (int j = 0; j < Ends.Length; j++)
            {
                Stays.Note(EndOf(j), Lasts[j], Sizes[j]);
            }

            for (int j = 0; j < Ends.Length; j++)
            {
                Stays.Add(EndOf(j), Lasts[j], Sizes[j]);
            }
        }

        FindPeaks();
        Spans.Subtract(Sizes, Peaks, Shares);
        Elementary<double>.ExpOfNegative(Shares);
        AddUp();
        Rests.CopyTo(Losses);
        Elementary<double>.Log1p(Losses);
        for (int start = 0; start < Ends.Length && IsEfron; start = EndOf(start))
        {
            AverageLogs(start, EndOf(start));
        }

        for (int j = 0; j < Losses.Length; j++)
        {
            Losses[j] += Peaks[j] - Scores[j];
        }
    }

    /// <summary>The derivatives of Σ c·loss with respect to the scores; after <see cref="Evaluate"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Differentiate(Span<double> slopes)
    {
        if (HasLeaving)
        {
            Stays.Clear();
        }

        double pull = 0;
        for (int end = Ends.Length, start; end > 0; end = start)
        {
            start = StartOf(end);
            if (end < Ends.Length && Ends[end] < 0)
            {
                pull = 0;
            }
            else if (end < Ends.Length && Peaks[start] != Peaks[end])
            {
                pull *= Math.Exp(Peaks[start] - Peaks[end]);
            }

            double ownPull = Differentiate(start, end, HasLeaving ? 0 : pull, slopes);
            pull += ownPull;
            if (HasLeaving)
            {
                Stays.SetPull(start, Peaks[start], ownPull);
            }
        }

        if (HasLeaving)
        {
            Stays.SumPulls();
            for (int j = 0; j < slopes.Length; j++)
            {
                slopes[j] += Stays.PullOf(EndOf(j), Lasts[j], Sizes[j]);
            }
        }
    }

    /// <summary>
    /// The second derivatives of Σ c·loss, one score at a time: Σ c·p(1 − p) over the sums that have an entry, p being
    /// its share of the sum; after <see cref="Evaluate"/>.
    /// </summary>
    /// <remarks>
    /// As Σ c·p − Σ c·p² it would be 0 where an entry outweighs all others. Of the sums whose peak it is, 1 − p is the
    /// rest; of all others p is at most ½.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void DifferentiateTwice(Span<double> curvatures)
    {
        Pull pull = default;
        Pull beyond = default;
        for (int end = Ends.Length, start; end > 0; end = start)
        {
            start = StartOf(end);
            if (HasLeaving || (end < Ends.Length && Ends[end] < 0))
            {
                (pull, beyond) = (default, default);
            }
            else if (end < Ends.Length && Peaks[start] != Peaks[end])
            {
                pull = pull.Shrunk(Math.Exp(Peaks[start] - Peaks[end]));
                beyond = pull;
            }

            Tie tie = TieOf(start, end);
            Pull own = OwnPull(tie, Rests[start], isOfTerms: false);
            Pull ofTerms = IsEfron && tie.Count > 1 ? OwnPull(tie, Rests[start], isOfTerms: true) : own;
            for (int j = start; j < end; j++)
            {
                double share = Shares[j];
                Pull mine = Terms[j] == 0 ? own : ofTerms;
                curvatures[j] = share == 1
                    ? pull.AtPeak + beyond.Of(1) + mine.AtPeak
                    : pull.Of(share) + mine.Of(share);
            }

            pull += own;
        }

        if (HasLeaving)
        {
            AddPulls(curvatures, power: 1);
            AddPulls(curvatures, power: 2);
        }
    }

    /// <summary>What sums of later blocks add to the second derivatives of those that have not left.</summary>
    private void AddPulls(Span<double> curvatures, int power)
    {
        Stays.Clear();
        for (int start = 0; start < Ends.Length; start = EndOf(start))
        {
            Pull own = OwnPull(TieOf(start, EndOf(start)), Rests[start], isOfTerms: false);
            Stays.SetPull(start, power * Peaks[start], power == 1 ? own.First : -own.Second);
        }

        Stays.SumPulls();
        for (int j = 0; j < curvatures.Length; j++)
        {
            curvatures[j] += Stays.PullOf(EndOf(j), Lasts[j], power * Sizes[j]);
        }
    }

    /// <summary>What the sum of a block pulls with, at its own terms or at all others.</summary>
    private Pull OwnPull(in Tie tie, double rest, bool isOfTerms)
    {
        if (tie.Weight == 0)
        {
            return default;
        }

        double inverse = 1 / (1 + rest);
        Pull pull = new(tie.Weight * inverse, tie.Weight * inverse * inverse, tie.Weight * rest * inverse * inverse);
        if (!IsEfron || tie.Count < 2)
        {
            return pull;
        }

        for (int l = 1; l < tie.Count; l++)
        {
            double share = (isOfTerms ? (double)(tie.Count - l) / tie.Count : 1) / tie.After(l);
            pull += new Pull(tie.Weight * share, tie.Weight * share * share, tie.Weight * share * (1 - share));
        }

        return new(pull.First / tie.Count, pull.Second / tie.Count, pull.AtPeak / tie.Count);
    }

    private int EndOf(int entry) => Ends[entry] < 0 ? ~Ends[entry] : Ends[entry];

    /// <summary>Where the block starts that ends at <paramref name="end"/>.</summary>
    private int StartOf(int end)
    {
        int start = end - 1;
        while (start > 0 && EndOf(start - 1) == end)
        {
            start--;
        }

        return start;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FindPeaks()
    {
        double peak = 0;
        for (int start = 0, end; start < Ends.Length; start = end)
        {
            end = EndOf(start);

            // Where nothing has joined but −∞, that is behind as anywhere.
            peak = HasLeaving ? Stays.PeakAt(start) : Ends[start] < 0 ? -double.MaxValue : peak;
            for (int j = start; j < end; j++)
            {
                peak = Sizes[j] > peak ? Sizes[j] : peak;
            }

            for (int j = start; j < end; j++)
            {
                Peaks[j] = peak;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddUp()
    {
        double hasPeak = 0;
        double rest = 0;
        for (int start = 0, end; start < Ends.Length; start = end)
        {
            end = EndOf(start);
            if (HasLeaving)
            {
                rest = Stays.SumAt(start, Peaks[start], out hasPeak);
            }
            else if (Ends[start] < 0)
            {
                (hasPeak, rest) = (0, 0);
            }
            else if (Peaks[start] != Peaks[start - 1])
            {
                (hasPeak, rest) = (0, (hasPeak + rest) * Math.Exp(Peaks[start - 1] - Peaks[start]));
            }

            double others = hasPeak + rest;
            for (int j = start; j < end; j++)
            {
                double share = Shares[j];
                if (IsEfron)
                {
                    others += Terms[j] == 0 ? share : 0;
                }

                if (share == 1 && hasPeak == 0)
                {
                    hasPeak = 1;
                }
                else
                {
                    rest += share;
                }
            }

            Rests[start..end].Fill(hasPeak - 1 + rest);
            if (IsEfron)
            {
                Others[start..end].Fill(others);
            }
        }
    }

    /// <summary>
    /// Efron's rule: the d terms of a block leave its sum one after the other, each being any of them alike. The mean
    /// of the logarithms of Σ − l/d·Σ of the terms, l = 0 … d − 1.
    /// </summary>
    private void AverageLogs(int start, int end)
    {
        Tie tie = TieOf(start, end);
        if (tie.Count < 2)
        {
            return;
        }

        double sum = Losses[start];
        for (int l = 1; l < tie.Count; l++)
        {
            sum += Math.Log(tie.After(l));
        }

        Losses[start..end].Fill(sum / tie.Count);
    }

    /// <summary>Writes the slopes of a block; what its own terms add to the pull is returned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private double Differentiate(int start, int end, double pull, Span<double> slopes)
    {
        double weight = 0;
        for (int j = start; j < end; j++)
        {
            weight += Terms[j];
        }

        double inverse = 1 / (1 + Rests[start]);
        double ofOthers = Weigh(weight, inverse);
        if (IsEfron && weight != 0 && TieOf(start, end) is { Count: > 1 } tie)
        {
            double ofTerms = ofOthers;
            for (int l = 1; l < tie.Count; l++)
            {
                double step = tie.Weight / tie.After(l);
                ofOthers += step;
                ofTerms += step * (tie.Count - l) / tie.Count;
            }

            ofOthers /= tie.Count;
            ofTerms /= tie.Count;
            for (int j = start; j < end; j++)
            {
                slopes[j] = Shares[j] * (pull + (Terms[j] == 0 ? ofOthers : ofTerms)) - Terms[j];
            }

            return ofOthers;
        }

        for (int j = start; j < end; j++)
        {
            // Its own term has p − 1, which as a difference would be 0 where the entry outweighs all others.
            double probability = Shares[j] * inverse;
            double opposite = Shares[j] == 1 ? Rests[start] * inverse : 1 - probability;
            slopes[j] = Shares[j] * pull + Weigh(weight - Terms[j], probability) - Weigh(Terms[j], opposite);
        }

        return ofOthers;
    }

    /// <summary>
    /// Their product, of which a weight of 0 hides what is missing. Which entries have a term nobody can guess: no
    /// branch.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Weigh(double weight, double value)
    {
        long isThere = weight == 0 ? 0 : -1;
        return BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(weight * value) & isThere);
    }

    private Tie TieOf(int start, int end)
    {
        Tie tie = new() { Others = IsEfron ? Others[start] : 0 };
        for (int j = start; j < end; j++)
        {
            if (Terms[j] != 0)
            {
                tie.Count++;
                tie.Weight += Terms[j];
                tie.Sum += Shares[j];
            }
        }

        return tie;
    }

    /// <summary>Σ c·q, Σ c·q² and Σ c·q(1 − q) over sums, q being their peak's share of each.</summary>
    private readonly record struct Pull(double First, double Second, double AtPeak)
    {
        public static Pull operator +(Pull left, Pull right) =>
            new(left.First + right.First, left.Second + right.Second, left.AtPeak + right.AtPeak);

        /// <summary>Σ c·p(1 − p) of an entry that is this share of the peak.</summary>
        public double Of(double share) => share * First - share * share * Second;

        /// <summary>The same sums as shares of a smaller peak, which none of them has.</summary>
        public Pull Shrunk(double factor) => new(factor * First, factor * factor * Second, 0);
    }

    /// <summary>The terms of a block.</summary>
    private struct Tie
    {
        public int Count;
        public double Weight;
        public double Sum;
        public double Others;

        /// <summary>The block's sum when <paramref name="left"/> of its terms have left it.</summary>
        public readonly double After(int left) => Others + (double)(Count - left) / Count * Sum;
    }
}

namespace LossKit.Internals.Nested;

/// <summary>
/// Sums over entries that leave again: each stays for a range of places. A range is a few nodes of a binary tree over
/// the places, so that nothing is ever subtracted from a sum, where a large entry that leaves would leave only its
/// rounding errors behind; the price is a logarithm of the places for each entry.
/// </summary>
/// <param name="numbers">Three for each of twice as many nodes as there are places.</param>
internal readonly ref struct Stays(Span<double> numbers)
{
    public const int NumbersOfPlace = 6;

    private readonly Span<double> _peaks = numbers[..(numbers.Length / 3)];
    private readonly Span<double> _hasPeak = numbers[(numbers.Length / 3)..(numbers.Length / 3 * 2)];
    private readonly Span<double> _rests = numbers[(numbers.Length / 3 * 2)..];

    private int Places => _peaks.Length / 2;

    public void Clear()
    {
        _peaks.Fill(-double.MaxValue);
        _hasPeak.Clear();
        _rests.Clear();
    }

    /// <summary>
    /// Notes the size of an entry that stays from <paramref name="first"/> to before <paramref name="end"/>.
    /// </summary>
    public void Note(int first, int end, double size)
    {
        for (Nodes nodes = new(first, end, Places); nodes.Next(out int node);)
        {
            _peaks[node] = size > _peaks[node] ? size : _peaks[node];
        }
    }

    /// <summary>The largest noted size at a place.</summary>
    public double PeakAt(int place)
    {
        double peak = -double.MaxValue;
        for (int node = place + Places; node > 0; node /= 2)
        {
            peak = Math.Max(peak, _peaks[node]);
        }

        return peak;
    }

    /// <summary>Adds e^size to the sums of a range, after all sizes have been noted.</summary>
    public void Add(int first, int end, double size)
    {
        for (Nodes nodes = new(first, end, Places); nodes.Next(out int node);)
        {
            double share = Math.Exp(size - _peaks[node]);
            (share == 1 && _hasPeak[node] == 0 ? ref _hasPeak[node] : ref _rests[node]) += share;
        }
    }

    /// <summary>The sum at a place as a share of e^peak, one summand of that size apart from the rest.</summary>
    public double SumAt(int place, double peak, out double hasPeak)
    {
        hasPeak = 0;
        double rest = 0;
        for (int node = place + Places; node > 0; node /= 2)
        {
            bool isPeak = _peaks[node] == peak && hasPeak == 0;
            hasPeak = isPeak ? _hasPeak[node] : hasPeak;
            rest += ((isPeak ? 0 : _hasPeak[node]) + _rests[node]) * Math.Exp(_peaks[node] - peak);
        }

        return rest;
    }

    /// <summary>Takes the other way round: pull·e^(−peak) of each place, for <see cref="PullOf"/>.</summary>
    public void SetPull(int place, double peak, double pull) =>
        (_peaks[place + Places], _rests[place + Places]) = (peak, pull);

    public void SumPulls()
    {
        for (int node = Places - 1; node > 0; node--)
        {
            int left = 2 * node;
            int right = left + 1;

            // Where there is no pull, the peak says nothing.
            double least = _rests[left] == 0 ? _peaks[right]
                : _rests[right] == 0 ? _peaks[left]
                : Math.Min(_peaks[left], _peaks[right]);
            _peaks[node] = least;
            _rests[node] = Pull(left, least) + Pull(right, least);
        }
    }

    /// <summary>Σ pull·e^(size − peak) over a range; no peak in it is below the size.</summary>
    public double PullOf(int first, int end, double size)
    {
        double sum = 0;
        for (Nodes nodes = new(first, end, Places); nodes.Next(out int node);)
        {
            sum += Pull(node, size);
        }

        return sum;
    }

    private double Pull(int node, double size) =>
        _rests[node] == 0 ? 0 : _rests[node] * Math.Exp(size - _peaks[node]);

    /// <summary>The nodes that a range consists of.</summary>
    private ref struct Nodes(int first, int end, int places)
    {
        private int _left = first + places;
        private int _right = Math.Max(first, end) + places;
        private int _pending;

        public bool Next(out int node)
        {
            node = _pending;
            _pending = 0;
            while (node == 0 && _left < _right)
            {
                bool takesLeft = _left % 2 == 1;
                bool takesRight = _right % 2 == 1;
                int fromRight = takesRight ? _right - 1 : 0;
                node = takesLeft ? _left : fromRight;
                _pending = takesLeft ? fromRight : 0;
                _left = (_left + 1) / 2;
                _right /= 2;
            }

            return node != 0;
        }
    }
}

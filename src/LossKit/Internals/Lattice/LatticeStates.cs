namespace LossKit.Internals.Lattice;

/// <summary>
/// The states of one target, as numbers that a kernel adds: 0 where a path may go, −∞ where it must not. All rows have
/// a margin at both ends and whole lanes between, with −∞ beyond the states.
/// </summary>
/// <param name="numbers">Memory for the rows.</param>
/// <param name="integers">Memory for the classes, their order and the places.</param>
/// <param name="states">How many there are.</param>
/// <param name="lane">How many lie side by side.</param>
internal readonly ref struct LatticeStates<T>(Span<T> numbers, Span<int> integers, int states, int lane)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>An arc leads at most so far.</summary>
    public const int Margin = 2;

    public const int Rows = 5;

    public const int IntegersOfState = 3;

    private readonly Span<T> _numbers = numbers;

    /// <summary>How many states there are.</summary>
    public int Count { get; } = states;

    public int Padded { get; } = (states + lane - 1) / lane * lane;

    public int RowLength => RowLengthOf(Count, lane);

    /// <summary>The classes of the states.</summary>
    public Span<int> Classes { get; } = integers[..states];

    /// <summary>The states by their places, and those of a place by their classes.</summary>
    public Span<int> ByClass { get; } = integers.Slice(states, states);

    /// <summary>The rows of a frame that the states emit in.</summary>
    public Span<int> Places { get; } = integers.Slice(2 * states, states);

    public static int RowLengthOf(int states, int lane) => (states + lane - 1) / lane * lane + 2 * Margin;

    /// <summary>Arcs into each state from <paramref name="step"/> states before.</summary>
    public Span<T> Arcs(int step) => _numbers.Slice(step * RowLength, RowLength);

    public Span<T> First => _numbers.Slice(3 * RowLength, RowLength);

    public Span<T> Last => _numbers.Slice(4 * RowLength, RowLength);

    public void Fill<TTopology>(TTopology topology, ReadOnlySpan<int> labels) where TTopology : ITopology
    {
        _numbers[..(Rows * RowLength)].Fill(T.NegativeInfinity);
        for (int state = 0; state < Count; state++)
        {
            int at = state + Margin;
            Classes[state] = topology.ClassOf(state, labels);
            Places[state] = topology.PlaceOf(state);
            ByClass[state] = state;
            First[at] = Open(topology.IsFirst(state, labels));
            Last[at] = Open(topology.IsLast(state, labels));
            for (int step = 0; step <= Math.Min(state, Margin); step++)
            {
                Arcs(step)[at] = Open(topology.HasArc(state, step, labels));
            }
        }

        // The keys are needed again in the order of the states.
        for (int start = 0, end; start < Count; start = end)
        {
            end = EndOfPlace(start);
            Classes[start..end].Sort(ByClass[start..end]);
        }

        for (int state = 0; state < Count; state++)
        {
            Classes[state] = topology.ClassOf(state, labels);
        }
    }

    /// <summary>Where the states of the next place begin.</summary>
    public int EndOfPlace(int state)
    {
        int others = Places[state..].IndexOfAnyExcept(Places[state]);
        return others < 0 ? Count : state + others;
    }

    private static T Open(bool isOpen) => isOpen ? T.Zero : T.NegativeInfinity;
}

namespace LossKit;

/// <summary>
/// How the entries of a batch belong together: documents of a query, pixels of a class, negatives of an anchor. Groups
/// are consecutive, and each entry is in one of them.
/// </summary>
/// <remarks>A group without entries has a loss of 0 and counts for nothing.</remarks>
public readonly ref struct Groups
{
    private readonly ReadOnlySpan<int> _numbers;
    private readonly int _width;
    private readonly bool _areOffsets;

    private Groups(int width, ReadOnlySpan<int> numbers, bool areOffsets)
    {
        _width = width;
        _numbers = numbers;
        _areOffsets = areOffsets;
    }

    /// <summary>The entries of every group if all have as many, else 0.</summary>
    internal int Width => _width;

    /// <summary>Groups of <paramref name="width"/> entries each.</summary>
    /// <param name="width">How many entries a group has.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is not positive.</exception>
    public static Groups OfWidth(int width) =>
        new(BatchChecks.Positive(width, "how many entries a group has"), default, areOffsets: false);

    /// <summary>Groups of these lengths, one after the other.</summary>
    /// <param name="lengths">
    /// How many entries each group has. The span must stay as it is while a loss is computed.
    /// </param>
    public static Groups OfLengths(ReadOnlySpan<int> lengths) => new(0, lengths, areOffsets: false);

    /// <summary>Groups that begin at these entries.</summary>
    /// <param name="offsets">
    /// Where each group begins, the first at 0, and after them the number of all entries. The span must stay as it is
    /// while a loss is computed.
    /// </param>
    public static Groups OfOffsets(ReadOnlySpan<int> offsets) => new(0, offsets, areOffsets: true);

    /// <summary>How many groups <paramref name="entries"/> entries are; throws if they are no groups.</summary>
    internal int Count(int entries)
    {
        if (_width > 0)
        {
            return BatchChecks.Rows("predictions", entries, _width, "entries", "a group");
        }

        if (_areOffsets && (_numbers.IsEmpty || _numbers[0] != 0))
        {
            string found = _numbers.IsEmpty ? "nothing" : $"{_numbers[0]}";
            throw Wrong($"The offsets of 'groups' begin with {found}: expected 0.");
        }

        int count = _numbers.Length - (_areOffsets ? 1 : 0);
        long end = 0;
        for (int group = 0; group < count; group++)
        {
            int length = Length(group);
            end += length >= 0
                ? length
                : throw Wrong($"Group {group} of 'groups' has a length of {length}: it must be at least 0.");
        }

        return end == entries
            ? count
            : throw Wrong($"'groups' has {end} entries in {count} groups, but 'predictions' has {entries}.");
    }

    /// <summary>
    /// Where the groups begin, and after them the number of all entries; nothing if all are of one width. What is not
    /// given is written to <paramref name="memory"/>.
    /// </summary>
    internal ReadOnlySpan<int> Offsets(Span<int> memory)
    {
        if (_width > 0 || _areOffsets)
        {
            return _numbers;
        }

        memory[0] = 0;
        for (int group = 0; group < _numbers.Length; group++)
        {
            memory[group + 1] = memory[group] + _numbers[group];
        }

        return memory;
    }

    /// <summary>How many numbers <see cref="Offsets"/> needs memory for.</summary>
    internal int NumbersOfOffsets => _width > 0 || _areOffsets ? 0 : _numbers.Length + 1;

    /// <summary>How many entries a group has.</summary>
    internal int Length(int group) =>
        _width > 0 ? _width : _areOffsets ? _numbers[group + 1] - _numbers[group] : _numbers[group];

    private static ArgumentException Wrong(string message, string name = "groups") => new(message, name);
}

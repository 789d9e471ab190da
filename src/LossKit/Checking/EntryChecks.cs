using System.Diagnostics.CodeAnalysis;

namespace LossKit.Internals;

/// <summary>The check of numbers one by one: the first outside its domain is an error that names it.</summary>
internal static class EntryChecks
{
    /// <param name="name">The argument.</param>
    /// <param name="numbers">The numbers.</param>
    /// <param name="domain">What they have to be.</param>
    /// <param name="columns">How many of them are a row, whose number the error names too if they are several.</param>
    public static void Numbers<T>(string name, ReadOnlySpan<T> numbers, Domain domain, int columns = 1)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            Number(name, i, numbers[i], domain, columns);
        }
    }

    /// <summary>Columns of numbers, each in a domain of its own.</summary>
    /// <param name="name">The argument.</param>
    /// <param name="numbers">The numbers.</param>
    /// <param name="domains">What those of each column have to be, over and over.</param>
    /// <param name="run">How many numbers of a column lie next to each other.</param>
    /// <param name="columns">How many numbers are a row.</param>
    public static void Columns<T>(
        string name, ReadOnlySpan<T> numbers, ReadOnlySpan<Domain> domains, int run, int columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            Number(name, i, numbers[i], domains[i / run % domains.Length], columns);
        }
    }

    public static void Number<T>(string name, int index, T number, Domain domain, int columns = 1)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!domain.Contains(double.CreateTruncating(number)))
        {
            Throw(name, index, number, domain, columns);
        }
    }

    /// <summary>The numbers of all rows but those whose label is <paramref name="ignored"/>.</summary>
    public static void Rows<T>(
        string name, ReadOnlySpan<T> numbers, Domain domain, int columns, ReadOnlySpan<int> labels, int? ignored)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            if (labels[i / columns] != ignored && !domain.Contains(double.CreateTruncating(numbers[i])))
            {
                Throw(name, i, numbers[i], domain, columns);
            }
        }
    }

    public static void Weights<T>(ReadOnlySpan<T> weights) where T : unmanaged, IFloatingPointIeee754<T> =>
        Numbers(nameof(weights), weights, Domain.NotNegative);

    public static void Event(ReadOnlySpan<int> events, int index)
    {
        if (events[index] is not (0 or 1))
        {
            throw BatchChecks.Refusal(nameof(events), $"events[{index}] is {events[index]}, but must be 0 or 1.");
        }
    }

    /// <summary>Whether there is a weight for each of some things, or none at all.</summary>
    public static bool AreForEach<T>(ReadOnlySpan<T> weights, int things) =>
        weights.IsEmpty || weights.Length == things;

    [DoesNotReturn]
    public static void Throw<T>(string name, int index, T number, Domain domain, int columns = 1) => Throw(
        name, index, number, domain, columns > 1 ? FormattableString.Invariant($", of row {index / columns},") : "");

    [DoesNotReturn]
    public static void Throw<T>(string name, int index, T number, Domain domain, string place) =>
        throw new ArgumentException(
            FormattableString.Invariant($"{name}[{index}]{place} is {number}: must be {domain.Description}."), name);
}

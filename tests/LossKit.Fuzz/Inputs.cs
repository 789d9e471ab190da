using System.Numerics;

namespace LossKit.Fuzz;

/// <summary>An input of a batch, under the name of its argument or property.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Owners">The loss that each entry belongs to; −1 if it belongs to several.</param>
internal abstract record Input(string Name, int[] Owners)
{
    /// <summary>Which entries have no part, because they are masked, ignored or behind the end of a sequence.</summary>
    public bool[]? Hidden { get; init; }

    public int Length => Owners.Length;

    public bool IsHidden(int entry) => Hidden is not null && Hidden[entry];

    /// <summary>The same with some of its entries only.</summary>
    public abstract Input Pick(int[] entries);

    protected static TEntry[] Picked<TEntry>(TEntry[] all, int[] entries) =>
        Array.ConvertAll(entries, entry => all[entry]);
}

/// <summary>Numbers, which lie anywhere in their memory: where vectors begin must not matter.</summary>
internal sealed record Numbers<T>(string Name, int[] Owners, T[] Memory, int Start) : Input(Name, Owners)
{
    /// <summary>Whether there is a gradient with respect to it.</summary>
    public bool IsPredicted { get; init; }

    /// <summary>Whether it decides which losses there are, so that NaN in it changes what is counted.</summary>
    public bool DecidesCount { get; init; }

    public Span<T> Span => Memory.AsSpan(Start, Length);

    public Numbers<T> Copy() => this with { Memory = [.. Memory] };

    public override Input Pick(int[] entries) => this with
    {
        Owners = Picked(Owners, entries),
        Hidden = Hidden is null ? null : Picked(Hidden, entries),
        Memory = Picked(Span.ToArray(), entries),
        Start = 0,
    };
}

/// <summary>Labels, lengths, flags of 0 and 1.</summary>
internal sealed record Integers(string Name, int[] Owners, int[] Values) : Input(Name, Owners)
{
    public override Input Pick(int[] entries) =>
        this with { Owners = Picked(Owners, entries), Hidden = null, Values = Picked(Values, entries) };
}

/// <summary>A mask.</summary>
internal sealed record Mask(string Name, int[] Owners, bool[] Values) : Input(Name, Owners)
{
    public override Input Pick(int[] entries) =>
        this with { Owners = Picked(Owners, entries), Values = Picked(Values, entries) };
}

/// <summary>Everything that a loss is given, but for the weights.</summary>
/// <param name="Losses">How many losses there are.</param>
/// <param name="Inputs">The inputs; those that are left out are empty.</param>
internal sealed record FuzzBatch<T>(int Losses, Input[] Inputs) where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>What the batch says besides, such as the height of an image.</summary>
    public Dictionary<string, int> Sizes { get; init; } = [];

    /// <summary>Whether no loss depends on another's entries, so that parts of the batch are batches.</summary>
    public bool IsIndependent { get; init; }

    public IEnumerable<Numbers<T>> Predicted => Inputs.OfType<Numbers<T>>().Where(input => input.IsPredicted);

    public Span<T> Numbers(string name) => Find<Numbers<T>>(name) is { } input ? input.Span : default;

    public ReadOnlySpan<int> Integers(string name) => Find<Integers>(name)?.Values;

    public ReadOnlySpan<bool> Mask(string name) => Find<Mask>(name)?.Values;

    /// <summary>The same numbers in memory of their own.</summary>
    public FuzzBatch<T> Copy() =>
        this with { Inputs = Array.ConvertAll(Inputs, input => input is Numbers<T> numbers ? numbers.Copy() : input) };

    /// <summary>The same in which what has the label that is ignored is hidden.</summary>
    public FuzzBatch<T> Ignoring(string name, int? ignored)
    {
        Integers labels = Find<Integers>(name)!;
        return this with
        {
            Inputs = Array.ConvertAll(Inputs, input => input is not LossKit.Fuzz.Numbers<T> ? input : input with
            {
                Hidden = Array.ConvertAll(input.Owners, owner => owner >= 0 && labels.Values[owner] == ignored),
            }),
        };
    }

    /// <summary>The batch with a mask that hides numbers: of all inputs that are as long as the first.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="placeOf">Which of its entries is that of a number.</param>
    public FuzzBatch<T> Covered(Mask mask, Func<int, int> placeOf) => this with
    {
        Inputs =
        [
            .. Inputs.Select(input => input is LossKit.Fuzz.Numbers<T> && input.Length == Inputs[0].Length
                ? input with
                {
                    Hidden = [.. Enumerable.Range(0, input.Length).Select(i => !mask.Values[placeOf(i)])],
                }
                : input),
            mask,
        ],
    };

    /// <summary>The losses from <paramref name="first"/> on.</summary>
    public FuzzBatch<T> Part(int first, int count) => this with
    {
        Losses = count,
        Inputs = Array.ConvertAll(Inputs, input =>
        {
            int[] kept = [.. Enumerable.Range(0, input.Length).Where(
                entry => input.Owners[entry] < 0
                    || (input.Owners[entry] >= first && input.Owners[entry] < first + count))];
            Input part = input.Pick(kept);
            return part with
            {
                Owners = Array.ConvertAll(part.Owners, owner => owner < 0 ? owner : owner - first),
            };
        }),
    };

    /// <summary>The same with NaN in some entries.</summary>
    public FuzzBatch<T> Poisoned(Func<Input, int, bool> isPoisoned)
    {
        FuzzBatch<T> copy = Copy();
        foreach (Numbers<T> input in copy.Inputs.OfType<Numbers<T>>())
        {
            for (int entry = 0; entry < input.Length; entry++)
            {
                if (isPoisoned(input, entry))
                {
                    input.Span[entry] = T.NaN;
                }
            }
        }

        return copy;
    }

    private TInput? Find<TInput>(string name) where TInput : Input =>
        (TInput?)Array.Find(Inputs, input => input.Name == name);
}

/// <summary>Where derivatives go: with respect to each predicted input, in memory that may be any.</summary>
internal sealed class Outputs<T>(Dictionary<string, (T[] Memory, int Start, int Length)> spans)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public Span<T> this[string name] =>
        spans.TryGetValue(name, out (T[] Memory, int Start, int Length) span)
            ? span.Memory.AsSpan(span.Start, span.Length)
            : default;

    public IEnumerable<string> Names => spans.Keys;

    /// <summary>Lays an output elsewhere.</summary>
    public void Put(string name, T[] memory, int start) => spans[name] = (memory, start, spans[name].Length);

    /// <summary>Whether all around the outputs is what it was.</summary>
    public bool IsKeptAround(T number) => spans.Values.All(
        span => span.Memory.AsSpan(0, span.Start).IndexOfAnyExcept(number) < 0
            && span.Memory.AsSpan(span.Start + span.Length).IndexOfAnyExcept(number) < 0);

    /// <summary>Whether the outputs are what they were, too.</summary>
    public bool IsUnwritten(T number) => spans.Values.All(span => span.Memory.AsSpan().IndexOfAnyExcept(number) < 0);
}

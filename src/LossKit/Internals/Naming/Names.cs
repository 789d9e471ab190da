namespace LossKit.Internals.Naming;

/// <summary>
/// Factories and modifiers by their names. A line has one as a delegate and a loss made by it with its defaults, which
/// says what its parameters and their defaults are called: no reflection is needed, nor is anything typed twice.
/// </summary>
internal sealed class Names
{
    private readonly Dictionary<string, Entry> _factories = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Entry> _modifiers = new(StringComparer.OrdinalIgnoreCase);

    private delegate NamedMetric Maker(NamedMetric? modified, Arguments arguments);

    /// <summary>The names of the modifiers.</summary>
    public IEnumerable<string> Modifiers => _modifiers.Keys;

    /// <summary>Whether two names are the same: neither case nor underscores count.</summary>
    public static bool IsSame(string first, string second) =>
        Key(first).Equals(Key(second), StringComparison.OrdinalIgnoreCase);

    public Names Add(Func<NamedMetric> make, [CallerArgumentExpression(nameof(make))] string of = "") =>
        Add(_factories, of, make, 0, (_, _) => make());

    public Names Add<T1>(
        Func<T1, NamedMetric> make,
        Func<NamedMetric> usual,
        int required = 0,
        [CallerArgumentExpression(nameof(make))] string of = "") =>
        Add(_factories, of, usual, required, (_, given) => make(given.Next<T1>()));

    public Names Add<T1, T2>(
        Func<T1, T2, NamedMetric> make,
        Func<NamedMetric> usual,
        int required = 0,
        [CallerArgumentExpression(nameof(make))] string of = "") =>
        Add(_factories, of, usual, required, (_, given) => make(given.Next<T1>(), given.Next<T2>()));

    public Names Add<T1, T2, T3>(
        Func<T1, T2, T3, NamedMetric> make,
        Func<NamedMetric> usual,
        int required = 0,
        [CallerArgumentExpression(nameof(make))] string of = "") =>
        Add(_factories, of, usual, required, (_, given) => make(given.Next<T1>(), given.Next<T2>(), given.Next<T3>()));

    public Names Add<T1, T2, T3, T4>(
        Func<T1, T2, T3, T4, NamedMetric> make,
        Func<NamedMetric> usual,
        int required = 0,
        [CallerArgumentExpression(nameof(make))] string of = "") => Add(
            _factories,
            of,
            usual,
            required,
            (_, given) => make(given.Next<T1>(), given.Next<T2>(), given.Next<T3>(), given.Next<T4>()));

    public Names Add<T1, T2, T3, T4, T5>(
        Func<T1, T2, T3, T4, T5, NamedMetric> make,
        Func<NamedMetric> usual,
        int required = 0,
        [CallerArgumentExpression(nameof(make))] string of = "") => Add(
            _factories,
            of,
            usual,
            required,
            (_, given) => make(
                given.Next<T1>(), given.Next<T2>(), given.Next<T3>(), given.Next<T4>(), given.Next<T5>()));

    public Names Add<T1, T2, T3, T4, T5, T6>(
        Func<T1, T2, T3, T4, T5, T6, NamedMetric> make,
        Func<NamedMetric> usual,
        int required = 0,
        [CallerArgumentExpression(nameof(make))] string of = "") => Add(
            _factories,
            of,
            usual,
            required,
            (_, given) => make(
                given.Next<T1>(),
                given.Next<T2>(),
                given.Next<T3>(),
                given.Next<T4>(),
                given.Next<T5>(),
                given.Next<T6>()));

    public Names Add<T1, T2, T3, T4, T5, T6, T7>(
        Func<T1, T2, T3, T4, T5, T6, T7, NamedMetric> make,
        Func<NamedMetric> usual,
        int required = 0,
        [CallerArgumentExpression(nameof(make))] string of = "") => Add(
            _factories,
            of,
            usual,
            required,
            (_, given) => make(
                given.Next<T1>(),
                given.Next<T2>(),
                given.Next<T3>(),
                given.Next<T4>(),
                given.Next<T5>(),
                given.Next<T6>(),
                given.Next<T7>()));

    /// <summary>A modifier, all of whose parameters must be given.</summary>
    public Names Modify<TLoss>(
        Func<TLoss, Func<NamedMetric>> make,
        Func<NamedMetric> usual,
        [CallerArgumentExpression(nameof(make))] string of = "") where TLoss : NamedMetric =>
        Add(_modifiers, of, usual, 0, (loss, _) => make(As<TLoss>(loss!))());

    /// <inheritdoc cref="Modify{TLoss}"/>
    public Names Modify<TLoss, T1>(
        Func<TLoss, Func<T1, NamedMetric>> make,
        Func<NamedMetric> usual,
        [CallerArgumentExpression(nameof(make))] string of = "") where TLoss : NamedMetric =>
        Add(_modifiers, of, usual, 1, (loss, given) => make(As<TLoss>(loss!))(given.Next<T1>()));

    /// <inheritdoc cref="Modify{TLoss}"/>
    public Names Modify<TLoss, T1, T2>(
        Func<TLoss, Func<T1, T2, NamedMetric>> make,
        Func<NamedMetric> usual,
        [CallerArgumentExpression(nameof(make))] string of = "") where TLoss : NamedMetric =>
        Add(_modifiers, of, usual, 2, (loss, given) => make(As<TLoss>(loss!))(given.Next<T1>(), given.Next<T2>()));

    /// <summary>A modifier some of whose parameters have a default.</summary>
    public Names Modify<TLoss, T1, T2, T3>(
        Func<TLoss, Func<T1, T2, T3, NamedMetric>> make,
        Func<NamedMetric> usual,
        int required,
        [CallerArgumentExpression(nameof(make))] string of = "") where TLoss : NamedMetric => Add(
            _modifiers,
            of,
            usual,
            required,
            (loss, given) => make(As<TLoss>(loss!))(given.Next<T1>(), given.Next<T2>(), given.Next<T3>()));

    /// <inheritdoc cref="Modify{TLoss, T1, T2, T3}"/>
    public Names Modify<TLoss, T1, T2, T3, T4, T5, T6>(
        Func<TLoss, Func<T1, T2, T3, T4, T5, T6, NamedMetric>> make,
        Func<NamedMetric> usual,
        int required,
        [CallerArgumentExpression(nameof(make))] string of = "") where TLoss : NamedMetric => Add(
            _modifiers,
            of,
            usual,
            required,
            (loss, given) => make(As<TLoss>(loss!))(
                given.Next<T1>(),
                given.Next<T2>(),
                given.Next<T3>(),
                given.Next<T4>(),
                given.Next<T5>(),
                given.Next<T6>()));

    /// <summary>A modifier by another loss.</summary>
    public Names ModifyBy<TLoss>(
        Func<TLoss, Func<TLoss, NamedMetric>> make,
        Func<NamedMetric> usual,
        [CallerArgumentExpression(nameof(make))] string of = "") where TLoss : NamedMetric =>
        Add(_modifiers, of, usual, 1, (loss, given) => make(As<TLoss>(loss!))(given.Next<TLoss>(this)));

    /// <summary>The loss that a text names.</summary>
    /// <exception cref="FormatException">It names none, or one of another class.</exception>
    public TLoss Parse<TLoss>(string text) where TLoss : NamedMetric
    {
        ArgumentNullException.ThrowIfNull(text);
        return Parse<TLoss>(new TextPart(text, 0));
    }

    public TLoss Parse<TLoss>(TextPart text) where TLoss : NamedMetric
    {
        List<NamedCall> calls = NamedCall.Of(text);
        NamedMetric? loss = null;
        foreach (NamedCall call in calls)
        {
            Dictionary<string, Entry> entries = loss is null ? _factories : _modifiers;
            Entry entry = entries.TryGetValue(Key(call.Name.Text), out Entry? known)
                ? known
                : throw Unknown(call.Name, loss is null ? "loss of this kind" : "modifier of this kind", entries.Keys);
            NamedCall usual = NamedCall.Of(new(entry.Usual().ToString(), 0))[^1];
            loss = entry.Make(loss, new(call, usual, entry.Required));
        }

        return As<TLoss>(loss!);
    }

    private static TLoss As<TLoss>(NamedMetric loss) where TLoss : NamedMetric => loss as TLoss
        ?? throw new FormatException($"'{loss}' is a {loss.GetType().Name}, but a {typeof(TLoss).Name} is expected.");

    private static string Key(string name) => name.Replace("_", null, StringComparison.Ordinal);

    private static FormatException Unknown(TextPart name, string kind, IEnumerable<string> known)
    {
        const int Shown = 3;
        IEnumerable<string> nearest = known.OrderBy(other => Distance(Key(name.Text), other)).Take(Shown);
        return NamedCall.Error(
            $"There is no {kind} named '{name.Text}'; the nearest are {string.Join(", ", nearest)}.", name.Index);
    }

    /// <summary>How many letters have to be put in, taken out or replaced.</summary>
    private static int Distance(string from, string to)
    {
        int[] distances = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 0; i < from.Length; i++)
        {
            int diagonal = distances[0]++;
            for (int j = 0; j < to.Length; j++)
            {
                int replaced = diagonal + (char.ToUpperInvariant(from[i]) == char.ToUpperInvariant(to[j]) ? 0 : 1);
                diagonal = distances[j + 1];
                distances[j + 1] = Math.Min(replaced, 1 + Math.Min(diagonal, distances[j]));
            }
        }

        return distances[^1];
    }

    /// <param name="entries">Where it goes.</param>
    /// <param name="of">The code of the delegate, as <c>Huber&lt;T&gt;</c> or <c>loss => loss.Scaled</c>.</param>
    /// <param name="usual">Makes a loss by it, with its defaults.</param>
    /// <param name="required">How many of its first parameters have no default.</param>
    /// <param name="make">Makes a loss by it.</param>
    private Names Add(
        Dictionary<string, Entry> entries, string of, Func<NamedMetric> usual, int required, Maker make)
    {
        entries.Add(of.Split('.')[^1].Split('<', '(')[0], new(usual, required, make));
        return this;
    }

    private sealed record Entry(Func<NamedMetric> Usual, int Required, Maker Make);
}

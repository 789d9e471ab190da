namespace LossKit.Internals.Naming;

/// <summary>
/// Factories and modifiers by their names. A line has one as a delegate and a loss made by it with its defaults, which
/// says what its parameters and their defaults are called: no reflection is needed, nor is anything typed twice.
/// </summary>
internal sealed class Names
{
    private readonly Dictionary<string, Entry> _factories = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Entry> _modifiers = new(StringComparer.OrdinalIgnoreCase);

    private delegate NamedMetric Maker(Arguments arguments);

    private delegate NamedMetric Modifier<TLoss>(TLoss modified, Arguments arguments);

    /// <summary>The names of the modifiers.</summary>
    public IEnumerable<string> Modifiers => _modifiers.Keys;

    /// <summary>Whether two names are the same: neither case nor underscores count.</summary>
    public static bool IsSame(string first, string second) =>
        Key(first).Equals(Key(second), StringComparison.OrdinalIgnoreCase);

    public Names Add(Func<NamedMetric> make, [CallerArgumentExpression(nameof(make))] string of = "") =>
        Add(of, make, 0, _ => make());

    public Names Add<T1>(
        Func<T1, NamedMetric> make,
        Func<NamedMetric> usual,
        int required = 0,
        [CallerArgumentExpression(nameof(make))] string of = "") =>
        Add(of, usual, required, given => make(given.Next<T1>()));

    public Names Add<T1, T2>(
        Func<T1, T2, NamedMetric> make,
        Func<NamedMetric> usual,
        int required = 0,
        [CallerArgumentExpression(nameof(make))] string of = "") =>
        Add(of, usual, required, given => make(given.Next<T1>(), given.Next<T2>()));

    public Names Add<T1, T2, T3>(
        Func<T1, T2, T3, NamedMetric> make,
        Func<NamedMetric> usual,
        int required = 0,
        [CallerArgumentExpression(nameof(make))] string of = "") =>
        Add(of, usual, required, given => make(given.Next<T1>(), given.Next<T2>(), given.Next<T3>()));

    public Names Add<T1, T2, T3, T4>(
        Func<T1, T2, T3, T4, NamedMetric> make,
        Func<NamedMetric> usual,
        int required = 0,
        [CallerArgumentExpression(nameof(make))] string of = "") => Add(
            of,
            usual,
            required,
            given => make(given.Next<T1>(), given.Next<T2>(), given.Next<T3>(), given.Next<T4>()));

    public Names Add<T1, T2, T3, T4, T5>(
        Func<T1, T2, T3, T4, T5, NamedMetric> make,
        Func<NamedMetric> usual,
        int required = 0,
        [CallerArgumentExpression(nameof(make))] string of = "") => Add(
            of,
            usual,
            required,
            given => make(
                given.Next<T1>(), given.Next<T2>(), given.Next<T3>(), given.Next<T4>(), given.Next<T5>()));

    public Names Add<T1, T2, T3, T4, T5, T6>(
        Func<T1, T2, T3, T4, T5, T6, NamedMetric> make,
        Func<NamedMetric> usual,
        int required = 0,
        [CallerArgumentExpression(nameof(make))] string of = "") => Add(
            of,
            usual,
            required,
            given => make(
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
            of,
            usual,
            required,
            given => make(
                given.Next<T1>(),
                given.Next<T2>(),
                given.Next<T3>(),
                given.Next<T4>(),
                given.Next<T5>(),
                given.Next<T6>(),
                given.Next<T7>()));

    /// <summary>Short names in common use for a factory that is there.</summary>
    public Names Alias(string factory, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            _factories.Add(name, _factories[factory]);
        }

        return this;
    }

    /// <summary>A modifier, all of whose parameters must be given.</summary>
    public Names Modify<TLoss>(
        Func<TLoss, Func<NamedMetric>> make,
        Func<NamedMetric> usual,
        [CallerArgumentExpression(nameof(make))] string of = "") where TLoss : NamedMetric =>
        Add<TLoss>(of, usual, 0, (loss, _) => make(loss)());

    /// <inheritdoc cref="Modify{TLoss}"/>
    public Names Modify<TLoss, T1>(
        Func<TLoss, Func<T1, NamedMetric>> make,
        Func<NamedMetric> usual,
        [CallerArgumentExpression(nameof(make))] string of = "") where TLoss : NamedMetric =>
        Add<TLoss>(of, usual, 1, (loss, given) => make(loss)(given.Next<T1>()));

    /// <inheritdoc cref="Modify{TLoss}"/>
    public Names Modify<TLoss, T1, T2>(
        Func<TLoss, Func<T1, T2, NamedMetric>> make,
        Func<NamedMetric> usual,
        [CallerArgumentExpression(nameof(make))] string of = "") where TLoss : NamedMetric =>
        Add<TLoss>(of, usual, 2, (loss, given) => make(loss)(given.Next<T1>(), given.Next<T2>()));

    /// <summary>A modifier some of whose parameters have a default.</summary>
    public Names Modify<TLoss, T1, T2, T3>(
        Func<TLoss, Func<T1, T2, T3, NamedMetric>> make,
        Func<NamedMetric> usual,
        int required,
        [CallerArgumentExpression(nameof(make))] string of = "") where TLoss : NamedMetric => Add<TLoss>(
            of,
            usual,
            required,
            (loss, given) => make(loss)(given.Next<T1>(), given.Next<T2>(), given.Next<T3>()));

    /// <inheritdoc cref="Modify{TLoss, T1, T2, T3}"/>
    public Names Modify<TLoss, T1, T2, T3, T4, T5, T6>(
        Func<TLoss, Func<T1, T2, T3, T4, T5, T6, NamedMetric>> make,
        Func<NamedMetric> usual,
        int required,
        [CallerArgumentExpression(nameof(make))] string of = "") where TLoss : NamedMetric => Add<TLoss>(
            of,
            usual,
            required,
            (loss, given) => make(loss)(
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
        Add<TLoss>(of, usual, 1, (loss, given) => make(loss)(given.Next<TLoss>(this)));

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
        for (int i = 0; i < calls.Count; i++)
        {
            TextPart name = calls[i].Name;
            Entry? next = i + 1 < calls.Count ? _modifiers.GetValueOrDefault(Key(calls[i + 1].Name.Text)) : null;
            Dictionary<string, Entry> entries = loss is null ? _factories : _modifiers;
            if (!entries.TryGetValue(Key(name.Text), out Entry? entry))
            {
                throw loss is { } modified
                    ? Unknown(
                        name, $"modifier of a {KindOf(modified.GetType())}", entries, known => known.Takes(modified))
                    : Unknown(
                        name,
                        i + 1 < calls.Count || typeof(TLoss) == typeof(NamedMetric)
                            ? "loss"
                            : $"loss of the kind {KindOf(typeof(TLoss))}",
                        entries,
                        known => i + 1 == calls.Count ? known.Usual() is TLoss : next?.Takes(known.Usual()) ?? true);
            }

            if (loss is not null && !entry.Takes(loss))
            {
                throw NamedCall.Error(
                    $"'{entry.Name}' modifies a {string.Join(" or a ", entry.Of.Select(KindOf))}, but '{loss}' is a {KindOf(loss.GetType())}.",
                    name.Index);
            }

            NamedCall usual = NamedCall.Of(new(entry.Usual().ToString(), 0))[^1];
            loss = entry.Make(loss, new(calls[i], usual, entry.Required));
        }

        return loss as TLoss ?? throw new FormatException(
            $"'{loss}' is a {KindOf(loss!.GetType())}, but a {KindOf(typeof(TLoss))} is expected.");
    }

    /// <summary>
    /// The name of a public class as one writes it, of one that is not the name of what it is made from.
    /// </summary>
    private static string KindOf(Type type)
    {
        while (!type.IsVisible)
        {
            type = type.BaseType!;
        }

        string name = type == typeof(float) ? "float"
            : type == typeof(double) ? "double"
            : type == typeof(int) ? "int"
            : type.Name.Split('`')[0];
        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(KindOf))}>" : name;
    }

    private static string Key(string name) => name.Replace("_", null, StringComparison.Ordinal);

    private static FormatException Unknown(
        TextPart name, string kind, Dictionary<string, Entry> known, Func<Entry, bool> isOfKind)
    {
        const int Shown = 3;
        IEnumerable<string> nearest = known.OrderBy(other => Distance(Key(name.Text), other.Key))
            .Where(other => isOfKind(other.Value)).Select(other => other.Value.Name).Distinct().Take(Shown);
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

    /// <param name="of">The code of the delegate, as <c>Huber&lt;T&gt;</c> or <c>loss => loss.Scaled</c>.</param>
    /// <param name="usual">Makes a loss by it, with its defaults.</param>
    /// <param name="required">How many of its first parameters have no default.</param>
    /// <param name="make">Makes a loss by it.</param>
    private Names Add(string of, Func<NamedMetric> usual, int required, Maker make)
    {
        Entry entry = new(NameOf(of), usual, required, [], _ => true, (_, given) => make(given));
        _factories.Add(entry.Name, entry);
        return this;
    }

    /// <inheritdoc cref="Add(string, Func{NamedMetric}, int, Maker)"/>
    private Names Add<TLoss>(string of, Func<NamedMetric> usual, int required, Modifier<TLoss> make)
        where TLoss : NamedMetric
    {
        Entry entry = new(
            NameOf(of),
            usual,
            required,
            [typeof(TLoss)],
            loss => loss is TLoss,
            (loss, given) => make((TLoss)loss!, given));
        _modifiers[entry.Name] = _modifiers.TryGetValue(entry.Name, out Entry? other) ? other.Or(entry) : entry;
        return this;
    }

    private static string NameOf(string of) => of.Split('.')[^1].Split('<', '(')[0];

    /// <param name="Name">What it is called.</param>
    /// <param name="Usual">Makes a loss by it, with its defaults.</param>
    /// <param name="Required">How many of its first parameters have no default.</param>
    /// <param name="Of">The classes of what it modifies.</param>
    /// <param name="Takes">Whether it modifies a loss.</param>
    /// <param name="Make">Makes a loss of the one that it modifies.</param>
    private sealed record Entry(
        string Name,
        Func<NamedMetric> Usual,
        int Required,
        Type[] Of,
        Func<NamedMetric, bool> Takes,
        Func<NamedMetric?, Arguments, NamedMetric> Make)
    {
        /// <summary>The modifier of two kinds of losses, with the same parameters.</summary>
        public Entry Or(Entry other) => this with
        {
            Of = [.. Of, .. other.Of],
            Takes = loss => Takes(loss) || other.Takes(loss),
            Make = (loss, given) => (Takes(loss!) ? Make : other.Make)(loss, given),
        };
    }
}

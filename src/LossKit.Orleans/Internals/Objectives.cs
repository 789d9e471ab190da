namespace LossKit.Orleans.Internals;

/// <summary>What a silo evaluates, by name; each is made when it is first asked for.</summary>
internal sealed class Objectives(IEnumerable<ObjectiveRegistration> registrations, IServiceProvider services)
{
    private readonly Dictionary<(string Name, Type Kind), Lazy<object>> _objectives = registrations.ToDictionary(
        registration => (registration.Name, registration.Kind),
        registration => new Lazy<object>(() => registration.Make(services)));

    /// <summary>Null if there is none.</summary>
    /// <typeparam name="TObjective">An interface of those that can be registered.</typeparam>
    /// <param name="name">Its name.</param>
    public TObjective? Find<TObjective>(string name) where TObjective : class =>
        _objectives.TryGetValue((name, typeof(TObjective)), out Lazy<object>? made) ? (TObjective)made.Value : null;

    /// <summary>That there is none, and what there is.</summary>
    public string Missing<TObjective>(string name)
    {
        string known = string.Join(", ", _objectives.Keys.Select(key => $"'{key.Name}' ({NameOf(key.Kind)})"));
        return $"there is no {NameOf(typeof(TObjective))} '{name}' in this silo, which has "
            + (known.Length == 0 ? "none" : known);

        static string NameOf(Type kind) =>
            $"{kind.Name.Split('`')[0]}<{string.Join(", ", kind.GetGenericArguments().Select(number => number.Name))}>";
    }
}

/// <summary>An objective before it is made.</summary>
internal sealed record ObjectiveRegistration(string Name, Type Kind, Func<IServiceProvider, object> Make);

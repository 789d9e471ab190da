using System.Globalization;

namespace LossKit.Orleans.Internals;

/// <summary>The objectives of a silo, by name; each is made when it is first asked for.</summary>
internal sealed class Objectives(IEnumerable<ObjectiveRegistration> registrations, IServiceProvider services)
{
    private readonly Dictionary<(string Name, Type Number), Lazy<object>> _objectives = registrations.ToDictionary(
        registration => (registration.Name, registration.Number),
        registration => new Lazy<object>(() => registration.Make(services)));

    /// <summary>Null if there is none.</summary>
    public IShardObjective<T>? Find<T>(string name) where T : unmanaged, IFloatingPointIeee754<T> =>
        _objectives.TryGetValue((name, typeof(T)), out Lazy<object>? made) ? (IShardObjective<T>)made.Value : null;

    /// <summary>That there is none, and what there is.</summary>
    public string Missing<T>(string name)
    {
        string known = _objectives.Count == 0
            ? "none"
            : string.Join(", ", _objectives.Keys.Select(key => $"'{key.Name}' of {key.Number.Name}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"there is no objective '{name}' of {typeof(T).Name} in this silo, which has {known}");
    }
}

/// <summary>An objective before it is made.</summary>
internal sealed record ObjectiveRegistration(string Name, Type Number, Func<IServiceProvider, object> Make);

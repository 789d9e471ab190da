namespace LossKit.Orleans.Internals;

/// <summary>What objectives may be called.</summary>
internal static class ObjectiveNames
{
    /// <exception cref="ArgumentException">Not so.</exception>
    public static string Checked(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return !name.Contains('/')
            ? name
            : throw new ArgumentException($"'name' is '{name}': must be without '/'.", nameof(name));
    }
}

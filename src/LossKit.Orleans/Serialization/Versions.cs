namespace LossKit.Orleans.Serialization;

/// <summary>What every type that is sent says of itself first.</summary>
internal static class Versions
{
    /// <summary>Refuses what another version of the library has written, and this one cannot read.</summary>
    /// <exception cref="NotSupportedException">It is of another version.</exception>
    public static void Check(string type, int given, int expected)
    {
        if (given != expected)
        {
            throw new NotSupportedException(FormattableString.Invariant(
                $"A {type} of version {given} was received: this library reads version {expected} only."));
        }
    }
}

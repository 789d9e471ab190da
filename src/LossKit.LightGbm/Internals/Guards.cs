namespace LossKit.LightGbm.Internals;

/// <summary>What errors of arguments have in common.</summary>
internal static class Guards
{
    public static int AtLeast(int least, int value, string name) => value >= least
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"'{name}' is {value}: must be at least {least}.");

    public static ArgumentException Refusal(string name, string message) => new(message, name);
}

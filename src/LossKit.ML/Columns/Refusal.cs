namespace LossKit.ML.Columns;

/// <summary>What is wrong with the data, as an error of the argument that they came by.</summary>
internal static class Refusal
{
    /// <param name="message">Column, type or row, and what is expected.</param>
    /// <param name="argument">The argument.</param>
    /// <param name="cause">What a metric says, if it is that which refuses.</param>
    public static ArgumentException Of(string message, string argument = "data", Exception? cause = null) =>
        new(message, argument, cause);
}

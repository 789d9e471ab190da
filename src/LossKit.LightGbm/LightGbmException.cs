namespace LossKit.LightGbm;

/// <summary>What LightGBM itself refused, in its own words.</summary>
public sealed class LightGbmException : Exception
{
    /// <summary>An error without a message.</summary>
    public LightGbmException()
    {
    }

    /// <summary>An error with LightGBM's message.</summary>
    /// <param name="message">The message.</param>
    public LightGbmException(string message) : base(message)
    {
    }

    /// <summary>An error with a message and what led to it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="innerException">What led to it.</param>
    public LightGbmException(string message, Exception innerException) : base(message, innerException)
    {
    }
}

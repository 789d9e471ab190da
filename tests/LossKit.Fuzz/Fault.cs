namespace LossKit.Fuzz;

/// <summary>What a loss did that no loss may do.</summary>
internal sealed class Fault : Exception
{
    public Fault()
    {
    }

    public Fault(string message) : base(message)
    {
    }

    public Fault(string message, Exception cause) : base(message, cause)
    {
    }
}

namespace LossKit;

/// <summary>A loss whose embeddings, or points of series, are rows of one length.</summary>
public interface IRowsOfNumbers
{
    /// <summary>How many numbers a row has.</summary>
    int Dimension { get; }
}

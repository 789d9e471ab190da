namespace LossKit;

/// <summary>
/// How many triplets or pairs a batch had, and how many of them still cost something: what to watch in training.
/// </summary>
/// <param name="Total">The triplets or pairs that were looked at.</param>
/// <param name="Active">Those with a loss above 0.</param>
public readonly record struct TripletCount(long Total, long Active)
{
    /// <summary>The share of active ones, NaN if there were none.</summary>
    public double ActiveShare => (double)Active / Total;

    /// <summary>Those of both together.</summary>
    public static TripletCount operator +(TripletCount left, TripletCount right) =>
        new(left.Total + right.Total, left.Active + right.Active);

    /// <inheritdoc cref="op_Addition"/>
    public static TripletCount Add(TripletCount left, TripletCount right) => left + right;
}

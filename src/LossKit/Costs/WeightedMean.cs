namespace LossKit.Costs;

/// <summary>
/// A cost that is added up example by example. Weight 0 on everything leaves nothing, not even a NaN.
/// </summary>
internal struct WeightedMean
{
    private CompensatedSum _sum;
    private CompensatedSum _weight;
    private long _count;
    private bool _hasWeight;

    public readonly Cost Cost => new(_hasWeight ? _sum : default, _weight, _count);

    public void Add(double loss, double weight)
    {
        _sum += weight * loss;
        _weight += weight;
        _count++;
        _hasWeight |= weight != 0;
    }
}

namespace LossKit.Internals;

/// <summary>
/// A cost that is added up example by example. What has the weight 0 counts as an example and no more: not even as a
/// NaN.
/// </summary>
internal struct WeightedMean
{
    // Between these, as many as a long can number neither overflow nor lose digits.
    private const double Smallest = 1e-270;
    private const double Largest = 1e270;

    private const int MadeUpFor = 900;

    private CompensatedSum _sum;
    private CompensatedSum _weight;
    private Cost _outOfRange;
    private long _count;

    public readonly Cost Cost => new Cost(_sum, _weight, _count) + _outOfRange;

    public void Add(double loss, double weight)
    {
        _count++;
        if (weight == 0)
        {
            return;
        }

        double product = weight * loss;
        if (IsInRange(weight) && (IsInRange(product) || loss == 0))
        {
            _sum += product;
            _weight += weight;
        }
        else
        {
            _outOfRange += OutOfRange(loss, weight);
        }
    }

    private static bool IsInRange(double number) => Math.Abs(number) is >= Smallest and <= Largest;

    /// <summary>
    /// The product is written with the weight's own power of two, so that it is no larger than the loss, or with one
    /// that makes up for a small loss.
    /// </summary>
    private static Cost OutOfRange(double loss, double weight)
    {
        int ofWeight = double.IsFinite(weight) ? Math.ILogB(weight) + 1 : 0;
        int exponent = Math.Abs(loss) < 1 ? ofWeight - MadeUpFor : ofWeight;
        double scaled = Math.ScaleB(weight, -exponent);
        return new(new(loss == 0 ? 0 : scaled * loss, 0), new(scaled, 0), 0, exponent);
    }
}

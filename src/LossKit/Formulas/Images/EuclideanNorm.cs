namespace LossKit.Formulas;

/// <summary>The root of the sum of the squares of some numbers; at 0 its gradient is 0.</summary>
/// <param name="numbers">How many there are.</param>
internal readonly struct EuclideanNorm(int numbers) : IExplicitTupleFormula
{
    public int Predictions => numbers;

    public int Targets => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        // By the largest, whose square may leave the range of the numbers.
        TLane largest = TLane.SmallestNormal;
        for (int k = 0; k < numbers; k++)
        {
            largest = TLane.Max(largest, TLane.Abs(x[k]));
        }

        TLane scale = TLane.Reciprocal(largest);
        TLane square = default;
        for (int k = 0; k < numbers; k++)
        {
            square += TLane.Square(scale * x[k]);
        }

        TLane root = TLane.Sqrt(square);
        TLane norm = largest * root;
        if (TExample.Order > 0)
        {
            TLane inverse = TLane.SelectPositive(root, TLane.Reciprocal(root), 0.0);
            for (int k = 0; k < numbers; k++)
            {
                TLane direction = inverse * (scale * x[k]);
                TLane curvature = inverse * scale * ((1.0 - direction) * (direction + 1.0));
                x.Differentiate(k, direction, curvature);
            }
        }

        return norm;
    }
}

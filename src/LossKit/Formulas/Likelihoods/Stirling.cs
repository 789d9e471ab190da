namespace LossKit.Formulas;

/// <summary>What Stirling's formula lacks: differences of log-gamma functions by it lose no digits.</summary>
internal static class Stirling
{
    /// <summary>
    /// log Γ(k) − (k − ½)·log k + k − ½log 2π of a number k of any size, whose logarithm is given, too.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane ErrorOf<TLane>(TLane number, TLane log) where TLane : struct, ILane<TLane>
    {
        // Below 3 three steps of the recurrence lead to where the series holds: k itself enters by its logarithm there,
        // since it may be 0. Of numbers beyond 1e15 nothing is left.
        TLane small = TLane.Min(number, 3.0);
        TLane beyond = small + 3.0;
        TLane steps = (small + 2.5) * TLane.Log(beyond) - (small + 0.5) * log
            - TLane.Log((small + 1.0) * (small + 2.0)) - 3.0;
        return TLane.ApplyElementary<StirlingErrorFunction>(
                TLane.SelectGreater(3.0, number, beyond, TLane.Min(number, 1e15)))
            + TLane.SelectGreater(3.0, number, steps, 0.0);
    }
}

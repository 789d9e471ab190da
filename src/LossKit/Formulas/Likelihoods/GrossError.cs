namespace LossKit.Formulas;

/// <summary>Functions of errors of any size.</summary>
internal static class GrossError
{
    private const double Far = 1e9;
    private const double LogFar = 20;

    /// <summary>
    /// log(1 + z²), given log |z| as well: of a large error by that, since z itself may be out of range.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Log1pSquare<TLane>(TLane z, TLane logSize) where TLane : struct, ILane<TLane> =>
        TLane.SelectGreater(logSize, LogFar, 2.0 * logSize, TLane.Apply(default(OfNear), z));

    /// <summary>log(1 + z²): beyond 10⁹ it is log z² to the last bit, and z² may be out of range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Log1pSquare<TLane>(TLane z) where TLane : struct, ILane<TLane>
    {
        TLane size = TLane.Abs(z);
        TLane near = TLane.Log1p(TLane.Square(TLane.Clamp(z, -Far, Far)));
        return TLane.SelectGreater(size, Far, 2.0 * TLane.Log(TLane.Max(size, Far)), near);
    }

    /// <summary>log(1 + z²) of no more than 10⁹.</summary>
    private readonly struct OfNear : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Derivatives<TLane> At<TLane>(TLane x) where TLane : struct, ILane<TLane>
        {
            TLane z = TLane.Clamp(x, -Far, Far);
            TLane square = TLane.Square(z);
            TLane share = 1.0 / (1.0 + square);
            return new()
            {
                Value = TLane.Log1p(square),
                First = 2.0 * (z * share),
                Second = 2.0 * ((1.0 - square) * share * share),
            };
        }
    }
}

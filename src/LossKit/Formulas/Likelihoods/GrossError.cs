namespace LossKit.Formulas;

/// <summary>Functions of errors of any size.</summary>
internal static class GrossError
{
    private const double Far = 1e9;

    /// <summary>log(1 + z²): beyond 10⁹ it is log z² to the last bit, and z² may be out of range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Log1pSquare<TLane>(TLane z) where TLane : struct, ILane<TLane>
    {
        TLane size = TLane.Abs(z);
        TLane near = TLane.Log1p(TLane.Square(TLane.Clamp(z, -Far, Far)));
        return TLane.SelectGreater(size, Far, 2.0 * TLane.Log(TLane.Max(size, Far)), near);
    }
}

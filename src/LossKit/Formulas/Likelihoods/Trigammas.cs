namespace LossKit.Formulas;

/// <summary>Second derivatives of log Γ by what Stirling's formula lacks: differences of them lose no digits.</summary>
internal static class Trigammas
{
    /// <summary>x²ψ′(x) − x of what Stirling's formula lacks at log x: between ½ and 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Excess<TLane>(Derivatives<TLane> stirling) where TLane : struct, ILane<TLane> =>
        stirling.Second - stirling.First + 0.5;
}

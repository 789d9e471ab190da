namespace LossKit.Formulas;

/// <summary>The numbers of one example, as an <see cref="ITupleFormula"/> sees them.</summary>
/// <typeparam name="TLane">Plain numbers, or numbers with derivatives.</typeparam>
public interface IExample<TLane> where TLane : struct, ILane<TLane>
{
    /// <summary>Prediction <paramref name="k"/>, from 0.</summary>
    TLane this[int k] { get; }

    /// <summary>Target or side input <paramref name="k"/>, from 0: not differentiated.</summary>
    TLane Target(int k);
}

using System.Runtime.CompilerServices;

namespace LossKit;

/// <summary>
/// A loss whose predictions above the target cost <c>over</c> times as much, and those below it <c>under</c> times:
/// too much stock and an empty shelf are rarely equally dear.
/// </summary>
/// <remarks>
/// over · l where prediction &gt; target, else under · l. Where they are equal, the loss itself decides (0 for all that
/// have their minimum there). On the squared error it is, up to a factor, the expectile loss of Newey and Powell 1987.
/// </remarks>
/// <typeparam name="TFormula">The formula it modifies.</typeparam>
/// <param name="formula">The formula it modifies.</param>
/// <param name="over">The factor of over-prediction; finite and not negative.</param>
/// <param name="under">The factor of under-prediction; finite and not negative.</param>
public readonly struct Asymmetric<TFormula>(TFormula formula, double over, double under) : IPointwiseFormula
    where TFormula : struct, IPointwiseFormula
{
    private readonly TFormula _formula = formula;
    private readonly Parameter _over = Parameter.NotNegative(over);
    private readonly Parameter _under = Parameter.NotNegative(under);

    /// <inheritdoc/>
    public LossFacts Facts
    {
        get
        {
            LossFacts facts = _formula.Facts;
            LossFacts asymmetric = facts with
            {
                IsSymmetric = facts.IsSymmetric && _over == _under,
                Elicits = null,
                Lipschitz = Math.Max(_over.Value, _under.Value) * facts.Lipschitz,
            };

            // Known of losses that fall to 0 at the target; on another scale the two sides are not those of a minimum.
            return facts.IsLeastAtTarget && facts.Link == Link.Identity && _over.Value > 0 && _under.Value > 0
                ? asymmetric
                : asymmetric with { Convexity = Convexity.Unknown, Kinks = null, IsLeastAtTarget = false };
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane loss = _formula.Loss(prediction, target);
        return TLane.SelectGreater(prediction, target, _over * loss, _under * loss);
    }
}

namespace LossKit.Formulas;

/// <summary>
/// ½(ν + 1)·log(1 + z²/ν) + log s + ½log(πν) + log Γ(½ν) − log Γ(½(ν + 1)), z = (μ − t)/s: the negative log-likelihood
/// of Student's t distribution whose location μ, scale s and degrees of freedom ν are all predicted.
/// </summary>
/// <remarks>
/// Predictions μ, s or log s, as <typeparamref name="TLink"/> says, and ν itself, above 0; one target; in nats.
/// Gradient (ν + 1)z/(s(ν + z²)) of the location. Large degrees, where the distribution is normal, lose no digits.
/// Source: Lange, Little and Taylor, "Robust Statistical Modeling Using the t Distribution", JASA 84, 1989.
/// </remarks>
/// <typeparam name="TLink">How the scale is given.</typeparam>
internal readonly struct StudentTNllDegrees<TLink> : IExplicitTupleFormula, IFormulaDomains
    where TLink : struct, IScaleLink
{
    // Beyond it 1 + z² is z² to the last bit, and may be out of range.
    private const double Far = 1e9;
    private const double LogFar = 20;

    public int Predictions => 3;

    public int Targets => 1;

    Domain IFormulaDomains.PredictionDomain(int k) => k == 1 ? TLink.Domain : k == 2 ? Domain.Positive : Domain.Reals;

    public int Spare => 3;

    public static int Questions(int predictions) => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ask<TLane, TExample>(TExample x, int predictions)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        x.Ask(0, TLane.Log(0.5 * x[2]));
        x.Ask(1, TLane.Log(0.5 * (x[2] + 1.0)));

        // ½log(πν) + log Γ(½ν) − log Γ(½(ν + 1)) by Stirling's formula, and its derivatives.
        TLane inverse = TLane.Reciprocal(x[2]);
        TLane next = TLane.Reciprocal(x[2] + 1.0);
        TLane deficit = TLane.Log1pDeficit(inverse);
        x.Keep(0, 0.5 * x[2] * deficit + 0.5 * Math.Log(2 * Math.PI));
        x.Keep(1, -0.5 * TLane.SelectGreater(1.0, inverse, inverse * next - deficit, TLane.Log1p(inverse) - next));
        x.Keep(2, 0.5 * inverse * TLane.Square(next));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> Function<TLane, TJet>(TLane x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane> => TLane.At<StirlingErrorFunction, TJet>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        TLane degrees = x[2];
        TLane whole = degrees + 1.0;
        TLane inverse = TLane.Reciprocal(degrees);
        TLane precision = TLane.Min(
            TLink.DivideFinitely(TLane.Reciprocal(TLane.Sqrt(degrees)), x[1]), TLane.Reciprocal(TLane.SmallestNormal));

        // With q = z/√ν: q/(1 + q²), q²/(1 + q²), 1/(1 + q²) and log(1 + q²).
        TLane error = x[0] - x.Target(0);
        TLane ratio = precision * error;
        TLane logSize = TLane.Log(TLane.Abs(error)) - TLink.Log(x[1]) - 0.5 * TLane.Log(degrees);
        TLane square = TLane.Square(TLane.Clamp(ratio, -Far, Far));
        TLane pull = TLane.Reciprocal(ratio + TLane.Reciprocal(ratio));
        TLane share = TLane.SelectGreater(logSize, LogFar, 1.0, ratio * pull);
        TLane rest = TLane.SelectGreater(logSize, LogFar, 0.0, TLane.Reciprocal(square + 1.0));
        TLane tail = TLane.SelectGreater(logSize, LogFar, 2.0 * logSize, TLane.Log1p(square));

        // Of a large error 1/(μ − t) and its derivative: the scale may be out of range.
        TLane far = TLane.Reciprocal(error);
        x.Differentiate(
            0,
            whole * TLane.SelectGreater(logSize, LogFar, far, precision * pull),
            whole * TLane.SelectGreater(
                logSize, LogFar, -TLane.Square(far), precision * (rest - pull) * (precision * (rest + pull))));
        TLink.Differentiate(x, 1, rest - degrees * share, 2.0 * whole * TLane.Square(pull));

        // What is left of the tail when its first order is gone, which in a normal distribution is all there is.
        TLane excess = TLane.SelectGreater(
            tail, Math.Log(2), tail - share, share * square - TLane.Log1pDeficit(TLane.Min(square, 1.0)));
        TLane next = TLane.Reciprocal(whole);
        Derivatives<TLane> stirling = x.Answer(0);
        Derivatives<TLane> ofNext = x.Answer(1);
        x.Differentiate(
            2,
            0.5 * (excess - inverse * share) + x.Spare(1) + inverse * stirling.First - next * ofNext.First,
            0.5 * inverse * share * ((rest + 1.0) * inverse - share) + x.Spare(2)
                + TLane.Square(inverse) * (stirling.Second - stirling.First)
                - TLane.Square(next) * (ofNext.Second - ofNext.First));
        return 0.5 * whole * tail + TLink.Log(x[1]) + x.Spare(0) + stirling.Value - ofNext.Value;
    }
}

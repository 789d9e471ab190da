namespace LossKit;

// Losses of times until an event.
public static partial class Loss
{
    /// <summary>
    /// log Σ_{j at risk at t_i} e^(η_j) − η_i for each person i whose event was observed, at t_i: Cox's negative
    /// logarithmic partial likelihood. η are the risks, log hazard ratios; at risk are all whose time is not before
    /// t_i, and whose entry is.
    /// </summary>
    /// <remarks>
    /// <para>
    /// With case weights w the sum is Σ w_j·e^(η_j), and the term counts w_i. Efron's rule takes the mean of
    /// log(Σ w_j·e^(η_j) − l/d·Σ_D w_j·e^(η_j)) for l = 0 … d − 1 over the d tied events D. Gradient:
    /// Σ_i w_i·p_i(j) − w_j (the latter for an event), p_i(j) being j's share of i's sum. Any risks are allowed;
    /// nothing is exponentiated but differences that are not positive. The order of the inputs does not matter, and
    /// takes n log n.
    /// </para>
    /// <para>
    /// The mean is over events, as pycox has it; R and lifelines report the sum, scikit-survival's default are
    /// Breslow's ties, R's and lifelines' Efron's. Several nets sum over the sorted batch instead of the sets at risk,
    /// which is right only without ties. A batch must hold many people for the sets at risk to mean something. Sources:
    /// Cox, "Regression Models and Life-Tables", JRSS B 34, 1972; Breslow, Biometrics 30, 1974; Efron, "The Efficiency
    /// of Cox's Likelihood Function for Censored Data", JASA 72, 1977.
    /// </para>
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="ties">Who is at risk among those whose events happen at the same time.</param>
    public static CoxLoss<T> Cox<T>(Ties ties = Ties.Breslow)
        where T : unmanaged, IFloatingPointIeee754<T> => new(ties) { Name = Made($"{ties}") };
}

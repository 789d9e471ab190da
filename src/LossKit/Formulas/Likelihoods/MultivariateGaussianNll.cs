namespace LossKit.Formulas;

/// <summary>
/// ½‖L⁻¹(t − μ)‖² + Σ log Lᵢᵢ + ½D·log 2π: the negative log-likelihood of a normal distribution in D dimensions whose
/// mean μ and the factor L of whose covariance LLᵀ are predicted.
/// </summary>
/// <remarks>
/// Predictions D means, then the lower triangle of L row by row, its diagonal by its logarithms; D targets; in nats.
/// With z = L⁻¹(μ − t) and w = L⁻ᵀz: gradient w of the mean, −wᵢzⱼ of Lᵢⱼ, 1 − Lᵢᵢwᵢzᵢ of log Lᵢᵢ. Source: Pourahmadi,
/// "Joint Mean-Covariance Models with Applications to Longitudinal Data", Biometrika 86, 1999.
/// </remarks>
/// <param name="dimension">D, 1 or more.</param>
internal readonly struct MultivariateGaussianNll(int dimension) : IExplicitTupleFormula
{
    public int Predictions => dimension + dimension * (dimension + 1) / 2;

    public int Targets => dimension;

    public int Spare => 4 * dimension;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        // What is kept: z, 1/Lᵢᵢ, Lᵢᵢwᵢ, and a column of L⁻¹, times Lᵢᵢ: L itself may be out of range.
        int precisions = dimension;
        int pulls = 2 * dimension;
        int columns = 3 * dimension;
        TLane squares = default;

        // As much as z may be: times an entry of 0, what is infinite would be NaN.
        TLane most = TLane.Reciprocal(TLane.SmallestNormal);
        TLane logs = 0.5 * dimension * Math.Log(2 * Math.PI);
        for (int i = 0; i < dimension; i++)
        {
            TLane error = x[i] - x.Target(i);
            for (int j = 0; j < i; j++)
            {
                error -= TLane.Weigh(x[At(i, j)], x.Spare(j));
            }

            TLane precision = Functions.BoundedExp(-x[At(i, i)]);
            error = TLane.Clamp(TLane.Weigh(precision, error), -most, most);
            x.Keep(i, error);
            x.Keep(precisions + i, precision);
            squares += TLane.Square(error);
            logs += x[At(i, i)];
        }

        for (int i = dimension - 1; i >= 0 && TExample.Order > 0; i--)
        {
            TLane pull = x.Spare(i);
            for (int k = i + 1; k < dimension; k++)
            {
                pull -= TLane.Weigh(x[At(k, i)], TLane.Weigh(x.Spare(precisions + k), x.Spare(pulls + k)));
            }

            x.Keep(pulls + i, pull);
        }

        for (int i = 0; i < dimension && TExample.Order > 0; i++)
        {
            TLane norm = Norm<TLane, TExample>(x, i, precisions, columns);
            TLane pull = x.Spare(pulls + i);
            TLane precision = x.Spare(precisions + i);
            x.Differentiate(i, TLane.Weigh(precision, pull), TLane.Weigh(precision, precision * norm));
            for (int j = 0; j < i; j++)
            {
                TLane other = x.Spare(j);
                x.Differentiate(
                    At(i, j),
                    -TLane.Weigh(precision, TLane.Weigh(other, pull)),
                    TLane.Weigh(TLane.Square(precision * other), norm));
            }

            TLane error = x.Spare(i);
            TLane work = TLane.Clamp(TLane.Weigh(error, pull), -most, most);
            x.Differentiate(At(i, i), 1.0 - work, TLane.Weigh(TLane.Square(error), norm) + work);
        }

        return 0.5 * squares + logs;
    }

    /// <summary>The diagonal of the inverse of the covariance, times Lᵢᵢ², for the Hessian.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLane Norm<TLane, TExample>(TExample x, int i, int precisions, int columns)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        TLane sum = default;
        for (int k = i; k < dimension && TExample.Order > 1; k++)
        {
            TLane entry = k == i ? 1.0 : (TLane)0.0;
            for (int j = i; j < k; j++)
            {
                entry -= x[At(k, j)] * x.Spare(columns + j);
            }

            entry = k == i ? entry : entry * x.Spare(precisions + k);
            x.Keep(columns + k, entry);
            sum += TLane.Square(entry);
        }

        return sum;
    }

    private int At(int row, int column) => dimension + row * (row + 1) / 2 + column;
}

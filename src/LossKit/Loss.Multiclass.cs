namespace LossKit;

// Losses of rows × classes.
public static partial class Loss
{
    private const int UsualIgnoreIndex = -100;

    /// <summary>
    /// −log p_y of the label y, p = softmax(row): the cross-entropy of rows of logits. With label smoothing s and class
    /// weights w it is (1 − s)·w_y·(−log p_y) + s/C·Σ_c w_c·(−log p_c).
    /// </summary>
    /// <remarks>
    /// PyTorch's <c>cross_entropy</c>: the mean divides by the class weights of the labels, Σ vᵢ·w_yᵢ with weights v of
    /// the rows. The gradient is p_j − δ_jy and the Hessian's diagonal p_j(1 − p_j), but for weights and smoothing. A
    /// logit of −∞ is a masked class, with probability and gradient 0. The perplexity of a language model is
    /// <c>Math.Exp(cost.Mean)</c>. Source: Bishop, "Pattern Recognition and Machine Learning", 2006, eq. 4.108;
    /// smoothing: Szegedy et al., "Rethinking the Inception Architecture", CVPR 2016.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="classes">C, the columns of a row.</param>
    /// <param name="classWeights">One a class, finite and not negative; all 1 by default.</param>
    /// <param name="labelSmoothing">s in [0, 1], what is taken from the label and spread over all classes.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static CategoricalLoss<T> SoftmaxCrossEntropy<T>(
        int classes,
        IReadOnlyList<double>? classWeights = null,
        double labelSmoothing = 0,
        int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ClassOptions<T> options = new(classes, classWeights, ignoreIndex, weighsMean: true);
        Parameter smoothing = Parameter.Probability(labelSmoothing).In<T>(nameof(labelSmoothing));
        Parameter spread = smoothing.Value / classes;
        Kernel<T> ofLabels = labelSmoothing == 0
            ? new SoftmaxKernel<T, TrueClassProgram<CrossEntropy>>(default, options)
            : new SoftmaxKernel<T, CrossEntropyProgram<OneHotTargets>>(new(smoothing, spread), options);
        return new(
            ofLabels,
            new ProgramKernel<T, CrossEntropyProgram<GivenTargets>>(new(smoothing, spread), options),
            options)
        {
            Name = Made($"{classes}{classWeights}{labelSmoothing}{ignoreIndex}"),
        };
    }

    /// <summary>
    /// A loss of rows of logits and labels from a formula of your own on log p_y, the log-softmax of the row at its
    /// label.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TFormula">A <c>readonly struct</c>.</typeparam>
    /// <param name="formula">The formula with its parameters.</param>
    /// <param name="classes">The columns of a row.</param>
    /// <param name="classWeights">Factors of the rows of each class, which do not enter the mean's divisor.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static RowLoss<T, int> FromTrueClassFormula<T, TFormula>(
        TFormula formula,
        int classes,
        IReadOnlyList<double>? classWeights = null,
        int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, ITrueClassFormula =>
        OnTrueClass<T, TFormula>(formula, new(classes, classWeights, ignoreIndex))
            .Named(Made($"{formula}{classes}{classWeights}{ignoreIndex}"));

    /// <summary>
    /// −α_y·(1 − p_y)^γ·log p_y of the label y, p = softmax(row): cross-entropy with easy examples faded out.
    /// </summary>
    /// <remarks>
    /// γ = 0 is cross-entropy. The mean divides by the rows, not by Σα. Source: Lin et al., "Focal Loss for Dense Object
    /// Detection", ICCV 2017.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    /// <param name="classes">The columns of a row.</param>
    /// <param name="gamma">γ, how fast easy examples fade; finite and not negative.</param>
    /// <param name="alpha">α, one a class, finite and not negative; all 1 by default.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static RowLoss<T, int> MulticlassFocal<T>(
        int classes, double gamma = 2, IReadOnlyList<double>? alpha = null, int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T> => OnTrueClass<T, MulticlassFocal>(
            new(gamma), new(classes, alpha, ignoreIndex, weightsName: nameof(alpha)))
            .Named(Made($"{classes}{gamma}{alpha}{ignoreIndex}"));

    /// <summary>
    /// (1 − p_y^q)/q of the label y, p = softmax(row): between cross-entropy (q → 0) and the absolute error of
    /// probabilities (q = 1), so that wrong labels pull less.
    /// </summary>
    /// <remarks>
    /// Bounded by 1/q. Source: Zhang and Sabuncu, "Generalized Cross Entropy Loss for Training Deep Neural Networks with
    /// Noisy Labels", NeurIPS 2018, eq. 6.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    /// <param name="classes">The columns of a row.</param>
    /// <param name="q">q, positive and at most 1.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static RowLoss<T, int> GeneralizedCrossEntropy<T>(
        int classes, double q = 0.7, int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromTrueClassFormula<T, GeneralizedCrossEntropy>(new(q), classes, ignoreIndex: ignoreIndex)
            .Named(Made($"{classes}{q}{ignoreIndex}"));

    /// <summary>
    /// −log p_y + ε(1 − p_y) of the label y, p = softmax(row): cross-entropy with another first coefficient of its
    /// expansion in 1 − p_y.
    /// </summary>
    /// <remarks>
    /// Source: Leng et al., "PolyLoss: A Polynomial Expansion Perspective of Classification Loss Functions", ICLR 2022.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    /// <param name="classes">The columns of a row.</param>
    /// <param name="epsilon">ε, finite and at least −1.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static RowLoss<T, int> Poly1<T>(int classes, double epsilon = 1, int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromTrueClassFormula<T, Poly1>(new(epsilon), classes, ignoreIndex: ignoreIndex)
            .Named(Made($"{classes}{epsilon}{ignoreIndex}"));

    /// <summary>−log q_y of the label y: the cross-entropy of rows q of probabilities.</summary>
    /// <remarks>
    /// For models that end in a softmax; where there are logits, <see cref="SoftmaxCrossEntropy"/> is more exact. The
    /// rows are neither clipped nor renormalised; Keras and scikit-learn do both. There are no class weights. Gradient −1/q_y at the label and 0
    /// elsewhere; only the label's entry is read. With probability targets t it is −Σ_c t_c·log q_c.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    public static CategoricalLoss<T> CategoricalCrossEntropy<T>(int classes, int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ClassOptions<T> options = new(classes, ignoreIndex: ignoreIndex) { Predictions = Domain.Probabilities };
        return new(
            new LabelKernel<T>(PointwiseKernel<T>.For(new OnProbability<CrossEntropy>(default)), options),
            new RowSumKernel<T>(PointwiseKernel<T>.For<ProbabilityCrossEntropy>(default)),
            options)
        {
            Name = Made($"{classes}{ignoreIndex}"),
        };
    }

    /// <summary>−w_y·x_y of the label y: the cross-entropy of rows x of log-probabilities.</summary>
    /// <remarks>
    /// For models that end in a log-softmax: PyTorch's <c>nll_loss</c>. The mean divides by the class weights of the
    /// labels. Gradient −w_y at the label and 0 elsewhere; only the label's entry is read.
    /// </remarks>
    /// <inheritdoc cref="SoftmaxCrossEntropy"/>
    public static RowLoss<T, int> NegativeLogLikelihood<T>(
        int classes, IReadOnlyList<double>? classWeights = null, int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ClassOptions<T> options = new(classes, classWeights, ignoreIndex, weighsMean: true);
        return new(
            new LabelKernel<T>(PointwiseKernel<T>.For(new OnLogProbability<CrossEntropy>(default)), options), options)
        {
            Name = Made($"{classes}{classWeights}{ignoreIndex}"),
        };
    }

    /// <summary>
    /// Σ_c t_c·(log t_c − x_c) for rows x of log-probabilities and t of probabilities: the Kullback–Leibler divergence
    /// of the prediction from the target.
    /// </summary>
    /// <remarks>
    /// Where t_c = 0 there is no loss and no gradient; elsewhere the gradient is −t_c. PyTorch's <c>kl_div</c> with
    /// <c>reduction="batchmean"</c>: the mean is over rows. Source: Kullback and Leibler, "On Information and
    /// Sufficiency", Annals of Mathematical Statistics 22(1), 1951.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    public static RowLoss<T, T> KLDivergence<T>(int classes) where T : unmanaged, IFloatingPointIeee754<T> =>
        SummedOverRow<T, KLDivergence>(classes, Domain.Logits).Named(Made($"{classes}"));

    /// <summary>
    /// ½Σ_c (p_c·log(p_c/m_c) + t_c·log(t_c/m_c)), m = ½(p + t), for rows p and t of probabilities: the Jensen–Shannon
    /// divergence, symmetric and at most log 2.
    /// </summary>
    /// <remarks>
    /// Gradient ½log(p_c/m_c): −∞ at p_c = 0 where t_c is positive, ½log 2 wherever t_c = 0. In nats; its square root is
    /// a distance. Source: Lin, "Divergence Measures Based on the Shannon Entropy", IEEE Transactions on Information
    /// Theory 37(1), 1991.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    public static RowLoss<T, T> JensenShannonDivergence<T>(int classes)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        SummedOverRow<T, JensenShannonDivergence>(classes, Domain.Probabilities).Named(Made($"{classes}"));

    /// <summary>
    /// w_y/C·Σ_{j≠y} max(0, m − x_y + x_j)^p for rows x of scores and the label y: every class that comes too near costs.
    /// </summary>
    /// <remarks>
    /// PyTorch's <c>multi_margin_loss</c>: divided by all C classes, and the mean by the rows, not by class weights. At
    /// x_y − x_j = m the derivative is 0. Source: Weston and Watkins, "Support Vector Machines for Multi-Class Pattern
    /// Recognition", ESANN 1999.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    /// <param name="classes">C, the columns of a row, at least 2.</param>
    /// <param name="margin">m, by how much the label is to lead.</param>
    /// <param name="p">1 or 2.</param>
    /// <param name="classWeights">w, one a class, finite and not negative; all 1 by default.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static RowLoss<T, int> MulticlassHinge<T>(
        int classes,
        double margin = 1,
        int p = 1,
        IReadOnlyList<double>? classWeights = null,
        int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromRivalFormula<T, MulticlassHinge>(new(margin, p), classes, Rivals.All, classWeights, ignoreIndex)
            .Named(Made($"{classes}{margin}{p}{classWeights}{ignoreIndex}"));

    /// <summary>
    /// max(0, m + max_{j≠y} x_j − x_y) for rows x of scores and the label y: only the best of the other classes costs.
    /// </summary>
    /// <remarks>
    /// scikit-learn's <c>hinge_loss</c> for m = 1. Of tied competitors the first has the gradient; where the lead is
    /// exactly m it is 0. Source: Crammer and Singer, "On the Algorithmic Implementation of Multiclass Kernel-based
    /// Vector Machines", JMLR 2, 2001.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    /// <param name="classes">The columns of a row, at least 2.</param>
    /// <param name="margin">m, by how much the label is to lead.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static RowLoss<T, int> CrammerSinger<T>(int classes, double margin = 1, int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromRivalFormula<T, MarginHinge>(new(margin), classes, Rivals.Best, ignoreIndex: ignoreIndex)
            .Named(Made($"{classes}{margin}{ignoreIndex}"));

    /// <summary>
    /// A loss of rows of scores from a formula of your own on the margin x_y − x_j by which the label y leads another
    /// class j: w_y/C times the sum over all of them, or w_y times the loss of the best of them.
    /// </summary>
    /// <remarks>The mean divides by the rows, not by class weights.</remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TFormula">A <c>readonly struct</c>.</typeparam>
    /// <param name="formula">The formula with its parameters.</param>
    /// <param name="classes">C, the columns of a row, at least 2.</param>
    /// <param name="rivals">Which of the other classes count.</param>
    /// <param name="classWeights">w, one a class, finite and not negative; all 1 by default.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static RowLoss<T, int> FromRivalFormula<T, TFormula>(
        TFormula formula,
        int classes,
        Rivals rivals = Rivals.All,
        IReadOnlyList<double>? classWeights = null,
        int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IMarginFormula
    {
        ClassOptions<T> options = new(classes, classWeights, ignoreIndex, fewest: 2) { Predictions = Domain.Reals };
        ParameterChecks.Check<T, TFormula>(formula);
        return new(
            rivals switch
            {
                Rivals.All => new ProgramKernel<T, MarginsProgram<TFormula>>(new(formula), options),
                Rivals.Best => new ProgramKernel<T, BestRivalProgram<TFormula>>(new(formula), options),
                _ => throw new ArgumentOutOfRangeException(nameof(rivals), rivals, "Expected All or Best."),
            },
            options)
        {
            Name = Made($"{formula}{classes}{rivals}{classWeights}{ignoreIndex}"),
        };
    }

    private static RowLoss<T, int> OnTrueClass<T, TFormula>(TFormula formula, ClassOptions<T> options)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, ITrueClassFormula
    {
        ParameterChecks.Check<T, TFormula>(formula);
        return new(new SoftmaxKernel<T, TrueClassProgram<TFormula>>(new(formula), options), options);
    }

    private static RowLoss<T, T> SummedOverRow<T, TFormula>(int classes, Domain predictions)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IPointwiseFormula =>
        new(new RowSumKernel<T>(PointwiseKernel<T>.For<TFormula>(default)), new(classes) { Predictions = predictions });
}

namespace LossKit;

// Losses of rows × classes, one of which is the label.
public static partial class Loss
{
    internal const int UsualIgnoreIndex = -100;

    /// <summary>
    /// −log p_y of the label y, p = softmax(row): the cross-entropy of rows of logits. With label smoothing s and class
    /// weights w it is (1 − s)·w_y·(−log p_y) + s/C·Σ_c w_c·(−log p_c).
    /// </summary>
    /// <remarks>
    /// PyTorch's <c>cross_entropy</c>: the mean divides by the class weights of the labels, Σ vᵢ·w_yᵢ with weights v
    /// of the rows. The gradient is p_j − δ_jy and the Hessian's diagonal p_j(1 − p_j), but for weights and
    /// smoothing. A logit of −∞ is a masked class, with probability and gradient 0; label smoothing makes its loss
    /// infinite, but for that of <see cref="MaskedCrossEntropy"/>, or of <see cref="Targets.Smooth"/> with a mask.
    /// The perplexity of a language model is <c>Math.Exp(cost.Mean)</c>. Source: Bishop, "Pattern Recognition and
    /// Machine Learning", 2006, eq. 4.108; smoothing: Szegedy et al., "Rethinking the Inception Architecture", CVPR
    /// 2016.
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
    /// w_y·(1 − s)·(−log p_y) + s/C·Σ_c w_c·(−log p_c) of the label y, p = softmax(row), C and the sum over the classes
    /// that the row does not mask: cross-entropy with label smoothing over what is left of them.
    /// </summary>
    /// <remarks>
    /// A logit of −∞, or of at most what is said, masks its class, whose probability is 0, and so are its derivatives
    /// but for what a target asks of it; it may be another one in each row. Where the label itself is masked, the loss
    /// is infinite. Otherwise as
    /// <see cref="SoftmaxCrossEntropy"/>, with the mean by the class weights of labels, and probabilities t as targets:
    /// Σ_c w_c·(t_c(1 − s) + s/C)·(−log p_c). With <see cref="RowLosses.OfLinear"/> the bias masks classes, all of
    /// which a row then needs in memory. Source: Szegedy et al., "Rethinking the Inception Architecture", CVPR 2016.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="classes">The columns of a row.</param>
    /// <param name="labelSmoothing">
    /// s in [0, 1], what is taken from the label and spread over what is not masked.
    /// </param>
    /// <param name="maskedAt">The largest logit that masks, finite or −∞: −1e9 or −1e20 where masks are fills.</param>
    /// <param name="classWeights">w, one a class, finite and not negative; all 1 by default.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static CategoricalLoss<T> MaskedCrossEntropy<T>(
        int classes,
        double labelSmoothing = 0.1,
        double maskedAt = double.NegativeInfinity,
        IReadOnlyList<double>? classWeights = null,
        int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ClassOptions<T> options = new(classes, classWeights, ignoreIndex, weighsMean: true);
        double smoothing = Parameter.Probability(labelSmoothing).In<T>(nameof(labelSmoothing)).Value;
        T largest = T.CreateTruncating(Parameter.BelowInfinity(maskedAt).Value);
        UnmaskedKernel<T> kernel = new(
            new ProgramKernel<T, CrossEntropyProgram<GivenTargets>>(new(0, 0), options), largest, smoothing, options);
        return new(kernel, kernel, options)
        {
            Name = Made($"{classes}{labelSmoothing}{maskedAt}{classWeights}{ignoreIndex}"),
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
    /// γ = 0 is cross-entropy. The mean divides by the rows, not by Σα. With label smoothing s and with probabilities t
    /// as targets it is the sum over all classes c, t_c(1 − s) + s/C times each: Keras'
    /// <c>CategoricalFocalCrossentropy</c>. Source: Lin et al., "Focal Loss for Dense Object Detection", ICCV 2017.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    /// <param name="classes">C, the columns of a row.</param>
    /// <param name="gamma">γ, how fast easy examples fade; finite and not negative.</param>
    /// <param name="alpha">α, one a class, finite and not negative; all 1 by default.</param>
    /// <param name="labelSmoothing">s in [0, 1], what is taken from the label and spread over all classes.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static CategoricalLoss<T> MulticlassFocal<T>(
        int classes,
        double gamma = 2,
        IReadOnlyList<double>? alpha = null,
        double labelSmoothing = 0,
        int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T> => OnTargets<T, MulticlassFocal>(
            new(gamma), labelSmoothing, new(classes, alpha, ignoreIndex, weightsName: nameof(alpha)))
            .Named(Made($"{classes}{gamma}{alpha}{labelSmoothing}{ignoreIndex}"));

    /// <summary>
    /// (1 − p_y^q)/q of the label y, p = softmax(row): between cross-entropy (q → 0) and the absolute error of
    /// probabilities (q = 1), so that wrong labels pull less.
    /// </summary>
    /// <remarks>
    /// Bounded by 1/q. Source: Zhang and Sabuncu, "Generalized Cross Entropy Loss for Training Deep Neural Networks
    /// with Noisy Labels", NeurIPS 2018, eq. 6.
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
    /// With label smoothing s and with probabilities t as targets it is the sum over all classes c, t_c(1 − s) + s/C
    /// times each: optax' <c>poly_loss_cross_entropy</c>. Source: Leng et al., "PolyLoss: A Polynomial Expansion
    /// Perspective of Classification Loss Functions", ICLR 2022.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    /// <param name="classes">C, the columns of a row.</param>
    /// <param name="epsilon">ε, finite and at least −1.</param>
    /// <param name="labelSmoothing">s in [0, 1], what is taken from the label and spread over all classes.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static CategoricalLoss<T> Poly1<T>(
        int classes, double epsilon = 1, double labelSmoothing = 0, int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        OnTargets<T, Poly1>(new(epsilon), labelSmoothing, new(classes, ignoreIndex: ignoreIndex))
            .Named(Made($"{classes}{epsilon}{labelSmoothing}{ignoreIndex}"));

    /// <summary>
    /// −α·log p_y − β·A(1 − p_y) of the label y, p = softmax(row): cross-entropy and its reverse, in which A stands for
    /// log 0, so that wrong labels pull less.
    /// </summary>
    /// <remarks>
    /// Source: Wang et al., "Symmetric Cross Entropy for Robust Learning with Noisy Labels", ICCV 2019, whose code
    /// clips p at 10⁻⁷.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    /// <param name="classes">The columns of a row.</param>
    /// <param name="alpha">α, the share of cross-entropy; finite and not negative.</param>
    /// <param name="beta">β, that of the reverse one; finite and not negative.</param>
    /// <param name="logZero">A, finite; negative, or the loss would favour errors.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static RowLoss<T, int> SymmetricCrossEntropy<T>(
        int classes, double alpha = 0.1, double beta = 1, double logZero = -4, int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromTrueClassFormula<T, SymmetricCrossEntropy>(new(alpha, beta, logZero), classes, ignoreIndex: ignoreIndex)
            .Named(Made($"{classes}{alpha}{beta}{logZero}{ignoreIndex}"));

    /// <summary>
    /// Σ (1 − p_y)^i/i over i = 1 … k of the label y, p = softmax(row): the first terms of cross-entropy, so that wrong
    /// labels pull less.
    /// </summary>
    /// <remarks>
    /// k = 1 is the absolute error of probabilities. Source: Feng et al., "Can Cross Entropy Loss Be Robust to Label
    /// Noise?", IJCAI 2020.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    /// <param name="classes">The columns of a row.</param>
    /// <param name="order">k, how many terms; from 1 to 100.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static RowLoss<T, int> TaylorCrossEntropy<T>(int classes, int order = 2, int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromTrueClassFormula<T, TaylorCrossEntropy>(new(order), classes, ignoreIndex: ignoreIndex)
            .Named(Made($"{classes}{order}{ignoreIndex}"));

    /// <summary>
    /// w_y·(−log p_y) of the label y, p = softmax(row), w_c in proportion to (1 − β)/(1 − β^n_c) for classes with n_c
    /// examples, and 1 on average: cross-entropy weighted by effective numbers of examples.
    /// </summary>
    /// <remarks>
    /// <see cref="SoftmaxCrossEntropy"/> with these class weights: the mean divides by those of the labels, where the
    /// paper divides by the rows. β = 0 is no weights; β → 1 inverse frequencies. Source: Cui et al., "Class-Balanced
    /// Loss Based on Effective Number of Samples", CVPR 2019.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="classCounts">n, how many examples each class has: positive and finite.</param>
    /// <param name="beta">β, at least 0 and below 1.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static CategoricalLoss<T> ClassBalancedCrossEntropy<T>(
        IReadOnlyList<double> classCounts, double beta = 0.9999, int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[] counts = CheckedCounts(classCounts);
        double log = Math.Log(Parameter.InRange(0, 1, beta).Value);

        // Neither 1 − β^n nor its proportion to 1 − β cancels.
        double[] weights = [.. counts.Select(count => 1 / Share(count))];
        double mean = weights.Average();
        return Named(
            SoftmaxCrossEntropy<T>(counts.Length, [.. weights.Select(weight => weight / mean)], 0, ignoreIndex),
            Made($"{classCounts}{beta}{ignoreIndex}"));

        double Share(double count) => beta == 0
            ? 1
            : -Exponentials<ScalarLane<double>, double>.Expm1(count * log, out _).Number;
    }

    /// <summary>
    /// −log p_y of the label y, p the softmax of s·(x − Δ_y at the label) for rows x of logits, Δ_c = m·(min n/n_c)^¼
    /// for classes with n_c examples: the rarer a class, the more its logit is to lead by.
    /// </summary>
    /// <remarks>
    /// The gradient is s·(p_j − δ_jy). Source: Cao et al., "Learning Imbalanced Datasets with Label-Distribution-Aware
    /// Margin Loss", NeurIPS 2019.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="classCounts">n, how many examples each class has: positive and finite.</param>
    /// <param name="maxMargin">m, the margin of the rarest class; finite and not negative.</param>
    /// <param name="scale">s, positive and finite.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static RowLoss<T, int> Ldam<T>(
        IReadOnlyList<double> classCounts,
        double maxMargin = 0.5,
        double scale = 30,
        int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[] counts = CheckedCounts(classCounts);
        double fewest = counts.Min();
        double margin = Parameter.NotNegative(maxMargin).In<T>(nameof(maxMargin)).Value;
        double factor = Parameter.Positive(scale).In<T>(nameof(scale)).Value;
        double[] atLabel = [.. counts.Select(count => -factor * margin * Math.Sqrt(Math.Sqrt(fewest / count)))];
        return Adjusted<T>(factor, null, atLabel, counts.Length, ignoreIndex)
            .Named(Made($"{classCounts}{maxMargin}{scale}{ignoreIndex}"));
    }

    /// <summary>
    /// −log p_y of the label y, p the softmax of x + τ·log(n/Σn) for rows x of logits and classes with n_c examples:
    /// cross-entropy that leaves the frequencies of classes to be added where they are known.
    /// </summary>
    /// <remarks>
    /// τ = 1 is the balanced softmax. Sources: Menon et al., "Long-Tail Learning via Logit Adjustment", ICLR 2021; Ren
    /// et al., "Balanced Meta-Softmax for Long-Tailed Visual Recognition", NeurIPS 2020.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="classCounts">n, how many examples each class has: positive and finite.</param>
    /// <param name="tau">τ, finite.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static RowLoss<T, int> LogitAdjusted<T>(
        IReadOnlyList<double> classCounts, double tau = 1, int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[] counts = CheckedCounts(classCounts);
        double total = counts.Sum();
        double power = Parameter.Finite(tau).In<T>(nameof(tau)).Value;
        double[] offsets = [.. counts.Select(count => power * Math.Log(count / total))];
        return Adjusted<T>(1, offsets, null, counts.Length, ignoreIndex)
            .Named(Made($"{classCounts}{tau}{ignoreIndex}"));
    }

    /// <summary>
    /// max over probabilities q of (q·x − ½‖q‖²) + ½‖t‖² − t·x for rows x of scores and t the label or probabilities:
    /// the loss of sparsemax, whose probabilities q may be exactly 0.
    /// </summary>
    /// <remarks>
    /// Gradient q − t, q the point of the simplex that is nearest to x: 0 as soon as the target leads all classes by 1.
    /// optax's <c>multiclass_sparsemax_loss</c>. Source: Martins and Astudillo, "From Softmax to Sparsemax: A Sparse
    /// Model of Attention and Multi-Label Classification", ICML 2016.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    public static CategoricalLoss<T> Sparsemax<T>(int classes, int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Implicit<T, SparsemaxFormula>(default, 0, new(classes, ignoreIndex: ignoreIndex))
            .Named(Made($"{classes}{ignoreIndex}"));

    /// <summary>
    /// max over probabilities q of (q·x − ⁴⁄₃Σq^1.5) + ⁴⁄₃Σt^1.5 − t·x for rows x of scores and t the label or
    /// probabilities: the loss of 1.5-entmax, between softmax and sparsemax.
    /// </summary>
    /// <remarks>
    /// Gradient q − t, q_j = max(0, ½(x_j − λ))² with the λ that makes their sum 1. Sources: Peters, Niculae and
    /// Martins, "Sparse Sequence-to-Sequence Models", ACL 2019; Blondel, Martins and Niculae, "Learning with
    /// Fenchel–Young Losses", JMLR 21, 2020.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    public static CategoricalLoss<T> Entmax15<T>(int classes, int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Implicit<T, Entmax15Formula>(default, 0, new(classes, ignoreIndex: ignoreIndex))
            .Named(Made($"{classes}{ignoreIndex}"));

    /// <summary>
    /// Σ_j (t_j(log_t₁ t_j − log_t₁ p_j) − (t_j^(2−t₁) − p_j^(2−t₁))/(2 − t₁)) for rows x of logits and t the label or
    /// probabilities, p_j = exp_t₂(x_j − λ) with the λ that makes their sum 1: cross-entropy that is bounded (t₁ &lt;
    /// 1) and whose probabilities have heavy tails (t₂ &gt; 1), so that wrong labels pull less.
    /// </summary>
    /// <remarks>
    /// exp_t u = (1 + (1 − t)u)^(1/(1−t)), log_t u = (u^(1−t) − 1)/(1 − t). t₁ = t₂ = 1 is cross-entropy. Label
    /// smoothing is t(1 − s) + s/C, as everywhere; the authors leave 1 − s on the label. Source: Amid et al., "Robust
    /// Bi-Tempered Logistic Loss Based on Bregman Divergences", NeurIPS 2019.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    /// <param name="classes">C, the columns of a row.</param>
    /// <param name="t1">t₁ in [0, 1].</param>
    /// <param name="t2">t₂, finite and at least 1.</param>
    /// <param name="labelSmoothing">s in [0, 1], what is taken from the label and spread over all classes.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static CategoricalLoss<T> BiTemperedLogistic<T>(
        int classes, double t1 = 0.8, double t2 = 1.2, double labelSmoothing = 0, int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Implicit<T, BiTemperedFormula>(new(t1, t2), labelSmoothing, new(classes, ignoreIndex: ignoreIndex))
            .Named(Made($"{classes}{t1}{t2}{labelSmoothing}{ignoreIndex}"));

    /// <summary>
    /// log p_y/Σ_c log p_c of the label y, p = softmax(row): cross-entropy as a share of those of all classes, between
    /// 0 and 1, so that wrong labels pull less.
    /// </summary>
    /// <remarks>
    /// 0 wherever a class is masked. Source: Ma et al.,
    /// "Normalized Loss Functions for Deep Learning with Noisy Labels", ICML 2020.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    /// <param name="classes">The columns of a row, at least 2.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static RowLoss<T, int> NormalizedCrossEntropy<T>(int classes, int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T> => OfLogSoftmax<T, NormalizedCrossEntropyFormula>(
            default, new(classes, ignoreIndex: ignoreIndex, fewest: 2)).Named(Made($"{classes}{ignoreIndex}"));

    /// <summary>
    /// −log p_y − β·H(p) of the label y, p = softmax(row), H(p) = −Σ_c p_c·log p_c: cross-entropy that rewards doubt.
    /// </summary>
    /// <remarks>
    /// Source: Pereyra et al., "Regularizing Neural Networks by Penalizing Confident Output Distributions", ICLR 2017
    /// Workshop.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    /// <param name="classes">The columns of a row.</param>
    /// <param name="beta">β, the price of confidence; finite and not negative.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static RowLoss<T, int> ConfidencePenalty<T>(
        int classes, double beta = 0.1, int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T> => OfLogSoftmax<T, ConfidencePenaltyFormula>(
            new(beta), new(classes, ignoreIndex: ignoreIndex)).Named(Made($"{classes}{beta}{ignoreIndex}"));

    /// <summary>−log q_y of the label y: the cross-entropy of rows q of probabilities.</summary>
    /// <remarks>
    /// For models that end in a softmax; where there are logits, <see cref="SoftmaxCrossEntropy"/> is more exact. The
    /// rows are neither clipped nor renormalised; Keras and scikit-learn do both. There are no class weights. Gradient
    /// −1/q_y at the label and 0 elsewhere; only the label's entry is read. With probability targets t it is −Σ_c
    /// t_c·log q_c. Source: Goodfellow, Bengio and Courville, "Deep Learning", MIT Press 2016.
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
    /// labels. Gradient −w_y at the label and 0 elsewhere; only the label's entry is read. Source: Goodfellow, Bengio
    /// and Courville, "Deep Learning", MIT Press 2016.
    /// </remarks>
    /// <inheritdoc cref="SoftmaxCrossEntropy"/>
    public static RowLoss<T, int> NegativeLogLikelihood<T>(
        int classes, IReadOnlyList<double>? classWeights = null, int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ClassOptions<T> options = new(classes, classWeights, ignoreIndex, weighsMean: true)
        {
            Predictions = Domain.LogProbabilities,
        };
        return new(
            new LabelKernel<T>(PointwiseKernel<T>.For(new OnLogProbability<CrossEntropy>(default)), options), options)
        {
            Name = Made($"{classes}{classWeights}{ignoreIndex}"),
        };
    }

    /// <summary>
    /// −(k + 1 − y)·log p_k − (y − k)·log p_{k+1} of a place y from 0 to C − 1 and the class k below it, p =
    /// softmax(row): the cross-entropy of a distribution over places with the two around y.
    /// </summary>
    /// <remarks>
    /// One target a row, y, which need not be whole. Least where the mean of p is y and nothing lies farther off. The
    /// last class may be met exactly; MMDetection has no class after it there. Source: Li et al., "Generalized Focal
    /// Loss", NeurIPS 2020.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    /// <param name="classes">C, the columns of a row, at least 2.</param>
    public static RowLoss<T, T> DistributionFocal<T>(int classes) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ClassOptions<T> options = new(classes, fewest: 2) { TargetColumns = 1, Targets = Domain.NotNegative };
        return new(new ProgramKernel<T, CrossEntropyProgram<PlacedTargets>>(new(0.0, 0.0), options), options)
        {
            Name = Made($"{classes}"),
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
    /// Gradient ½log(p_c/m_c): −∞ at p_c = 0 where t_c is positive, ½log 2 wherever t_c = 0. In nats; its square root
    /// is a distance. Of log-probabilities, which are logits of the same distribution, and of logits it is
    /// <see cref="GeneralizedJsd"/> with β = ½. Source: Lin, "Divergence Measures Based on the Shannon Entropy", IEEE
    /// Transactions on Information Theory 37(1), 1991.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    public static RowLoss<T, T> JensenShannonDivergence<T>(int classes)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        SummedOverRow<T, JensenShannonDivergence>(classes, Domain.Probabilities).Named(Made($"{classes}"));

    /// <summary>
    /// Σ_l w_l·log(P(level l + 1)/P(level l)) of the label y, P the softmax of a row summed over the group of y at a
    /// level: at level 0 y itself, above the last one all classes.
    /// </summary>
    /// <remarks>
    /// Mistakes within a group cost less where the weights of higher levels are larger. With equal weights it is that
    /// weight times cross-entropy. The paper has w_l = e^(−αl). Source: Bertinetto et al., "Making Better Mistakes:
    /// Leveraging Class Hierarchies with Deep Networks", CVPR 2020.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    /// <param name="classes">C, the columns of a row.</param>
    /// <param name="groups">
    /// The group of each class at level 1, any integer, then those at level 2, each of which consists of such of level
    /// 1, and so on: C numbers a level.
    /// </param>
    /// <param name="levelWeights">w, finite and not negative: one more than there are levels of groups.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static RowLoss<T, int> HierarchicalCrossEntropy<T>(
        int classes,
        IReadOnlyList<int> groups,
        IReadOnlyList<double> levelWeights,
        int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(levelWeights);
        ClassOptions<T> options = new(classes, ignoreIndex: ignoreIndex);
        return new(new HierarchyKernel<T>(groups, levelWeights, options), options)
        {
            Name = Made($"{classes}{groups}{levelWeights}{ignoreIndex}"),
        };
    }

    /// <summary>
    /// E(α, y) + λ·KL(Dir(α̃) ‖ Dir(1)) of rows of logits whose classes have the concentrations α = 1 + evidence of a
    /// Dirichlet distribution of probabilities; α̃ is α, but 1 at the label y: a row without evidence is one that
    /// does not know.
    /// </summary>
    /// <remarks>
    /// The uncertainty of a row is C/Σα. λ grows from 0 to 1 while training. Evidence beyond some 10²³, which is
    /// e^53.5, counts as that, and has gradient 0. Source: Sensoy, Kaplan and Kandemir,
    /// "Evidential Deep Learning to Quantify Classification Uncertainty", NeurIPS 2018.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    /// <param name="classes">C, the columns of a row.</param>
    /// <param name="form">E.</param>
    /// <param name="activation">What makes evidence of logits.</param>
    /// <param name="klWeight">λ, the price of evidence for what is wrong; finite and not negative.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static RowLoss<T, int> EvidentialClassification<T>(
        int classes,
        EvidentialForm form = EvidentialForm.Squares,
        EvidenceActivation activation = EvidenceActivation.Relu,
        double klWeight = 1,
        int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ClassOptions<T> options = new(classes, ignoreIndex: ignoreIndex);
        double weight = Parameter.NotNegative(klWeight).In<T>(nameof(klWeight)).Value;
        return new(
            activation switch
            {
                EvidenceActivation.Relu => OfEvidence<T, ReluEvidence>(form, weight, options),
                EvidenceActivation.Softplus => OfEvidence<T, SoftplusEvidence>(form, weight, options),
                EvidenceActivation.Exp => OfEvidence<T, ExpEvidence>(form, weight, options),
                _ => throw new ArgumentOutOfRangeException(
                    nameof(activation), activation, "Expected Relu, Softplus or Exp."),
            },
            options)
        {
            Name = Made($"{classes}{form}{activation}{klWeight}{ignoreIndex}"),
        };
    }

    private static Kernel<T> OfEvidence<T, TEvidence>(
        EvidentialForm form, double klWeight, ClassOptions<T> options)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TEvidence : struct, IEvidence
    {
        int classes = options.Classes;
        Kernel<T> kernel = form switch
        {
            EvidentialForm.Squares => Of<
                OfThreeFolds<EvidenceSquares<TEvidence>, SumFold, SumFold, SumFold>, SumFold>(new(new(classes))),
            EvidentialForm.Log => Of<OfTwoFolds<EvidenceLog<TEvidence>, SumFold, SumFold>, NoFold>(new(new(classes))),
            EvidentialForm.Digamma => Of<
                OfTwoFolds<EvidenceDigamma<TEvidence>, SumFold, SumFold>, NoFold>(new(new(classes))),
            _ => throw new ArgumentOutOfRangeException(nameof(form), form, "Expected Squares, Log or Digamma."),
        };
        return klWeight == 0
            ? kernel
            : new SumKernel<T>(
                kernel,
                new ScaledKernel<T>(
                    Of<OfTwoFolds<EvidenceDivergence<TEvidence>, SumFold, SumFold>, NoFold>(new(new(classes))),
                    klWeight));

        LabelGroupsKernel<T> Of<TFormula, TThird>(TFormula formula)
            where TFormula : struct, ISideFormula<SumFold, SumFold, TThird>
            where TThird : struct, IFold => new(
                new GroupKernel<T, AsGiven, FoldProgram<TFormula, SumFold, SumFold, TThird, GivenCells>>(
                    default, new(formula)),
                options);
    }

    /// <summary>A loss of rows whose probabilities have an implicit normaliser.</summary>
    private static CategoricalLoss<T> Implicit<T, TFormula>(
        TFormula formula, double labelSmoothing, ClassOptions<T> options)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IImplicitFormula
    {
        ParameterChecks.Check<T, TFormula>(formula);
        Parameter smoothing = Parameter.Probability(labelSmoothing).In<T>(nameof(labelSmoothing));
        Parameter spread = smoothing.Value / options.Classes;
        return new(
            new ProgramKernel<T, ImplicitProgram<TFormula, OneHotTargets>>(new(formula, smoothing, spread), options),
            new ProgramKernel<T, ImplicitProgram<TFormula, GivenTargets>>(new(formula, smoothing, spread), options),
            options);
    }

    private static RowLoss<T, int> OfLogSoftmax<T, TFormula>(TFormula formula, ClassOptions<T> options)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, ILogSoftmaxFormula
    {
        ParameterChecks.Check<T, TFormula>(formula);
        return new(
            new ProgramKernel<T, LogSoftmaxProgram<TFormula, NoTargets>>(new(formula, default), options), options);
    }

    /// <summary>A formula on the log-probability of the label, or of each class by its share of the target.</summary>
    private static CategoricalLoss<T> OnTargets<T, TFormula>(
        TFormula formula, double labelSmoothing, ClassOptions<T> options)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, ITrueClassFormula
    {
        ParameterChecks.Check<T, TFormula>(formula);
        Parameter smoothing = Parameter.Probability(labelSmoothing).In<T>(nameof(labelSmoothing));
        return new(
            labelSmoothing == 0 ? new SoftmaxKernel<T, TrueClassProgram<TFormula>>(new(formula), options)
            : Of<OneHotTargets>(),
            Of<GivenTargets>(),
            options);

        ProgramKernel<T, LogSoftmaxProgram<ExpectedTrueClass<TFormula>, TTargets>> Of<TTargets>()
            where TTargets : struct, ITargetRow =>
            new(new(new(formula), new(smoothing, smoothing.Value / options.Classes)), options);
    }

    /// <summary>Cross-entropy of adjusted logits.</summary>
    private static RowLoss<T, int> Adjusted<T>(
        double scale, double[]? offsets, double[]? atLabel, int classes, int ignoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ClassOptions<T> options = new(classes, ignoreIndex: ignoreIndex);
        return new(
            new AdjustedKernel<T>(
                new ProgramKernel<T, TrueClassProgram<CrossEntropy>>(default, options),
                T.CreateTruncating(scale),
                offsets?.Select(T.CreateTruncating).ToArray(),
                atLabel?.Select(T.CreateTruncating).ToArray(),
                options),
            options);
    }

    private static double[] CheckedCounts(IReadOnlyList<double> classCounts)
    {
        ArgumentNullException.ThrowIfNull(classCounts);
        return
        [
            .. classCounts.Select((count, label) => Parameter.Positive(count, $"{nameof(classCounts)}[{label}]").Value),
        ];
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

namespace LossKit;

// Divergences between two rows of logits, and what else is of a row's softmax alone.
public static partial class Loss
{
    /// <summary>
    /// Σ_c t_c·log(t_c/p_c) of rows of logits, with p = softmax(row/τ) and t = softmax(teacher/τ): the Kullback–Leibler
    /// divergence of a student from its teacher.
    /// </summary>
    /// <remarks>
    /// Targets are the teacher's logits, rows as the predictions are; a logit of −∞ is a masked class. The gradient is
    /// (p − t)/τ. Sources: Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network", 2015, which
    /// multiplies by τ²; generative peers do not.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="classes">The columns of a row.</param>
    /// <param name="temperature">τ, positive and finite.</param>
    /// <param name="temperatureSquared">Whether the loss is multiplied by τ².</param>
    /// <param name="topK">
    /// How many of the teacher's largest logits count, the first of equals, if not all: both softmax are over these,
    /// and the gradient of the others is 0.
    /// </param>
    public static RowLoss<T, T> ForwardKl<T>(
        int classes, double temperature = 1, bool temperatureSquared = false, int? topK = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromDivergenceFormula<T, ForwardKl>(default, classes, temperature, temperatureSquared, topK)
            .Named(Made($"{classes}{temperature}{temperatureSquared}{topK}"));

    /// <summary>
    /// Σ_c p_c·log(p_c/t_c) of rows of logits, with p = softmax(row/τ) and t = softmax(teacher/τ): the student keeps to
    /// what its teacher does.
    /// </summary>
    /// <remarks>
    /// Targets as those of <see cref="ForwardKl"/>. With a prior's logits as targets it is the divergence of a
    /// categorical posterior. Where the teacher's logit is −∞ and the student's is not, the loss is infinite and the
    /// gradient no number to follow. Source: Gu et al., "MiniLLM", ICLR 2024.
    /// </remarks>
    /// <inheritdoc cref="ForwardKl"/>
    public static RowLoss<T, T> ReverseKl<T>(
        int classes, double temperature = 1, bool temperatureSquared = false, int? topK = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromDivergenceFormula<T, ReverseKl>(default, classes, temperature, temperatureSquared, topK)
            .Named(Made($"{classes}{temperature}{temperatureSquared}{topK}"));

    /// <summary>
    /// β·KL(t‖m) + (1 − β)·KL(p‖m), m = βt + (1 − β)p, of rows of logits, with p = softmax(row/τ) and t =
    /// softmax(teacher/τ): the generalised Jensen–Shannon divergence.
    /// </summary>
    /// <remarks>
    /// β = 0 is <see cref="ForwardKl"/> and β = 1 <see cref="ReverseKl"/>, as in the paper, not the formula's limit,
    /// which is 0. Targets as those of <see cref="ForwardKl"/>. Rows of log-probabilities are logits of the same
    /// distribution, softmax(log p) = p, and can be given as they are: with β = ½ it is the divergence that
    /// <see cref="JensenShannonDivergence"/> takes from probabilities. Source: Agarwal et al.,
    /// "On-Policy Distillation of Language Models", ICLR 2024.
    /// </remarks>
    /// <inheritdoc cref="ForwardKl"/>
    /// <param name="classes">The columns of a row.</param>
    /// <param name="beta">β, from 0 to 1.</param>
    /// <param name="temperature">τ, positive and finite.</param>
    /// <param name="temperatureSquared">Whether the loss is multiplied by τ².</param>
    /// <param name="topK">How many of the teacher's largest logits count, if not all.</param>
    public static RowLoss<T, T> GeneralizedJsd<T>(
        int classes,
        double beta = 0.5,
        double temperature = 1,
        bool temperatureSquared = false,
        int? topK = null)
        where T : unmanaged, IFloatingPointIeee754<T> => (Parameter.Probability(beta).Value switch
        {
            0 => ForwardKl<T>(classes, temperature, temperatureSquared, topK),
            1 => ReverseKl<T>(classes, temperature, temperatureSquared, topK),
            _ => FromDivergenceFormula<T, GeneralizedJsd>(new(beta), classes, temperature, temperatureSquared, topK),
        }).Named(Made($"{classes}{beta}{temperature}{temperatureSquared}{topK}"));

    /// <summary>
    /// Σ_c t_c·log(t_c/m_c), m = αt + (1 − α)p, of rows of logits, with p = softmax(row/τ) and t = softmax(teacher/τ):
    /// a forward divergence that stays finite where the student has no probability.
    /// </summary>
    /// <remarks>
    /// Targets as those of <see cref="ForwardKl"/>, which is α = 0. Source: Ko et al., "DistiLLM", ICML 2024.
    /// </remarks>
    /// <inheritdoc cref="ForwardKl"/>
    /// <param name="classes">The columns of a row.</param>
    /// <param name="alpha">α, at least 0 and less than 1.</param>
    /// <param name="temperature">τ, positive and finite.</param>
    /// <param name="temperatureSquared">Whether the loss is multiplied by τ².</param>
    /// <param name="topK">How many of the teacher's largest logits count, if not all.</param>
    public static RowLoss<T, T> SkewForwardKl<T>(
        int classes,
        double alpha = 0.1,
        double temperature = 1,
        bool temperatureSquared = false,
        int? topK = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromDivergenceFormula<T, SkewForwardKl>(new(alpha), classes, temperature, temperatureSquared, topK)
            .Named(Made($"{classes}{alpha}{temperature}{temperatureSquared}{topK}"));

    /// <summary>
    /// Σ_c p_c·log(p_c/m_c), m = αp + (1 − α)t, of rows of logits, with p = softmax(row/τ) and t = softmax(teacher/τ):
    /// a reverse divergence that stays finite where the teacher has no probability.
    /// </summary>
    /// <remarks>
    /// Targets as those of <see cref="ForwardKl"/>; α = 0 is <see cref="ReverseKl"/>. Source: Ko et al., "DistiLLM",
    /// ICML 2024.
    /// </remarks>
    /// <inheritdoc cref="SkewForwardKl"/>
    public static RowLoss<T, T> SkewReverseKl<T>(
        int classes,
        double alpha = 0.1,
        double temperature = 1,
        bool temperatureSquared = false,
        int? topK = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromDivergenceFormula<T, SkewReverseKl>(new(alpha), classes, temperature, temperatureSquared, topK)
            .Named(Made($"{classes}{alpha}{temperature}{temperatureSquared}{topK}"));

    /// <summary>
    /// ½Σ_c |p_c − t_c| of rows of logits, with p = softmax(row/τ) and t = softmax(teacher/τ): the total variation
    /// distance, symmetric and at most 1.
    /// </summary>
    /// <remarks>
    /// Targets as those of <see cref="ForwardKl"/>. Where p_c = t_c the class has no gradient of its own. Source: Wen
    /// et al., "f-Divergence Minimization for Sequence-Level Knowledge Distillation", ACL 2023.
    /// </remarks>
    /// <inheritdoc cref="ForwardKl"/>
    public static RowLoss<T, T> TotalVariationDistance<T>(
        int classes, double temperature = 1, bool temperatureSquared = false, int? topK = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromDivergenceFormula<T, TotalVariationDistance>(default, classes, temperature, temperatureSquared, topK)
            .Named(Made($"{classes}{temperature}{temperatureSquared}{topK}"));

    /// <summary>
    /// Σ_c f(log p_c, log t_c) of rows of logits from a formula f of your own, with p = softmax(row/τ) and t =
    /// softmax(teacher/τ).
    /// </summary>
    /// <remarks>Targets as those of <see cref="ForwardKl"/>.</remarks>
    /// <inheritdoc cref="ForwardKl"/>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TFormula">A <c>readonly struct</c>.</typeparam>
    /// <param name="formula">f with its parameters: predictions and targets are logarithms of probabilities.</param>
    /// <param name="classes">The columns of a row.</param>
    /// <param name="temperature">τ, positive and finite.</param>
    /// <param name="temperatureSquared">Whether the loss is multiplied by τ².</param>
    /// <param name="topK">How many of the teacher's largest logits count, if not all.</param>
    public static RowLoss<T, T> FromDivergenceFormula<T, TFormula>(
        TFormula formula,
        int classes,
        double temperature = 1,
        bool temperatureSquared = false,
        int? topK = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IPointwiseFormula
    {
        ParameterChecks.Check<T, TFormula>(formula);
        Parameter ofLogits = Parameter.Positive(temperature).In<T>(nameof(temperature));
        ClassOptions<T> options = new(classes) { Targets = Domain.Logits };
        Kernel<T> kernel = new ProgramKernel<T, DivergenceProgram<TFormula, Yes>>(
            new(formula, ofLogits, temperatureSquared ? temperature * temperature : 1), options);
        return new(
            topK switch
            {
                null => kernel,
                > 0 => new LargestTargetsKernel<T>(kernel, topK.Value),
                _ => throw new ArgumentOutOfRangeException(nameof(topK), topK, "'topK' must be positive."),
            },
            options)
        {
            Name = Made($"{formula}{classes}{temperature}{temperatureSquared}{topK}"),
        };
    }

    /// <summary>
    /// (1 − α)·(−log softmax(row)_y) + α·τ²·Σ_c t_c·log(t_c/p_c) of rows of logits with labels y, with p =
    /// softmax(row/τ) and t = softmax(teacher/τ): what is true, and what a teacher makes of it.
    /// </summary>
    /// <remarks>Source: Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network", 2015.</remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="classes">The columns of a row.</param>
    /// <param name="alpha">α, what the teacher counts, from 0 to 1.</param>
    /// <param name="temperature">τ, positive and finite.</param>
    public static DistillationLoss<T> KnowledgeDistillation<T>(int classes, double alpha = 0.5, double temperature = 2)
        where T : unmanaged, IFloatingPointIeee754<T> => new(
            ForwardKl<T>(classes, temperature, temperatureSquared: true),
            SoftmaxCrossEntropy<T>(classes),
            Parameter.Probability(alpha).In<T>(nameof(alpha)).Value)
        {
            Name = Made($"{classes}{alpha}{temperature}"),
        };

    /// <summary>
    /// Σ_c p_c·log p_c of rows of logits, p = softmax(row): the negative entropy, a price of being sure.
    /// </summary>
    /// <remarks>
    /// There are no targets. Gradient p_c(log p_c − Σ p·log p). Source: Williams and Peng, "Function Optimization Using
    /// Connectionist Reinforcement Learning Algorithms", Connection Science 3(3), 1991.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    public static RowLoss<T, T> NegativeEntropy<T>(int classes) where T : unmanaged, IFloatingPointIeee754<T> =>
        WithoutTargets<T, DivergenceProgram<NegativeEntropy, No>>(new(default, 1, 1), classes)
            .Named(Made($"{classes}"));

    /// <summary>
    /// Σ_c p_c·log(p_c·C) of rows of logits, p = softmax(row): the divergence of a categorical posterior from the
    /// uniform prior.
    /// </summary>
    /// <remarks>
    /// There are no targets. <see cref="ReverseKl"/> is the same with the logits of another prior as targets. Source:
    /// Jang, Gu and Poole, "Categorical Reparameterization with Gumbel-Softmax", ICLR 2017.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    public static RowLoss<T, T> CategoricalKl<T>(int classes) where T : unmanaged, IFloatingPointIeee754<T> =>
        WithoutTargets<T, DivergenceProgram<ReverseKl, No>>(new(default, 1, 1), classes)
            .Named(Made($"{classes}"));

    /// <summary>
    /// −log p_y + λ·(log Σ_c e^(x_c))² of rows x of logits and labels y, p = softmax(row): cross-entropy that keeps the
    /// logits from drifting.
    /// </summary>
    /// <remarks>
    /// Gradient p_j(1 + 2λ·log Σ eˣ) − δ_jy. <see cref="LogSumExpPenalty"/> is the second part alone. Sources:
    /// Chowdhery et al., "PaLM", 2022; Zoph et al., "ST-MoE", 2022.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    /// <param name="classes">The columns of a row.</param>
    /// <param name="lambda">λ, finite and not negative.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static RowLoss<T, int> ZLoss<T>(int classes, double lambda = 1e-4, int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ClassOptions<T> options = new(classes, ignoreIndex: ignoreIndex);
        return new(
            new ProgramKernel<T, ZLossProgram<Yes>>(
                new(Parameter.NotNegative(lambda).In<T>(nameof(lambda))), options),
            options)
        {
            Name = Made($"{classes}{lambda}{ignoreIndex}"),
        };
    }

    /// <summary>λ·(log Σ_c e^(x_c))² of rows x of logits: what keeps them from drifting.</summary>
    /// <remarks>
    /// There are no targets. The second part of <see cref="ZLoss"/>. Source: Chowdhery et al., "PaLM", 2022.
    /// </remarks>
    /// <inheritdoc cref="FromTrueClassFormula"/>
    /// <param name="classes">The columns of a row.</param>
    /// <param name="lambda">λ, finite and not negative.</param>
    public static RowLoss<T, T> LogSumExpPenalty<T>(int classes, double lambda = 1e-4)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        WithoutTargets<T, ZLossProgram<No>>(new(Parameter.NotNegative(lambda).In<T>(nameof(lambda))), classes)
            .Named(Made($"{classes}{lambda}"));

    private static RowLoss<T, T> WithoutTargets<T, TProgram>(TProgram program, int classes)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TProgram : struct, IRowProgram
    {
        ClassOptions<T> options = new(classes) { TargetColumns = 0 };
        return new(new ProgramKernel<T, TProgram>(program, options), options);
    }
}

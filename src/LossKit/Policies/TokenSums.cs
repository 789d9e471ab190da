namespace LossKit;

/// <summary>
/// From the log-probabilities of tokens to those of answers, Σ log p or its average over an answer's tokens, which
/// losses of preferences take, and from their gradients back to those of tokens.
/// </summary>
/// <remarks>
/// <para>
/// Answers stand one after the other, in the order of the loss' predictions: chosen, rejected, chosen, rejected, or
/// with <see cref="TupleLoss{T}.Planar"/> all chosen ones first. <see cref="Loss.Dpo"/> and its relatives take sums,
/// <see cref="Loss.SimPo"/> and <see cref="Loss.Orpo"/> averages; log-probabilities by a reference go the same way.
/// </para>
/// <para>
/// What is masked (a prompt, padding) has no part and gradient 0, whatever it holds, and what it is given; an answer of
/// which no token is left has sum, average and gradient 0, and a count of 0 by which it can be told. Sums are made in
/// double, their rounding errors kept. Nothing is allocated. Source: Rafailov et al., "Direct Preference Optimization",
/// NeurIPS 2023, and for averages Meng et al., "SimPO", NeurIPS 2024.
/// </para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct TokenSums<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>How many tokens each answer has, the masked ones among them.</summary>
    public required ReadOnlySpan<int> Lengths { get; init; }

    /// <summary>Which tokens there are; none means all.</summary>
    public ReadOnlySpan<bool> Mask { get; init; }

    /// <summary>Whether there are averages over an answer's tokens that are not masked, in place of sums.</summary>
    public bool Averages { get; init; }

    /// <summary>The sum or average of each answer.</summary>
    /// <param name="logProbabilities">That of each token, in nats.</param>
    /// <param name="answers">Receives one an answer.</param>
    /// <param name="counts">
    /// Receives how many tokens of each answer are not masked, as a loss <c>PerToken()</c> takes it for a target; none
    /// means they are not wanted.
    /// </param>
    /// <exception cref="ArgumentException">Lengths do not fit, or buffers overlap.</exception>
    public void Sum(ReadOnlySpan<T> logProbabilities, Span<T> answers, Span<T> counts = default)
    {
        Check(nameof(logProbabilities), logProbabilities.Length);
        BatchChecks.Length(nameof(answers), answers.Length, Lengths.Length, "answers");
        BatchChecks.LengthIfGiven(nameof(counts), counts.Length, Lengths.Length, "answers");
        CheckApart(nameof(answers), answers, nameof(logProbabilities), logProbabilities);
        CheckApart(nameof(counts), counts, nameof(logProbabilities), logProbabilities);
        BatchChecks.Apart<T, T>(nameof(counts), counts, nameof(answers), answers);
        for (int answer = 0, i = 0; answer < Lengths.Length; answer++)
        {
            CompensatedSum sum = default;
            int count = 0;
            for (int end = i + Lengths[answer]; i < end; i++)
            {
                if (IsThere(i))
                {
                    sum += double.CreateTruncating(logProbabilities[i]);
                    count++;
                }
            }

            answers[answer] = T.CreateTruncating(sum.Total / Divisor(count));
            if (!counts.IsEmpty)
            {
                counts[answer] = T.CreateTruncating(count);
            }
        }
    }

    /// <summary>The gradient with respect to tokens, from that with respect to answers.</summary>
    /// <param name="ofAnswers">The gradient that a loss has given for each answer.</param>
    /// <param name="ofTokens">Receives one a token; 0 for what is masked.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, or buffers overlap.</exception>
    public void Backward(ReadOnlySpan<T> ofAnswers, Span<T> ofTokens)
    {
        Check(nameof(ofTokens), ofTokens.Length);
        BatchChecks.Length(nameof(ofAnswers), ofAnswers.Length, Lengths.Length, "answers");
        CheckApart(nameof(ofTokens), ofTokens, nameof(ofAnswers), ofAnswers);
        for (int answer = 0, first = 0; answer < Lengths.Length; answer++)
        {
            int end = first + Lengths[answer];
            int count = Mask.IsEmpty ? Lengths[answer] : Mask[first..end].Count(true);
            T each = T.CreateTruncating(double.CreateTruncating(ofAnswers[answer]) / Divisor(count));
            for (; first < end; first++)
            {
                ofTokens[first] = IsThere(first) ? each : T.Zero;
            }
        }
    }

    private bool IsThere(int token) => Mask.IsEmpty || Mask[token];

    /// <summary>Without a token 0 is divided by 1.</summary>
    private int Divisor(int count) => Averages ? Math.Max(1, count) : 1;

    private void Check(string name, int tokens)
    {
        Precision.Check<T>();
        BatchChecks.Parts("lengths", Lengths, name, tokens);
        BatchChecks.LengthIfGiven("mask", Mask.Length, tokens, "tokens");
    }

    private void CheckApart(string name, ReadOnlySpan<T> output, string inputName, ReadOnlySpan<T> input)
    {
        BatchChecks.Apart(name, output, inputName, input);
        BatchChecks.Apart(name, output, "lengths", Lengths);
        BatchChecks.Apart(name, output, "mask", Mask);
    }
}

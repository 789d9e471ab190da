namespace LossKit.Orleans.Internals;

/// <summary>
/// The softmax of each row over all columns, of which there are some at a time: the largest score, and beside it the
/// sum of the exponentials of all but the match, which in a confident row would be lost beside that of the match.
/// </summary>
internal sealed class RowSums(int rows)
{
    private readonly double[] _largest = Filled(rows, double.NegativeInfinity);
    private readonly double[] _others = new double[rows];
    private readonly double[] _match = Filled(rows, double.NegativeInfinity);

    /// <summary>Adds the scores of a row with some columns, which are scratch afterwards.</summary>
    /// <param name="row">Which one.</param>
    /// <param name="scores">One a column.</param>
    /// <param name="match">Which of them is the row's match; −1 if none is.</param>
    public void Add(int row, Span<double> scores, int match)
    {
        double largest = _largest[row];
        foreach (double score in scores)
        {
            largest = Math.Max(largest, score);
        }

        if (match >= 0)
        {
            _match[row] = scores[match];
        }

        for (int column = 0; column < scores.Length; column++)
        {
            scores[column] -= largest;
        }

        Elementary<double>.ExpOfNegative(scores);
        double others = _others[row] == 0 ? 0 : _others[row] * Math.Exp(_largest[row] - largest);
        for (int column = 0; column < scores.Length; column++)
        {
            others += column == match ? 0 : scores[column];
        }

        (_largest[row], _others[row]) = (largest, others);
    }

    /// <summary>The log-sum-exp of each row, and 1 less the probability of its match.</summary>
    /// <returns>The sum of the losses, the log-sum-exp less the score of the match.</returns>
    public CompensatedSum Finish(Span<double> logSums, Span<double> opposites)
    {
        CompensatedSum losses = default;
        Span<double> more = stackalloc double[1];
        for (int row = 0; row < rows; row++)
        {
            double behind = _match[row] - _largest[row];
            double ofMatch = Math.Exp(behind);

            // Of a match that is the largest, the others are what is more than 1.
            more[0] = behind == 0 ? _others[row] : _others[row] - 1 + ofMatch;
            Elementary<double>.Log1p(more);
            losses += more[0] - behind;
            logSums[row] = _largest[row] + more[0];
            opposites[row] = _others[row] / (_others[row] + ofMatch);
        }

        return losses;
    }

    private static double[] Filled(int count, double number)
    {
        double[] numbers = new double[count];
        Array.Fill(numbers, number);
        return numbers;
    }
}

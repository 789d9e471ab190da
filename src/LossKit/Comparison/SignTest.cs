using System.Globalization;

namespace LossKit;

/// <summary>
/// Of how many examples one model is better, and whether as lopsided a split is to be expected of a fair coin.
/// </summary>
/// <remarks>
/// It asks nothing of the losses but which is lower, and so misses by how much: a model that is a little better on most
/// examples and far worse on a few passes it. Source: Dixon and Mood, "The Statistical Sign Test", JASA 41, 1946.
/// </remarks>
/// <param name="Better">Examples on which the candidate has the lower loss.</param>
/// <param name="Worse">Examples on which it has the higher one.</param>
/// <param name="Ties">Examples on which both are equal, which say nothing.</param>
/// <param name="PValue">
/// The exact probability of a split at least as lopsided if either model were as likely to be better, two-sided, by the
/// binomial distribution; 1 without examples, NaN if a loss was NaN.
/// </param>
public readonly record struct SignTest(long Better, long Worse, long Ties, double PValue)
{
    /// <summary>One line, for logs.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"better on {Better}, worse on {Worse}, equal on {Ties}: p = {PValue:G3}");
}

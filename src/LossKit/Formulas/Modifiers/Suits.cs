namespace LossKit.Formulas;

/// <summary>
/// Whether a modifier makes sense on a loss, by the loss' facts: each hands the formula on, or says what is wrong. A
/// formula of which nothing is known is not refused.
/// </summary>
internal static class Suits
{
    /// <summary>Targets that are classes, or shares between two.</summary>
    public static TFormula Classes<TFormula>(TFormula formula, string modifier)
        where TFormula : struct, IPointwiseFormula
    {
        LossFacts facts = formula.Facts;
        bool areClasses = facts.Targets.IsWithin(Domain.Signs) || facts.Targets.IsWithin(Domain.Probabilities);
        bool mayBeClasses = facts.Targets == Domain.Reals
            && (facts.Link == Link.Unknown || facts.Link == Link.Logit);
        return areClasses || mayBeClasses ? formula : throw new NotSupportedException(
            $"{modifier} is of classes: it takes targets that are {Domain.Signs}, or {Domain.Probabilities}, but the "
            + $"target of this loss is {facts.Targets}. Weights of examples can do the same for any loss.");
    }

    /// <summary>Targets that are −1 and +1.</summary>
    public static TFormula Signs<TFormula>(TFormula formula, string modifier)
        where TFormula : struct, IPointwiseFormula
    {
        LossFacts facts = formula.Facts;
        return facts.Targets == Domain.Signs || facts.Link == Link.Unknown ? formula : throw new NotSupportedException(
            $"{modifier} is of losses whose target is {Domain.Signs}, but the target of this loss is {facts.Targets}.");
    }

    /// <summary>A prediction and a target that the link makes comparable.</summary>
    public static TFormula Comparison<TFormula>(TFormula formula, string modifier)
        where TFormula : struct, IPointwiseFormula
    {
        LossFacts facts = formula.Facts;
        if (facts.KinkVariable == KinkVariable.Margin || facts.Targets.IsWithin(Domain.Signs))
        {
            throw new NotSupportedException(
                $"{modifier} compares predictions with targets, but this loss takes a score and a sign: "
                + "ClassWeighted prices the errors of each class.");
        }

        return facts.Link != Link.Mixed ? formula : throw new NotSupportedException(
            $"{modifier} compares predictions with targets, but the parts of this sum take the prediction to be on "
            + "different scales: modify each part by itself.");
    }

    /// <summary>A target that may be any number, and a prediction on its scale.</summary>
    public static TFormula Values<TFormula>(TFormula formula, string modifier)
        where TFormula : struct, IPointwiseFormula
    {
        LossFacts facts = formula.Facts;
        return facts.Targets == Domain.Reals && facts.Predictions == Domain.Reals && IsOfValues(facts)
            ? formula
            : throw new NotSupportedException(
                $"{modifier} is of losses that compare any two numbers; the target of this loss is {facts.Targets}, its "
                + $"prediction {facts.Predictions}, and its link is {facts.Link}.");
    }

    /// <summary>A prediction and a target that may both be divided by a unit.</summary>
    public static TFormula Units<TFormula>(TFormula formula, string modifier)
        where TFormula : struct, IPointwiseFormula
    {
        LossFacts facts = formula.Facts;
        return facts.Targets.Highest == double.MaxValue && IsOfValues(facts)
            ? formula
            : throw new NotSupportedException(
                $"{modifier} divides prediction and target by a unit; the target of this loss is {facts.Targets}, and "
                + $"its link is {facts.Link}.");
    }

    /// <summary>A prediction that is the logarithm of a mean.</summary>
    public static TFormula Logarithms<TFormula>(TFormula formula, string modifier)
        where TFormula : struct, IPointwiseFormula
    {
        Link link = formula.Facts.Link;
        return link == Link.Log || link == Link.Unknown ? formula : throw new NotSupportedException(
            $"{modifier} adds to a prediction that is the logarithm of a mean, but the link of this loss is {link}: "
            + "weights of examples, or WithOffset, may be what is meant.");
    }

    private static bool IsOfValues(LossFacts facts) =>
        (facts.Link == Link.Identity || facts.Link == Link.Unknown) && facts.KinkVariable != KinkVariable.Margin;
}

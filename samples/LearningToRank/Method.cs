using LossKit;

namespace LearningToRank;

/// <summary>A loss to boost by.</summary>
/// <param name="Name">How it is called in reports.</param>
/// <param name="Color">Of its name and its line.</param>
/// <param name="Loss">Of the scores of documents.</param>
internal sealed record Method(string Name, string Color, QueryLoss Loss)
{
    public Method(string name, string color, GroupedLoss<float> loss)
        : this(name, color, (scores, queries, gradient, hessian) => loss.ValueGradientAndHessian(
            scores, queries.Relevances, Groups.OfLengths(queries.Lengths), gradient, hessian, reduction: Reduction.Sum))
    {
    }

    public Method(string name, string color, PointwiseLoss<float> loss)
        : this(name, color, (scores, queries, gradient, hessian) => loss.ValueGradientAndHessian(
            scores, queries.Relevances, gradient, hessian, reduction: Reduction.Sum))
    {
    }

    public string Markup => $"[{Color}]{Name}[/]";
}

/// <summary>
/// The cost of the scores of all documents; gradient and Hessian are those of the sum over queries or documents.
/// </summary>
internal delegate Cost QueryLoss(float[] scores, Queries queries, float[] gradient, float[] hessian);

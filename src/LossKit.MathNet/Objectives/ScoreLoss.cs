using System.Diagnostics;
using MathNet.Numerics.LinearAlgebra;

namespace LossKit.MathNet.Objectives;

/// <summary>A loss together with the targets and weights of a data set, as a function of the scores alone.</summary>
/// <remarks>Derivatives are those of the mean, and the gradient takes the place of the scores.</remarks>
internal abstract class ScoreLoss
{
    /// <summary>Scores per example: 1, or the number of classes or other outputs.</summary>
    public abstract int Outputs { get; }

    public abstract bool HasGradient { get; }

    public virtual bool HasHessian => false;

    /// <summary>
    /// Whether a constant that is added to all scores could change anything that is not learnt besides.
    /// </summary>
    public virtual bool TakesIntercept => true;

    /// <summary>How many numbers are learnt besides the coefficients, as thresholds are.</summary>
    public virtual int Others => 0;

    /// <summary>The score to start from where a model has an intercept.</summary>
    public virtual double StartingScore => 0;

    /// <summary>Where those that are learnt besides start.</summary>
    public virtual void StartOthers(Span<double> others)
    {
    }

    public abstract Cost Value(Matrix<double> scores, ReadOnlySpan<double> others);

    /// <param name="scores">Their gradient takes their place.</param>
    /// <param name="others">And so does that of what is learnt besides.</param>
    public abstract Cost ValueAndGradient(Matrix<double> scores, Span<double> others);

    /// <summary>Second derivatives with respect to the scores, where <see cref="HasHessian"/>.</summary>
    public virtual void Hessian(Matrix<double> scores, Span<double> hessian) => throw new UnreachableException();
}

using MathNet.Numerics.LinearAlgebra;

namespace LossKit.MathNet.Objectives;

/// <summary>A loss together with the targets and weights of a data set, as a function of the scores alone.</summary>
/// <remarks>Derivatives are those of the mean, and the gradient takes the place of the scores.</remarks>
internal abstract class ScoreLoss
{
    /// <summary>Scores per example: 1, or the number of classes.</summary>
    public abstract int Outputs { get; }

    public abstract bool HasGradient { get; }

    public virtual bool HasHessian => false;

    /// <summary>The score to start from where a model has an intercept.</summary>
    public virtual double StartingScore => 0;

    public abstract Cost Value(Matrix<double> scores);

    public abstract Cost ValueAndGradient(Matrix<double> scores);

    /// <summary>Second derivatives with respect to the scores, where <see cref="HasHessian"/>.</summary>
    public abstract void Hessian(Matrix<double> scores, Span<double> hessian);
}

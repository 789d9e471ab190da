using LossKit;
using LossKit.MathNet;
using MathNet.Numerics.LinearAlgebra;

namespace RobustRegression;

/// <summary>What a regression made of the clean training patients, and of those with slips.</summary>
internal sealed record Result(Regression Regression, Vector<double> Clean, Vector<double> Slipped)
{
    /// <summary>How far the slips moved the coefficients, the intercept left out, relative to their length.</summary>
    public double Drift => (Coefficients(Slipped) - Coefficients(Clean)).L2Norm() / Coefficients(Clean).L2Norm();

    public static Result Of(Regression regression, Patients clean, Patients slipped) =>
        new(regression, regression.Fit(clean).MinimizingPoint, regression.Fit(slipped).MinimizingPoint);

    public static double MeanAbsoluteError(Vector<double> parameters, Patients test) =>
        Loss.AbsoluteError<double>().Value(LinearModel.Predict(parameters, test.Features), test.Progression).Mean;

    /// <summary>The share of patients whose progression was at most what was predicted.</summary>
    public static double ShareBelow(Vector<double> parameters, Patients test)
    {
        Vector<double> errors = LinearModel.Predict(parameters, test.Features) - test.Progression;
        return errors.Count(error => error >= 0) / (double)test.Count;
    }

    private static Vector<double> Coefficients(Vector<double> parameters) =>
        parameters.SubVector(0, parameters.Count - 1);
}

using System.Globalization;
using System.Numerics;
using LossKit.Benchmarks.Rivals;

namespace LossKit.Benchmarks.Goals;

/// <summary>One of the processes of <see cref="GoalsCommand"/>: writes lines of name, tab, ns per element.</summary>
internal static class GoalsProcess
{
    public const string Name = "composite-process";
    public const string Aligned = "--aligned";

    private const int Rounds = 40;

    public static void Run(ReadOnlySpan<string> arguments)
    {
        GoalsBatch batch = new(arguments.Contains(Aligned));
        BenchmarkData.Fill(batch.Predictions, batch.Targets);
        Candidate[] candidates =
        [
            .. LossKit(Measured.Composite, MeasuredLosses.Composite<float>(), batch),
            .. LossKit(Measured.AsymmetricHuber, MeasuredLosses.AsymmetricHuber<float>(), batch),
            .. LossKit(Measured.BinaryCrossEntropy, Loss.BinaryCrossEntropyLogits<float>(), batch),
            .. LossKit(Measured.SquaredError, Loss.SquaredError<float>(), batch),
            .. ScalarLoops<ScalarSquaredError<float>>(Measured.ScalarSquaredError, batch),
            .. LossKit(Measured.Huber, Loss.Huber<float>(MeasuredLosses.Delta), batch),
            .. ScalarLoops<ScalarHuber<float>>(Measured.ScalarHuber, batch),
            .. ScalarLoops<ScalarTextbookHuber<float>>(Measured.BranchingHuber, batch),
        ];

        foreach (Candidate candidate in candidates)
        {
            candidate.WarmUp();
        }

        // Round by round, so that a disturbance hits all alike.
        for (int round = 0; round < Rounds; round++)
        {
            foreach (Candidate candidate in candidates)
            {
                candidate.Time();
            }
        }

        foreach (Candidate candidate in candidates)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{candidate.Name}\t{candidate.NanosecondsPerElement:R}"));
        }
    }

    private static Candidate[] LossKit(string subject, PointwiseLoss<float> loss, GoalsBatch batch) =>
    [
        new(
            Measured.Gradient(subject),
            () => loss.ValueAndGradient(batch.Predictions, batch.Targets, batch.Gradient).Mean),
        new(
            Measured.Hessian(subject),
            () => loss.ValueGradientAndHessian(
                batch.Predictions, batch.Targets, batch.Gradient, batch.Hessian).Mean),
    ];

    private static Candidate[] ScalarLoops<TFormula>(string subject, GoalsBatch batch)
        where TFormula : struct, IScalarFormula<float> =>
    [
        new(
            Measured.Gradient(subject),
            () => ScalarLoop.ValueAndGradient<float, TFormula>(batch.Predictions, batch.Targets, batch.Gradient)),
        new(
            Measured.Hessian(subject),
            () => ScalarLoop.ValueGradientAndHessian<float, TFormula>(
                batch.Predictions, batch.Targets, batch.Gradient, batch.Hessian)),
    ];
}

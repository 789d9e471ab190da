using System.Numerics.Tensors;
using LossKit;
using Toolbox;

namespace ProbabilisticForecast;

/// <summary>Quantiles of what will come, and what came.</summary>
/// <param name="Name">Who made it, in markup.</param>
/// <param name="Quantiles">All questions' first quantile, then all questions' second, and so on.</param>
/// <param name="Targets">What came.</param>
internal sealed record Forecast(string Name, float[] Quantiles, float[] Targets)
{
    private static readonly TupleLoss<float> s_pinball = Loss.QuantileVector<float>(Method.Quantiles).Planar();
    private static readonly TupleLoss<float> s_interval = Loss.IntervalScore<float>(alpha: 0.1).Planar();

    /// <summary>The mean over all quantiles, in parts per million: the smaller the better.</summary>
    public double PinballLoss => s_pinball.Value(Quantiles, Targets).Mean;

    /// <summary>
    /// Of the interval that is to hold 90 %: its width, and 20 times what it misses by, in parts per million.
    /// </summary>
    public double IntervalScore => s_interval.Value([.. this[0], .. this[^1]], Targets).Mean;

    /// <summary>How far the coverages are from what they are to be, in the mean.</summary>
    public double Miscalibration =>
        Method.Quantiles.Zip(Coverages, (quantile, coverage) => Math.Abs(coverage - quantile)).Average();

    /// <summary>The share of what came that was at most each quantile.</summary>
    public double[] Coverages
    {
        get
        {
            Cost[] costs = new Cost[Method.Quantiles.Length];
            Loss.Coverage<float>().PerColumn(Quantiles, Targets, costs, isPlanar: true);
            return Array.ConvertAll(costs, cost => cost.Mean);
        }
    }

    /// <summary>A quantile for all questions.</summary>
    public ReadOnlySpan<float> this[Index quantile] =>
        Quantiles.AsSpan(quantile.GetOffset(Method.Quantiles.Length) * Targets.Length, Targets.Length);

    /// <summary>What a trained network says.</summary>
    public static Forecast Of(Method method, Network network, CarbonDioxide series, Question[] questions)
    {
        float[] outputs = network.Forward(Question.FeaturesOf(questions, series));
        int columns = method.Loss.Predictions;
        return new(
            $"[{method.Color}]{method.Name}[/]",
            [
                .. from k in Enumerable.Range(0, Method.Quantiles.Length)
                   from i in Enumerable.Range(0, questions.Length)
                   select method.Quantile(outputs.AsSpan(i * columns, columns), k),
            ],
            Question.TargetsOf(questions, series));
    }

    /// <summary>
    /// What changes were like in years before, between the same weeks of the year: nothing is trained.
    /// </summary>
    public static Forecast OfYearsBefore(CarbonDioxide series, Question[] before, Question[] questions)
    {
        ILookup<(int, int), float> changes = before.ToLookup(
            question => (WeekOfYear(series, question), question.Horizon),
            question => series.Change(question.Origin, question.Horizon));
        float[] quantiles = new float[Method.Quantiles.Length * questions.Length];
        for (int i = 0; i < questions.Length; i++)
        {
            float[] sorted =
            [
                .. changes[(WeekOfYear(series, questions[i]), questions[i].Horizon)]
                    .Where(change => !float.IsNaN(change)).Order(),
            ];
            for (int k = 0; k < Method.Quantiles.Length; k++)
            {
                quantiles[k * questions.Length + i] = sorted[(int)(Method.Quantiles[k] * sorted.Length)];
            }
        }

        return new("years before", quantiles, Question.TargetsOf(questions, series));
    }

    /// <summary>The mean width between two quantiles, in parts per million.</summary>
    public double Width(int low, int high) => Mean(this[high]) - Mean(this[low]);

    private static double Mean(ReadOnlySpan<float> numbers) => TensorPrimitives.Average(numbers);

    private static int WeekOfYear(CarbonDioxide series, Question question) =>
        (series.Days[question.Origin].DayOfYear - 1) / 7;
}

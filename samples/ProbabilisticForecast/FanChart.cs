using Toolbox;

namespace ProbabilisticForecast;

/// <summary>A year of forecasts made in one week, and what came.</summary>
internal static class FanChart
{
    private const int WeeksBefore = 26;

    public static Chart Of(Method method, Network network, CarbonDioxide series, int origin)
    {
        Question[] questions =
            [.. Enumerable.Range(1, Question.FarthestHorizon).Select(horizon => new Question(origin, horizon))];
        Forecast forecast = Forecast.Of(method, network, series, questions);
        return new Chart($"Forecast of {series.Days[origin]:yyyy-MM-dd} by {method.Name}", "year", "CO₂, ppm")
            .Band("90 %", method.Color, Between(0, 4))
            .Band("50 %", method.Color, Between(1, 3))
            .Line("median", method.Color, Between(2, 2).Select(point => (point.X, point.Low)))
            .Dots(
                "measured",
                "#222",
                Enumerable.Range(origin - WeeksBefore, WeeksBefore + 1 + Question.FarthestHorizon)
                    .Select(week => (series.Year(week), (double)series.Values[week])));

        IEnumerable<(double X, double Low, double High)> Between(int low, int high) =>
            questions.Select((question, i) => (
                series.Year(origin + question.Horizon),
                (double)(series.Values[origin] + forecast[low][i]),
                (double)(series.Values[origin] + forecast[high][i])));
    }
}

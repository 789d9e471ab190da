using LossKit;
using ProbabilisticForecast;
using Toolbox;

const int FirstTestYear = 1994;
const int YearOfPicture = 2000;

SampleConsole.Prepare();
CarbonDioxide series = CarbonDioxide.Load();
int split = series.FirstOf(FirstTestYear);

// Nothing that a forecast is trained on lies in the held-out weeks.
Question[] train = Question.Between(Question.Memory, split);
Question[] test = Question.Between(split, series.Weeks);
Method[] methods =
[
    // Each quantile by itself, of whatever distribution; where two cross, that costs, too.
    new(
        "quantiles", "#1f77b4", Loss.QuantileVector<float>(Method.Quantiles, crossing: 1),
        (outputs, k) => outputs[k]),

    // Mean and log-variance by likelihood: a miss costs by its square, in variances.
    new(
        "Gaussian likelihood", "#d62728", Loss.NormalNll<float>(),
        (outputs, k) => Method.OfNormal(outputs[0], MathF.Exp(outputs[1] / 2), k)),

    // Mean and log-deviation by CRPS: a miss costs in proportion, in parts per million.
    new(
        "Gaussian CRPS", "#2ca02c", Loss.CrpsGaussian<float>(),
        (outputs, k) => Method.OfNormal(outputs[0], MathF.Exp(outputs[1]), k)),
];

Report.Introduction(series, split);
Network[] networks = SampleConsole.WithProgress(
    methods,
    method => method.Label,
    Training.Rounds,
    lines: 4,
    (method, onRound) => Training.Run(method, series, train, onRound));

Forecast[] trained = [.. methods.Zip(networks, (method, network) => Forecast.Of(method, network, series, test))];
Forecast baseline = Forecast.OfYearsBefore(series, train, test);
string picture = Chart.Save("forecast.svg", [.. methods.Zip(networks, (method, network) =>
    FanChart.Of(method, network, series, series.FirstOf(YearOfPicture)))]);

Report.Calibration([.. trained, baseline]);
Report.Sharpness([.. trained, baseline]);
Report.Conclusion(trained, baseline, series, split, picture);

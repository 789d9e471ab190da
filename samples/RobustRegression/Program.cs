using RobustRegression;
using Toolbox;

const int Slips = 8;

SampleConsole.Prepare();

(Patients train, Patients test) = Diabetes.LoadAndSplit(testShare: 0.3, seed: 1);
Patients slipped = train.WithSlips(Slips, seed: 2);

Regression[] regressions =
[
    Regression.SquaredError,
    Regression.Huber,
    Regression.Tukey,
    Regression.Quantile(0.1, "blue"),
    Regression.Quantile(0.5, "aqua"),
    Regression.Quantile(0.9, "magenta"),
];

Report.Introduction(train, test, Slips);
Result[] results = [.. regressions.Select(regression => Result.Of(regression, train, slipped))];
Report.Comparison(results, test);
Report.Drifts(results);
Report.Band(low: results[3], median: results[4], high: results[5], test);
Report.Conclusion(results, baseline: results[0], test);

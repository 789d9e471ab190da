using LossKit;
using SurvivalAnalysis;
using Toolbox;

SampleConsole.Prepare();
Strike[] strikes = Strike.Load();
Model[] models =
[
    new CountedModel(),
    new CoxModel(),
    new AcceleratedModel("Weibull", "#d62728", SurvivalDistribution.Extreme, z => Math.Exp(-Math.Exp(z))),
    new AcceleratedModel("log-logistic", "#ff7f0e", SurvivalDistribution.Logistic, z => 1 / (1 + Math.Exp(z))),
    new HazardModel(),
];

Report.Introduction(strikes);
Validation[] results = SampleConsole.WithProgress(
    models,
    model => $"[{model.Color}]{model.Name,-15}[/]",
    Validation.Folds,
    lines: 2,
    (model, onFold) => Validation.Of(model, strikes, onFold));
Report.Comparison(results);
Report.Conclusion(results, strikes, Report.Curves(results, strikes));

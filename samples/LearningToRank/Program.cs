using LearningToRank;
using LossKit;
using Toolbox;

SampleConsole.Prepare();
Queries train = Queries.Make(count: 500, seed: 1);
Queries test = Queries.Make(count: 1000, seed: 2);

Method[] methods =
[
    // Each document by itself: what its relevance is.
    new("squared error", "#d62728", Loss.SquaredError<float>()),

    // The documents of a query together: where the relevance is.
    new("ListNet", "#1f77b4", Loss.SoftmaxRanking<float>(TargetDistribution.Softmax)),

    // Each pair of a query by what exchanging the two would do to NDCG, normalised as LightGBM has it.
    new(
        "LambdaRank", "#2ca02c",
        Loss.LambdaRank<float>(truncation: 2 * Boosting.Places, scoreNormalization: true, gradientNormalization: true)),
];

Report.Introduction(train, test);
Result[] results = SampleConsole.WithProgress(
    methods,
    method => $"[{method.Color}]{method.Name,-13}[/]",
    Boosting.Rounds,
    lines: 4,
    (method, onRound) => Boosting.Run(method, train, test, onRound));
Report.Comparison(results);
Report.Conclusion(results, Report.Curves(results));

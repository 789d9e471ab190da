using CostSensitiveBoosting;
using LossKit;
using LossKit.LightGbm;
using Toolbox;

SampleConsole.Prepare();
const int Folds = 5;
Patients patients = Patients.Load();
int[] parts = patients.Parts(Folds, seed: 1);
LightGbmOptions options = new() { Rounds = 100, Leaves = 8, Threads = 1 };

Method builtIn = new("binary", "blue", (train, _) => train.Dataset.TrainBuiltIn("binary", options));

Method same = new("cross-entropy", "white", (train, _) =>
    Loss.BinaryCrossEntropyLogits<double>().TrainLightGbm(train.Dataset, options));

Method weighted = new($"weighted ×{Decisions.MissedMalignancy}", "aqua", (train, _) =>
    Loss.BinaryCrossEntropyLogits<double>(positiveWeight: Decisions.MissedMalignancy)
        .TrainLightGbm(train.Dataset, options));

// What the decision is expected to cost, which is what is paid in the end; its best constant is to call all malignant.
Method expected = new("expected cost", "green", (train, _) =>
    Decisions.Costs.AsLoss<double>().TrainLightGbm(train.Dataset, options with { InitialScores = [0] }));

// The weighted loss, and as many rounds as others say: those of the least cost of decisions.
Method stopped = new("stopped by cost", "yellow", (train, others) =>
    Loss.BinaryCrossEntropyLogits<double>(positiveWeight: Decisions.MissedMalignancy).TrainLightGbm(
        train.Dataset,
        options with { Rounds = 500 },
        new LightGbmValidation<double>(others.Dataset)
        {
            Patience = 50,
            Metrics = [new(new("cost", Better.Lower), Decisions.Costs.AtThreshold<double>(0))],
        }));

Report.Introduction(patients, Folds);
double[][] scores = SampleConsole.WithProgress(
    (Method[])[builtIn, same, weighted, expected, stopped],
    method => $"[{method.Color}]{method.Name,-15}[/]",
    steps: Folds,
    lines: 1,
    ScoresOf);

// Log-odds of 0 are even; calibrated, a malignancy is to be treated from 1/11 on.
double calibrated = Link.Logit.Apply(Decisions.Costs.CalibratedThreshold);
Decisions baseline = new(builtIn, scores[0], calibrated);
Report.Agreement(scores[0].Zip(scores[1], (one, other) => Math.Abs(one - other)).Max());
Report.Comparison(
    patients,
    [
        baseline,
        new(builtIn, scores[0], 0),
        new(weighted, scores[2], 0),
        new(expected, scores[3], 0),
        new(stopped, scores[4], 0),
    ],
    baseline);

// Scores of each part by a model that was trained on the parts but this and the next, which it may be stopped by.
double[] ScoresOf(Method method, Action<int, string> onFold)
{
    double[] all = new double[patients.Count];
    int trees = 0;
    for (int fold = 0; fold < Folds; fold++)
    {
        int next = (fold + 1) % Folds;
        int[] held = In(part => part == fold);
        using LightGbmBooster booster = method.Train(
            patients.Only(In(part => part != fold && part != next)), patients.Only(In(part => part == next)));
        double[] scores = booster.PredictRaw<double>(patients.Only(held).Features);
        for (int k = 0; k < held.Length; k++)
        {
            all[held[k]] = scores[k];
        }

        trees += booster.Rounds;
        onFold(fold + 1, $"{trees} trees in all");
    }

    return all;

    int[] In(Func<int, bool> isWanted) => [.. Enumerable.Range(0, patients.Count).Where(i => isWanted(parts[i]))];
}

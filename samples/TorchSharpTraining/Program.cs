using CostSensitiveDiagnosis;
using LossKit;
using LossKit.Torch;
using LossKit.TorchSharp;
using Toolbox;
using TorchSharpTraining;

SampleConsole.Prepare();
if (NativeLibraries.WhyNotLoaded() is string reason)
{
    Console.WriteLine(reason);
    return;
}

set_num_threads(1);

// Three losses of a logit, all of one type: to TorchSharp there is no difference between its own and others.
Candidate plain = new("torch's cross-entropy", nn.BCEWithLogitsLoss());
Candidate weighted = new(
    $"torch's, malignant ×{BusinessCost.MissedMalignancy}",
    nn.BCEWithLogitsLoss(pos_weights: tensor((float)BusinessCost.MissedMalignancy)));
Candidate own = new(
    nameof(MissedMalignancy),
    Loss.FromFormula<float, MissedMalignancy>(new(BusinessCost.MissedMalignancy, BusinessCost.FalseAlarm)).ToTorch());

Report.Introduction();

// The same loss, by torch and by LossKit.
Report.Same(
[
    ("cross-entropy", plain.Loss, Loss.BinaryCrossEntropyLogits<float>().ToTorch()),
    (
        $"malignant ×{BusinessCost.MissedMalignancy}",
        weighted.Loss,
        Loss.BinaryCrossEntropyLogits<float>(positiveWeight: BusinessCost.MissedMalignancy).ToTorch()),
]);

Result[] results = SampleConsole.WithProgress(
    [plain, weighted, own],
    candidate => $"{candidate.Name,-22}",
    steps: Training.Splits,
    lines: 1,
    Training.Run);
Report.Costs(results);
Report.Conclusion(plain: results[0], weighted: results[1], own: results[2]);

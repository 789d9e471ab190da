using CostSensitiveDiagnosis;
using LossKit;
using Toolbox;

SampleConsole.Prepare();

// The ranking depends on the split to some degree: one more malignancy missed is 10 units.
(Patient[] train, Patient[] test) = BreastCancer.LoadAndSplit(testShare: 0.4, seed: 1);

Candidate plain = new("cross-entropy", "blue", Loss.BinaryCrossEntropyLogits<double>());

Candidate weighted = new(
    $"cross-entropy ×{BusinessCost.MissedMalignancy}", "aqua",
    Loss.BinaryCrossEntropyLogits<double>(positiveWeight: BusinessCost.MissedMalignancy));

Candidate focal = new("focal", "yellow", Loss.BinaryFocalLogits<double>());

Candidate hinge = new("hinge", "magenta", Loss.Hinge<double>(), BenignTarget: -1);

// A formula of one's own goes wherever a built-in loss goes.
Candidate custom = new(
    nameof(MissedMalignancy), "green",
    Loss.FromFormula<double, MissedMalignancy>(new(BusinessCost.MissedMalignancy, BusinessCost.FalseAlarm)));

Report.Introduction(train, test);
Result[] results = SampleConsole.WithProgress(
    [plain, weighted, focal, hinge, custom],
    candidate => $"[{candidate.Color}]{candidate.Name,-17}[/]",
    steps: Training.Epochs,
    lines: 2,
    (candidate, onEpoch) => Training.Run(
        candidate, train, test, (epoch, meanLoss) => onEpoch(epoch, $"mean loss {meanLoss:F4}")));
Report.Comparison(results);
Report.Curves(results);
Report.Decisions(results);
Report.Thresholds(results[0]);
Report.Conclusion(results, baseline: plain, costSensitive: [weighted, custom]);
Report.Luck([.. results.Where(result => result.Candidate != plain)], baseline: results[0]);
Report.Calibration([.. results.Where(result => result.Candidate == plain || result.Candidate == focal)
    .Select(result => new Calibration(result))]);

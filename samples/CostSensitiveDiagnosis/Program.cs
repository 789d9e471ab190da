using System.Text;
using CostSensitiveDiagnosis;
using LossKit;
using Spectre.Console;

Console.OutputEncoding = Encoding.UTF8;
if (Console.IsOutputRedirected)
{
    AnsiConsole.Profile.Capabilities.Ansi = false;
    AnsiConsole.Profile.Width = 80;
}

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
Result[] results = TrainingDisplay.TrainAll([plain, weighted, focal, hinge, custom], train, test);
Report.Comparison(results);
Report.Curves(results);
Report.Decisions(results);
Report.Conclusion(results, baseline: plain, costSensitive: [weighted, custom]);

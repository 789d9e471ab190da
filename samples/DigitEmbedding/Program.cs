using System.Text;
using DigitEmbedding;
using LossKit;
using Spectre.Console;

Console.OutputEncoding = Encoding.UTF8;
if (Console.IsOutputRedirected)
{
    AnsiConsole.Profile.Capabilities.Ansi = false;
    AnsiConsole.Profile.Width = 80;
}

// An embedding is a point in space, a classifier's output one score a digit.
const int Dimension = 3;

Method triplet = new(
    "semi-hard triplet", "green", Dimension,
    Loss.SemiHardTriplet<float>(Dimension), Readout.NearestPoint);

// Looks at angles alone, so that its points lie on a sphere.
Method contrastive = new(
    "supervised contrastive", "yellow", Dimension,
    Loss.SupervisedContrastive<float>(Dimension), Readout.NearestAngle);

Method classifier = new(
    "softmax cross-entropy", "aqua", DigitData.Classes,
    Loss.SoftmaxCrossEntropy<float>(DigitData.Classes), Readout.HighestScore);

(LabelledRows train, LabelledRows test) = DigitData.LoadAndSplit(testShare: 0.3, seed: 1);
Report.Introduction(train, test, Dimension);
Result[] results = TrainingDisplay.TrainAll([triplet, contrastive, classifier], train, test);
Report.Map(results.Single(result => result.Method == contrastive));
Report.Comparison(results, train, test);

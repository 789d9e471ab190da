using DigitEmbedding;
using LossKit;
using Toolbox;

SampleConsole.Prepare();

// An embedding is a point in space, a classifier's output one score a digit.
const int Dimension = 3;

MinedLoss<float> semiHard = Loss.SemiHardTriplet<float>(Dimension);
Method triplet = new(
    "semi-hard triplet", "green", Dimension,
    (outputs, digits, gradient, out triplets) => semiHard.ValueAndGradient(
        new() { Embeddings = outputs, Labels = digits }, new() { Embeddings = gradient }, out triplets),
    Readout.NearestPoint);

// Looks at angles alone, so that its points lie on a sphere.
InBatchLoss<float> supervised = Loss.SupervisedContrastive<float>(Dimension);
Method contrastive = new(
    "supervised contrastive", "yellow", Dimension,
    (outputs, digits, gradient, out triplets) =>
    {
        triplets = default;
        return supervised.ValueAndGradient(
            new() { Embeddings = outputs, Labels = digits }, new() { Embeddings = gradient });
    },
    Readout.NearestAngle);

CategoricalLoss<float> softmax = Loss.SoftmaxCrossEntropy<float>(DigitData.Classes);
Method classifier = new(
    "softmax cross-entropy", "aqua", DigitData.Classes,
    (outputs, digits, gradient, out triplets) =>
    {
        triplets = default;
        return softmax.ValueAndGradient(outputs, digits, gradient);
    },
    Readout.HighestScore);

(LabelledRows train, LabelledRows test) = DigitData.LoadAndSplit(testShare: 0.3, seed: 1);
Report.Introduction(train, test, Dimension);
Result[] results = TrainingDisplay.TrainAll([triplet, contrastive, classifier], train, test);
Report.Map(results.Single(result => result.Method == contrastive));
Report.Comparison(results, train, test);

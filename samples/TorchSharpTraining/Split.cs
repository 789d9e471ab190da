using CostSensitiveDiagnosis;

namespace TorchSharpTraining;

/// <summary>Patients to train on, and others to judge by.</summary>
internal sealed class Split : IDisposable
{
    public Split(int seed)
    {
        (Patient[] train, Patient[] test) = BreastCancer.LoadAndSplit(testShare: 0.4, seed);
        (Train, TrainTargets) = Tensors(train);
        (Test, TestTargets) = Tensors(test);
    }

    public Tensor Train { get; }

    public Tensor TrainTargets { get; }

    public Tensor Test { get; }

    public Tensor TestTargets { get; }

    public void Dispose()
    {
        Train.Dispose();
        TrainTargets.Dispose();
        Test.Dispose();
        TestTargets.Dispose();
    }

    /// <summary>A row a patient, and 1 for each that is malignant.</summary>
    private static (Tensor Features, Tensor Targets) Tensors(Patient[] patients)
    {
        float[] features = [.. patients.SelectMany(patient => patient.Features).Select(feature => (float)feature)];
        float[] targets = [.. patients.Select(patient => patient.IsMalignant ? 1f : 0f)];
        long rows = patients.Length;
        return (tensor(features, [rows, patients[0].Features.Length]), tensor(targets, [rows, 1]));
    }
}

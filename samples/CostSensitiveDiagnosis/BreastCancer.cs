using Toolbox;

namespace CostSensitiveDiagnosis;

/// <summary>The Wisconsin breast cancer data, split and standardised.</summary>
internal static class BreastCancer
{
    public static (Patient[] Train, Patient[] Test) LoadAndSplit(double testShare, int seed)
    {
        Random random = new(seed);
        List<Patient> train = [];
        List<Patient> test = [];

        // Class by class, so that both parts have the same share of malignant patients.
        foreach (IGrouping<bool, Patient> group in Load().GroupBy(patient => patient.IsMalignant))
        {
            Patient[] patients = [.. group];
            random.Shuffle(patients);
            int testCount = (int)Math.Round(testShare * patients.Length);
            test.AddRange(patients[..testCount]);
            train.AddRange(patients[testCount..]);
        }

        Standardise(train, test);
        return ([.. train], [.. test]);
    }

    private static IEnumerable<Patient> Load() =>
        Csv.Numbers("breast_cancer.csv").Select(numbers => new Patient(numbers[..^1], numbers[^1] == 1));

    /// <summary>Mean 0 and deviation 1 on the training patients; the test patients have no say in it.</summary>
    private static void Standardise(List<Patient> train, List<Patient> test)
    {
        for (int j = 0; j < train[0].Features.Length; j++)
        {
            double mean = train.Average(patient => patient.Features[j]);
            double variance = train.Average(patient => Math.Pow(patient.Features[j] - mean, 2));
            foreach (Patient patient in train.Concat(test))
            {
                patient.Features[j] = (patient.Features[j] - mean) / Math.Sqrt(variance);
            }
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using GpuCustomLoss;
using LossKit;

const int Steps = 60;
const float Rate = 0.4f;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
using Context context = Context.CreateDefault();
using Accelerator accelerator = context.GetPreferredDevice(preferCPU: false).CreateAccelerator(context);
bool isDevice = accelerator.AcceleratorType != AcceleratorType.CPU;
Demand demand = new(isDevice ? 20_000_000 : 500, seed: 1);
Console.WriteLine(
    $"{demand.Days:N0} days on {accelerator.Name}"
    + (isDevice ? "" : ", whose threads only stand for a device's: no device was found, and the set is small"));

// A missing piece costs a margin of 3, a piece that is left 1.
PointwiseLoss<float> cost = Loss.FromFormula<float, ShelfCost>(new(margin: 3, storage: 1));
(float[] here, double secondsHere) = Train(
    "processor", new ProcessorTraining(cost.InParallel(Environment.ProcessorCount), demand));
using DeviceTraining training = new(cost, demand, accelerator);
(float[] there, double secondsThere) = Train("device", training);

Console.WriteLine($"{Steps} steps: processor {secondsHere:F2} s, device {secondsThere:F2} s");
int same = Enumerable.Range(0, demand.Days).Count(day => Pieces(here, day) == Pieces(there, day));
Console.WriteLine($"whole pieces to order are the same on {same:N0} of {demand.Days:N0} days");

(float[] Weights, double Seconds) Train(string name, ITraining place)
{
    float[] weights = new float[Demand.Features];
    double[] slopes = new double[Demand.Features];

    // The first call compiles.
    place.Step(weights, slopes);
    long start = Stopwatch.GetTimestamp();
    for (int step = 0; step < Steps; step++)
    {
        Cost mean = place.Step(weights, slopes);
        for (int k = 0; k < weights.Length; k++)
        {
            weights[k] -= Rate * (float)slopes[k];
        }

        if (step % 20 == 0 || step == Steps - 1)
        {
            Console.WriteLine($"  {name}, step {step}: {mean.Mean:F4} a day");
        }
    }

    return (weights, Stopwatch.GetElapsedTime(start).TotalSeconds);
}

int Pieces(float[] weights, int day)
{
    double order = 0;
    for (int k = 0; k < weights.Length; k++)
    {
        order += weights[k] * demand.Known[day * Demand.Features + k];
    }

    return (int)Math.Ceiling(order);
}

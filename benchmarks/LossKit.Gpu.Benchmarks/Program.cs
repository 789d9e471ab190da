using System.Globalization;
using LossKit.Gpu.Benchmarks;

// Arguments: checks, pointwise, rows, transfer, catalogue (all of them if none is named), seconds=N, small.
string[] parts = [.. args.Where(argument => !argument.Contains('=', StringComparison.Ordinal) && argument != "small")];
double seconds = args.Where(argument => argument.StartsWith("seconds=", StringComparison.Ordinal))
    .Select(argument => double.Parse(argument.AsSpan(8), CultureInfo.InvariantCulture))
    .FirstOrDefault(150);
bool isSmall = args.Contains("small");

Devices.FindDriver();
using Context context = Context.Create(builder => builder.Default().Optimize(OptimizationLevel.O2));
using Accelerator accelerator = context.GetPreferredDevice(preferCPU: false).CreateAccelerator(context);
Console.WriteLine($"device: {Devices.Describe(accelerator)}");
Clock clock = new(seconds);
int failed = 0;
Checks checks = new(accelerator, clock);
if (Has("checks"))
{
    failed = checks.Kinds();
}

Throughput throughput = new(accelerator, clock);
if (Has("pointwise"))
{
    throughput.Pointwise(isSmall ? [1003] : [10_000_000, 100_000_000]);
}

if (Has("rows"))
{
    throughput.Rows(isSmall ? [(4, 3000)] : [(8192, 32_000), (2048, 128_256)]);
}

if (Has("transfer"))
{
    throughput.Transfer(
        isSmall ? [1000, 10_000] : [1000, 10_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000, 100_000_000]);
}

if (Has("catalogue"))
{
    failed = checks.Catalogue();
}

Console.WriteLine($"done after {clock.Elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)} s");
return failed == 0 ? 0 : 1;

bool Has(string part) => parts.Length == 0 || parts.Contains(part);

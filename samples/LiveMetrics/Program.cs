using LiveMetrics;
using LossKit;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Spectre.Console;
using Toolbox;

const int StopAfter = 75;

SampleConsole.Prepare();
AnsiConsole.WriteLine(
    $"A network of {Training.Hidden} hidden units tells two noisy rings apart. Its monitor publishes each epoch by "
    + "System.Diagnostics.Metrics, and OpenTelemetry's console exporter listens. So would, from another terminal:\n\n"
    + $"  dotnet-counters monitor --name LiveMetrics --counters {TrainingMonitor.MeterName}\n");

Checkpoint saved;
Training resumed;
string json;
using (MeterProvider provider = Sdk.CreateMeterProviderBuilder()
    .ConfigureResource(resource => resource.AddService("LiveMetrics"))
    .AddMeter(TrainingMonitor.MeterName)
    .AddConsoleExporter((_, reader) =>
        reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = Timeout.Infinite)
    .Build())
{
    Training first = Training.Start().Run(until: StopAfter);
    AnsiConsole.WriteLine($"After {first.Epoch} epochs:\n");
    provider.ForceFlush();

    // As if the process ended here, and another one started with what the first has written to disk.
    json = first.Save().ToJson();
    saved = Checkpoint.Of(json);
    resumed = Training.Resume(saved).Run();
    AnsiConsole.WriteLine(
        $"Saved as {json.Length:N0} characters of JSON, resumed, and stopped after {resumed.Epoch} epochs:\n");
}

Report.Write(resumed, whole: Training.Start().Run(), forgetting: Training.ResumeForgetting(saved).Run(), StopAfter);

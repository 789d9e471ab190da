using BenchmarkDotNet.Running;
using LossKit.Benchmarks.Catalogue;
using LossKit.Benchmarks.Goals;
using LossKit.Benchmarks.Reporting;

if (args is [GoalsCommand.Name, ..])
{
    GoalsCommand.Run(args.AsSpan(1));
}
else if (args is [CatalogueCommand.Name, .. string[] rest])
{
    CatalogueCommand.Run(rest is ["--markdown", string file] ? file : null);
}
else if (args is [GoalsProcess.Name, ..])
{
    GoalsProcess.Run(args.AsSpan(1));
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(GoalsCommand).Assembly).Run(args, BenchmarkConfig.Create(args));
}

using BenchmarkDotNet.Running;
using LossKit.Benchmarks.Catalogue;
using LossKit.Benchmarks.Compare;
using LossKit.Benchmarks.Embeddings;
using LossKit.Benchmarks.Goals;
using LossKit.Benchmarks.Groups;
using LossKit.Benchmarks.Reporting;
using LossKit.Benchmarks.Rows;
using LossKit.Benchmarks.Sequences;
using LossKit.Benchmarks.Threads;
using LossKit.Benchmarks.Tuples;

Span<string> rest = args.AsSpan(Math.Min(1, args.Length));
switch (args.FirstOrDefault())
{
    case GoalsCommand.Name:
        GoalsCommand.Run(rest);
        break;
    case GoalsProcess.Name:
        GoalsProcess.Run(rest);
        break;
    case CatalogueCommand.Name:
        CatalogueCommand.Run(rest);
        break;
    case RowsCommand.Name:
        RowsCommand.Run(rest);
        break;
    case TuplesCommand.Name:
        TuplesCommand.Run(rest);
        break;
    case EmbeddingsCommand.Name:
        EmbeddingsCommand.Run(rest);
        break;
    case SequencesCommand.Name:
        SequencesCommand.Run(rest);
        break;
    case GroupsCommand.Name:
        GroupsCommand.Run(rest);
        break;
    case ThreadsCommand.Name:
        ThreadsCommand.Run(rest);
        break;
    case CompareCommand.Name:
        CompareCommand.Run(rest);
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(GoalsCommand).Assembly).Run(args, BenchmarkConfig.Create(args));
        break;
}

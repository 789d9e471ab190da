using LossKit.Torch;

NativeLibraries.Mend();
NativeLibraries.KeepMemory();
int rows = args.Length > 0 ? int.Parse(args[0]) : 1024;
int dimension = args.Length > 1 ? int.Parse(args[1]) : 512;
int classes = args.Length > 2 ? int.Parse(args[2]) : 32_000;
foreach (int threads in (int[])[1, 2])
{
    HeadComparison.Run(rows, dimension, classes, threads);
}

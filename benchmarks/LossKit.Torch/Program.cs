using LossKit.Torch;

NativeLibraries.Mend();
NativeLibraries.KeepMemory();
bool isCtc = args is ["ctc", ..];
int[] sizes = [.. args.Skip(isCtc ? 1 : 0).Select(int.Parse)];
foreach (int threads in (int[])[1, 2])
{
    if (isCtc)
    {
        CtcComparison.Run(Size(0, 32), Size(1, 400), Size(2, 64), Size(3, 50), threads);
    }
    else
    {
        HeadComparison.Run(Size(0, 1024), Size(1, 512), Size(2, 32_000), threads);
    }
}

int Size(int index, int otherwise) => index < sizes.Length ? sizes[index] : otherwise;

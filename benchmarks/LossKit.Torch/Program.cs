using LossKit.Torch;

NativeLibraries.Mend();
NativeLibraries.KeepMemory();
string subject = args.Length > 0 && !int.TryParse(args[0], out _) ? args[0] : "head";
int[] sizes = [.. args.Where(argument => argument != subject).Select(int.Parse)];
Turns.Describe(subject);
if (subject is not ("head" or "autograd"))
{
    Turns.Head();
}

foreach (int threads in (int[])[1, 2])
{
    switch (subject)
    {
        case "head":
            HeadComparison.Run(Size(0, 1024), Size(1, 512), Size(2, 32_000), threads);
            break;
        case "ctc":
            CtcComparison.Run(Size(0, 32), Size(1, 400), Size(2, 64), Size(3, 50), threads);
            break;
        case "ssim":
            SsimComparison.Run(Size(0, 2), Size(1, 3), Size(2, 512), threads);
            break;
        case "tuples":
            TupleComparison.Run(Size(0, 65_543), threads);
            break;
        case "groups":
            GroupComparison.Run(Size(0, 1), threads);
            break;
        case "autograd":
            AutogradComparison.Run(threads);
            break;
        default:
            throw new ArgumentException(
                $"'{subject}' is not known; expected head, ctc, ssim, tuples, groups or autograd.");
    }
}

int Size(int index, int otherwise) => index < sizes.Length ? sizes[index] : otherwise;

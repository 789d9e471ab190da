using LossKit.Native;

switch (args)
{
    case ["numbers"]:
        Series.Write(Console.Out, Everything.Computed());
        return 0;
    case ["compare", string file]:
        return Comparison.Of(Series.Read(File.ReadLines(file)), Everything.Computed(), Console.Out);
    case ["speed"]:
        Speed.Print(Console.Out);
        return 0;
    default:
        Console.Error.WriteLine("Usage: LossKit.Native numbers | compare FILE | speed");
        return 2;
}

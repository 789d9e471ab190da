namespace LossKit.Internals.Pointwise;

/// <summary>A yes or no that is a type, so that a kernel is compiled for each and asks nothing in its loop.</summary>
internal interface IChoice
{
    static abstract bool IsYes { get; }
}

internal readonly struct Yes : IChoice
{
    public static bool IsYes => true;
}

internal readonly struct No : IChoice
{
    public static bool IsYes => false;
}

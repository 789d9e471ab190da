namespace LossKit.Internals.Tuples;

/// <summary>Which prediction is differentiated with respect to.</summary>
internal interface IDirection
{
    /// <summary>Whether it is prediction <paramref name="k"/>; of a constant, a constant.</summary>
    bool Is(int k);
}

// Each a type, so that what does not depend on its prediction is compiled without derivatives.

internal readonly struct First : IDirection
{
    public bool Is(int k) => k == 0;
}

internal readonly struct Second : IDirection
{
    public bool Is(int k) => k == 1;
}

internal readonly struct Third : IDirection
{
    public bool Is(int k) => k == 2;
}

internal readonly struct Fourth : IDirection
{
    public bool Is(int k) => k == 3;
}

/// <summary>Any prediction: one loop for all of those that a formula has more.</summary>
internal readonly struct Later(int index) : IDirection
{
    public bool Is(int k) => k == index;
}

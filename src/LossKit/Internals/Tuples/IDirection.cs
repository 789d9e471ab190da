namespace LossKit.Internals.Tuples;

/// <summary>Which prediction is differentiated with respect to.</summary>
internal interface IDirection
{
    /// <summary>Its number; of most a constant.</summary>
    int Index { get; }

    /// <summary>Whether it is prediction <paramref name="k"/>; of a constant, a constant.</summary>
    bool Is(int k);
}

// Each a type, so that what does not depend on its prediction is compiled without derivatives.

internal readonly struct First : IDirection
{
    public int Index => 0;

    public bool Is(int k) => k == 0;
}

internal readonly struct Second : IDirection
{
    public int Index => 1;

    public bool Is(int k) => k == 1;
}

internal readonly struct Third : IDirection
{
    public int Index => 2;

    public bool Is(int k) => k == 2;
}

internal readonly struct Fourth : IDirection
{
    public int Index => 3;

    public bool Is(int k) => k == 3;
}

/// <summary>Any prediction: one loop for all of those that a formula has more.</summary>
internal readonly struct Later(int index) : IDirection
{
    public int Index => index;

    public bool Is(int k) => k == index;
}

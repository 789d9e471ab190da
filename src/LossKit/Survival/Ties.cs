namespace LossKit;

/// <summary>Who is still at risk among those whose events happen at the same time.</summary>
public enum Ties
{
    /// <summary>
    /// All of them, at the event of each (Breslow 1974): simple, a little too small where many are tied.
    /// </summary>
    Breslow,

    /// <summary>
    /// They leave one after the other, in any order alike (Efron 1977): nearer to what times without ties would say.
    /// </summary>
    Efron,
}

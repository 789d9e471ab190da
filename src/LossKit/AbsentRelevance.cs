namespace LossKit;

/// <summary>
/// What a list without a relevant item is to a metric of rankings; one without any item never counts.
/// </summary>
public enum AbsentRelevance
{
    /// <summary>It is left out, and the mean does not divide by it: no order of it is better than another.</summary>
    Skip,

    /// <summary>It counts with 0, as if it had been ranked badly.</summary>
    Zero,

    /// <summary>It counts with 1, as if it had been ranked well.</summary>
    One,
}

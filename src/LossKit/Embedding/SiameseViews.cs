namespace LossKit;

/// <summary>
/// Two views of the same items, each as a projection and as what is predicted from it, row by row: the prediction from
/// one view is to be the projection of the other.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct SiameseViews<T> where T : unmanaged
{
    /// <summary>Predicted from the first view: items × dimension.</summary>
    public required ReadOnlySpan<T> First { get; init; }

    /// <summary>Predicted from the second view.</summary>
    public required ReadOnlySpan<T> Second { get; init; }

    /// <summary>Of the first view; it is held constant.</summary>
    public required ReadOnlySpan<T> FirstProjections { get; init; }

    /// <summary>Of the second view; it is held constant.</summary>
    public required ReadOnlySpan<T> SecondProjections { get; init; }
}

namespace LossKit.Internals.Groups;

/// <summary>Which groups of a batch there are for a loss.</summary>
internal enum GroupPresence
{
    /// <summary>Those with entries.</summary>
    OfEntries,

    /// <summary>Those whose targets differ.</summary>
    OfPairs,

    /// <summary>Those with a target above 0.</summary>
    OfTargets,

    /// <summary>The same, but the others, if they have entries, count with a loss of 0.</summary>
    OfTargetsOrZero,
}

internal static class GroupPresences
{
    /// <summary>Whether a group with these targets is to be evaluated. What is NaN is to be seen.</summary>
    public static bool Has<T>(this GroupPresence presence, ReadOnlySpan<T> targets)
        where T : unmanaged, IFloatingPointIeee754<T> => presence switch
        {
            GroupPresence.OfEntries => !targets.IsEmpty,
            GroupPresence.OfPairs => HasPair(targets),
            _ => HasTarget(targets),
        };

    /// <summary>Whether one that is not evaluated counts.</summary>
    public static bool Counts<T>(this GroupPresence presence, ReadOnlySpan<T> targets) =>
        presence == GroupPresence.OfTargetsOrZero && !targets.IsEmpty;

    private static bool HasPair<T>(ReadOnlySpan<T> targets) where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (T target in targets)
        {
            // Neither is true of NaN.
            if (target != targets[0])
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasTarget<T>(ReadOnlySpan<T> targets) where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (T target in targets)
        {
            if (!(target <= T.Zero))
            {
                return true;
            }
        }

        return false;
    }
}

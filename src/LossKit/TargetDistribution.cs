namespace LossKit;

/// <summary>What the relevances of a list are to a softmax of its scores.</summary>
public enum TargetDistribution
{
    /// <summary>What each item counts: lists with more relevance count more.</summary>
    Raw,

    /// <summary>Divided by their sum: a distribution.</summary>
    Normalized,

    /// <summary>Their softmax, as ListNet has it: a distribution in which even a relevance of 0 has a share.</summary>
    Softmax,
}

namespace LossKit;

/// <summary>What an <see cref="IsotonicRegression"/> says between the scores that it was fitted on.</summary>
public enum IsotonicInterpolation
{
    /// <summary>The line between the values of the two scores next to it, as scikit-learn does.</summary>
    Linear,

    /// <summary>The value of the next lower score.</summary>
    Step,
}

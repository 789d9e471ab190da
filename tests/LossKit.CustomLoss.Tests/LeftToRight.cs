using LossKit.Formulas;

namespace LossKit.CustomLoss.Tests;

/// <summary>Every label lasts one frame or more, with nothing between them.</summary>
public readonly struct LeftToRight : ITopology
{
    public int States(int labels) => labels;

    public int ClassOf(int state, ReadOnlySpan<int> labels) => labels[state];

    public bool IsFirst(int state, ReadOnlySpan<int> labels) => state == 0;

    public bool IsLast(int state, ReadOnlySpan<int> labels) => state == labels.Length - 1;

    public bool HasArc(int state, int distance, ReadOnlySpan<int> labels) => distance < 2;
}

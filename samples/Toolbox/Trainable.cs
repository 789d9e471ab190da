namespace Toolbox;

/// <summary>Numbers that are learnt, and in which direction the loss grows with each.</summary>
public sealed class Trainable(int count)
{
    public float[] Values { get; } = new float[count];

    public float[] Gradient { get; } = new float[count];
}

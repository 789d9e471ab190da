namespace LossKit.CustomLoss.Tests;

/// <summary>A loss of sequences from a topology outside the library.</summary>
public sealed class TopologyTests
{
    [Fact]
    public void Paths_are_those_of_the_topology()
    {
        // Three frames of two equally likely classes say the labels 0, 1 as 0 0 1 or as 0 1 1.
        Cost cost = Loss.FromTopology<double>(new LeftToRight(), classes: 2).Value(new()
        {
            Logits = new double[6],
            InputLengths = [3],
            Labels = [0, 1],
            TargetLengths = [2],
        });
        cost.Mean.Should().BeApproximately(Math.Log(4), 1e-12);
    }
}

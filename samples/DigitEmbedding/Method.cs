using LossKit;

namespace DigitEmbedding;

/// <summary>A loss to train by, and how a digit is read off what the network then says.</summary>
/// <param name="Name">How it is called in reports.</param>
/// <param name="Color">Of its name.</param>
/// <param name="Outputs">How many numbers the network makes of a digit, and the loss expects in a row.</param>
/// <param name="Loss">Of rows of outputs and the digits they stand for.</param>
/// <param name="Readout">How to answer.</param>
internal sealed record Method(string Name, string Color, int Outputs, BatchCost Loss, Readout Readout);

/// <summary>
/// Cost of a batch of outputs and the digits they stand for, its gradient, and triplets if there are any.
/// </summary>
internal delegate Cost BatchCost(float[] outputs, int[] digits, float[] gradient, out TripletCount triplets);

namespace LossKit;

/// <summary>One example's loss and its derivatives with respect to the prediction.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="Loss">The loss.</param>
/// <param name="Derivative">Its first derivative.</param>
/// <param name="SecondDerivative">Its second derivative.</param>
public readonly record struct PointLoss<T>(T Loss, T Derivative, T SecondDerivative) where T : unmanaged;

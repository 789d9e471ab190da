namespace LossKit.Plots;

/// <summary>
/// An objective: its value at a point, and its gradient there, as what MathNet or another optimiser minimises.
/// </summary>
/// <param name="point">The parameters.</param>
/// <param name="gradient">Receives as many derivatives; all of it is to be written.</param>
/// <returns>The value.</returns>
public delegate double DifferentiableFunction(ReadOnlySpan<double> point, Span<double> gradient);

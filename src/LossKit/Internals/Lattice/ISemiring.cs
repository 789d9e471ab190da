namespace LossKit.Internals.Lattice;

/// <summary>What paths that meet in a state become. A type, so that a kernel asks nothing in its loop.</summary>
internal interface ISemiring;

/// <summary>The sum of their probabilities, as numbers with exponents of their own.</summary>
internal readonly struct SumOfPaths : ISemiring;

/// <summary>The largest of their scores, which are logarithms.</summary>
internal readonly struct BestPath : ISemiring;

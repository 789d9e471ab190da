namespace LossKit.Internals.Lattice;

/// <summary>Pairs of series with what evaluates their segments.</summary>
internal readonly ref struct WarpingWork<T> : ISegmentWork where T : unmanaged, IFloatingPointIeee754<T>
{
    public required int Dimension { get; init; }

    public required double Gamma { get; init; }

    public required SeriesPairs<T> Batch { get; init; }

    public required PairGradients<T> Gradients { get; init; }

    public required Call<T> Call { get; init; }

    public CompensatedSum Run(int start, int length) => LaneWidths.Best switch
    {
        LaneWidth.Vector512 => Run<Vector512Lane<double>>(start, length),
        LaneWidth.Vector => Run<VectorLane<double>>(start, length),
        _ => Run<ScalarLane<double>>(start, length),
    };

    private CompensatedSum Run<TLane>(int start, int length)
        where TLane : struct, IVectorLane<TLane, double>, ILane<TLane>
    {
        bool differentiates = Call.Order == DerivativeOrder.Gradient;
        int states = 0;
        int steps = 0;
        int shorter = 0;
        for (int k = start; k < start + length; k++)
        {
            shorter = Math.Max(shorter, Math.Min(Batch.FirstLengths[k], Batch.SecondLengths[k]));
            steps = Math.Max(steps, Batch.FirstLengths[k] + Batch.SecondLengths[k]);
            states = 2 * shorter;
        }

        using LatticeMemory<double> memory = new(states, steps, 0, TLane.Count, differentiates);
        using Rented<double> points = new(EmbeddingChecks.Numbers(2L * steps * Dimension + shorter));
        CompensatedSum sum = default;
        int first = Spans.Sum(Batch.FirstLengths[..start]);
        int second = Spans.Sum(Batch.SecondLengths[..start]);
        for (int k = start; k < start + length; k++)
        {
            int firstLength = Batch.FirstLengths[k];
            int secondLength = Batch.SecondLengths[k];
            T weight = Call.WeightOf(k);
            Series ofFirst = Part(Batch.First, Gradients.First, differentiates, first, firstLength);
            Series ofSecond = Part(Batch.Second, Gradients.Second, differentiates, second, secondLength);
            first += firstLength;
            second += secondLength;
            bool hasGradient = differentiates && weight != T.Zero;
            if (!hasGradient)
            {
                ofFirst.Slopes.Clear();
                ofSecond.Slopes.Clear();
            }

            if (weight == T.Zero && Call.Losses.IsEmpty)
            {
                continue;
            }

            // Infinite weights have no mean, and a factor of NaN: its gradient is to be written all the same.
            double factor = double.CreateTruncating(Call.Scale) * double.CreateTruncating(weight);
            double loss = firstLength < secondLength
                ? Run<TLane>(ofSecond, ofFirst, hasGradient, factor, memory, points.Span)
                : Run<TLane>(ofFirst, ofSecond, hasGradient, factor, memory, points.Span);
            sum += Call.Keep(k, loss);
        }

        return sum;
    }

    /// <summary>One pair; the second series is the shorter one.</summary>
    private double Run<TLane>(
        Series first,
        Series second,
        bool hasGradient,
        double factor,
        LatticeMemory<double> memory,
        Span<double> points)
        where TLane : struct, IVectorLane<TLane, double>, ILane<TLane>
    {
        int rows = first.Points.Length;
        int columns = second.Points.Length;
        if (columns == 0)
        {
            first.Slopes.Clear();
            return rows == 0 ? 0 : double.PositiveInfinity;
        }

        Span<double> slopes = points.Slice(rows + columns, hasGradient ? rows + columns : 0);
        WarpingEmissions emissions = new()
        {
            Dimension = Dimension,
            Temperature = Gamma,
            First = points[..rows],
            Second = points.Slice(rows, columns),
            FirstSlopes = hasGradient ? slopes[..rows] : default,
            SecondSlopes = hasGradient ? slopes[rows..] : default,
            OfPlaces = points.Slice(2 * (rows + columns), columns / Dimension),
        };
        Turn(first.Points, points[..rows], isReversed: true);
        Turn(second.Points, points.Slice(rows, columns), isReversed: false);
        WarpingTopology topology = new(columns / Dimension);
        LatticeStates<double> states = memory.States(topology.States(0));
        states.Fill(topology, default);
        LatticePaths<double, TLane, WarpingEmissions> paths = new()
        {
            Steps = (rows + columns) / Dimension - 1,
            HasGradient = hasGradient,
            Emissions = emissions,
            Memory = memory,
            States = states,
        };
        double loss = Gamma * paths.Run(factor);
        TurnBack(emissions.FirstSlopes, first.Slopes, isReversed: true);
        TurnBack(emissions.SecondSlopes, second.Slopes, isReversed: false);
        return loss;
    }

    private Series Part(ReadOnlySpan<T> points, Span<T> slopes, bool hasSlopes, int first, int length) => new()
    {
        Points = points.Slice(first * Dimension, length * Dimension),
        Slopes = hasSlopes && !slopes.IsEmpty ? slopes.Slice(first * Dimension, length * Dimension) : default,
    };

    /// <summary>Points by their coordinates, the last point first if they are to be reversed.</summary>
    private void Turn(ReadOnlySpan<T> points, Span<double> turned, bool isReversed)
    {
        int count = points.Length / Dimension;
        for (int i = 0; i < points.Length; i++)
        {
            turned[Place(i, count, isReversed)] = double.CreateTruncating(points[i]);
        }
    }

    private void TurnBack(ReadOnlySpan<double> turned, Span<T> slopes, bool isReversed)
    {
        int count = slopes.Length / Dimension;
        for (int i = 0; i < Math.Min(slopes.Length, turned.Length); i++)
        {
            slopes[i] = T.CreateTruncating(turned[Place(i, count, isReversed)]);
        }
    }

    private int Place(int number, int count, bool isReversed)
    {
        int point = number / Dimension;
        return number % Dimension * count + (isReversed ? count - 1 - point : point);
    }

    /// <summary>A series, and where its gradient goes.</summary>
    private readonly ref struct Series
    {
        public required ReadOnlySpan<T> Points { get; init; }

        /// <summary>As long as the points, or empty.</summary>
        public required Span<T> Slopes { get; init; }
    }
}

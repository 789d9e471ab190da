namespace LossKit.Plots;

/// <summary>A loss of one example, and its derivatives, along one prediction: the numbers of a picture.</summary>
public sealed class LossCurve
{
    private const double Reach = 3;

    private LossCurve(string name, LossFacts facts, double target, double[] predictions, double[] kinks)
    {
        Name = name;
        Facts = facts;
        Target = target;
        Predictions = predictions;
        Kinks = kinks;
    }

    /// <summary>What the loss calls itself, with its parameters.</summary>
    public string Name { get; }

    /// <summary>What is known of the loss.</summary>
    public LossFacts Facts { get; }

    /// <summary>The target; NaN if it is not one number.</summary>
    public double Target { get; }

    /// <summary>The predictions, in ascending order, of which there are two right beside each kink.</summary>
    public IReadOnlyList<double> Predictions { get; }

    /// <summary>The loss at each of the predictions.</summary>
    public IReadOnlyList<double> Values { get; private init; } = [];

    /// <summary>The first derivative at each of them.</summary>
    public IReadOnlyList<double> Gradients { get; private init; } = [];

    /// <summary>The second derivative at each of them, as the loss reports it; none if it has none.</summary>
    public IReadOnlyList<double> Hessians { get; private init; } = [];

    /// <summary>
    /// The predictions at which the first derivative jumps, by <see cref="LossFacts.Kinks"/>, as far as they are on the
    /// curve.
    /// </summary>
    public IReadOnlyList<double> Kinks { get; }

    /// <summary>The curve of a loss of one prediction and one target.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="target">The target; 0 if the loss takes that, else 1.</param>
    /// <param name="from">The lowest prediction; by default 3 below the target, or the lowest that is allowed.</param>
    /// <param name="to">The highest prediction; by default 3 above the target, or the highest that is allowed.</param>
    /// <param name="points">How many predictions there are, besides those beside kinks; at least 2.</param>
    /// <exception cref="ArgumentException">
    /// The target is none, <paramref name="from"/> is not below <paramref name="to"/>, or there are too few points.
    /// </exception>
    public static LossCurve Of<T>(
        PointwiseLoss<T> loss, double? target = null, double? from = null, double? to = null, int points = 601)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        double given = target ?? (loss.Facts.Targets.Contains(0) ? 0 : 1);
        if (!loss.Facts.Targets.Contains(given))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"'target' is {given}: must be {loss.Facts.Targets}."), nameof(target));
        }

        return Of(loss, [T.CreateChecked(given)], [T.CreateChecked(given)], 0, given, from, to, points);
    }

    /// <summary>The curve of a loss of several predictions, as of a row of classes, along one of them.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">Those of one example; the one that is moved is the middle of the curve.</param>
    /// <param name="targets">Those of the example.</param>
    /// <param name="index">Which prediction is moved.</param>
    /// <param name="from">The lowest prediction; by default 3 below the given one, or the lowest allowed.</param>
    /// <param name="to">The highest prediction; by default 3 above, or the highest that is allowed.</param>
    /// <param name="points">How many predictions there are, besides those beside kinks; at least 2.</param>
    /// <exception cref="ArgumentException">
    /// There is no such prediction, <paramref name="from"/> is not below <paramref name="to"/>, or there are too few
    /// points.
    /// </exception>
    public static LossCurve Of<T, TTarget>(
        ILoss<T, TTarget> loss,
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<TTarget> targets,
        int index,
        double? from = null,
        double? to = null,
        int points = 601)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(loss);
        if ((uint)index >= (uint)predictions.Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(index), index, $"'index' must be one of the {predictions.Length} predictions.");
        }

        return Of(loss, predictions, targets, index, double.NaN, from, to, points);
    }

    private static LossCurve Of<T, TTarget>(
        ILoss<T, TTarget> loss,
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<TTarget> targets,
        int index,
        double target,
        double? from,
        double? to,
        int points)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        double[] kinks = [.. KinksOf(loss.Facts, target).Order()];
        double middle = double.CreateChecked(predictions[index]);
        (double low, double high) = Allowed(loss.Facts.Predictions, middle, kinks);
        (low, high) = (from ?? low, to ?? high);
        if (!(low < high && double.IsFinite(high - low)))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"'from' is {low} and 'to' {high}: must be finite and ascending."),
                nameof(from));
        }

        kinks = [.. kinks.Where(kink => kink > low && kink < high)];
        double[] places = Places<T>(low, high, points, kinks);
        T[] moved = predictions.ToArray();
        T[] gradient = new T[moved.Length];
        T[] hessian = new T[moved.Length];
        (double[] values, double[] gradients) = (new double[places.Length], new double[places.Length]);
        ISecondOrderLoss<T, TTarget>? second = loss as ISecondOrderLoss<T, TTarget>;
        double[] hessians = new double[second is null ? 0 : places.Length];
        for (int i = 0; i < places.Length; i++)
        {
            moved[index] = T.CreateChecked(places[i]);
            Cost cost = second is null
                ? loss.ValueAndGradient(moved, targets, gradient, default, Reduction.Sum)
                : second.ValueGradientAndHessian(moved, targets, gradient, hessian, default, Reduction.Sum);
            values[i] = cost.Sum;
            gradients[i] = double.CreateChecked(gradient[index]);
            if (second is not null)
            {
                hessians[i] = double.CreateChecked(hessian[index]);
            }
        }

        return new(loss.ToString()!, loss.Facts, target, places, kinks)
        {
            Values = values,
            Gradients = gradients,
            Hessians = hessians,
        };
    }

    private static IEnumerable<double> KinksOf(LossFacts facts, double target)
    {
        foreach (double kink in facts.Kinks ?? [])
        {
            double place = facts.KinkVariable switch
            {
                KinkVariable.Error => target + kink,
                KinkVariable.Margin => kink / target,
                _ => kink,
            };
            if (double.IsFinite(place))
            {
                yield return place;
            }
        }
    }

    /// <summary>What a loss is defined for, around some prediction and beyond the kinks.</summary>
    private static (double Low, double High) Allowed(Domain domain, double middle, double[] kinks)
    {
        double reach = kinks.Select(kink => 1.5 * Math.Abs(kink - middle)).Append(Reach).Max();
        const int Steps = 4096;
        double[] allowed =
        [
            .. Enumerable.Range(-Steps, 2 * Steps + 1)
                .Select(i => middle + reach * i / Steps)
                .Where(domain.Contains),
        ];
        return allowed.Length == 0
            ? (middle - reach, middle + reach)
            : (Edge(allowed[0], -reach / Steps), Edge(allowed[^1], reach / Steps));

        // The last number that is allowed, of those up to a step away.
        double Edge(double inside, double step)
        {
            double outside = inside + step;
            bool isEnd = Math.Abs(inside - middle) >= reach || domain.Contains(outside);
            for (int i = 0; i < 60 && !isEnd; i++)
            {
                double between = 0.5 * (inside + outside);
                (inside, outside) = domain.Contains(between) ? (between, outside) : (inside, between);
            }

            // Halves come as near to 0 as one likes, and never there.
            double round = Math.Round(inside, 12);
            return domain.Contains(round) ? round : inside;
        }
    }

    /// <summary>Evenly spaced ones, and two beside each kink, so that a jump is seen as one.</summary>
    private static double[] Places<T>(double low, double high, int points, double[] kinks)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double step = (high - low) / (points - 1);
        // Apart in the precision of the loss.
        double beside = Math.Max(1e-6 * step, 4 * double.CreateChecked(T.BitIncrement(T.One) - T.One)
            * Math.Max(Math.Abs(low), Math.Abs(high)));
        return
        [
            .. Enumerable.Range(0, points)
                .Select(i => i == points - 1 ? high : low + i * step)
                .Where(place => kinks.All(kink => Math.Abs(place - kink) > beside))
                .Concat(kinks.SelectMany(kink => (double[])[kink - beside, kink + beside]))
                .Where(place => place >= low && place <= high)
                .Order(),
        ];
    }
}
